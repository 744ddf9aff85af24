"""Pieces of the technical report, as plain values its template can set."""

from collections.abc import Sequence


def text(words: str) -> dict[str, object]:
    """A paragraph."""
    return {"kind": "text", "text": words}


def note(words: str) -> dict[str, object]:
    """A paragraph in small print: what a table's marks mean, whose effects its rows are."""
    return {"kind": "note", "text": words}


def bullets(items: Sequence[str]) -> dict[str, object]:
    """A list."""
    return {"kind": "list", "items": list(items)}


def heading(words: str) -> dict[str, object]:
    """A heading of the second level."""
    return {"kind": "heading", "text": words}


def code(lines: Sequence[str]) -> dict[str, object]:
    """Commands to type."""
    return {"kind": "code", "text": "\n".join(lines)}


def table(
    caption: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numeric: Sequence[int] = (),
    widths: Sequence[float | str] = (),
    size: float = 8,
    may_break: bool | None = None,
) -> dict[str, object]:
    """A table with its caption.

    numeric   columns set flush right;  widths   shares of the text width, or auto
    may_break   whether it may run on to the next page; default: if it has more than 14 rows
    """
    return {
        "kind": "table",
        "caption": caption,
        "header": list(header),
        "rows": [list(row) for row in rows],
        "aligns": ["right" if place in numeric else "left" for place in range(len(header))],
        "widths": list(widths) or ["auto"] * len(header),
        "size": size,
        "may_break": len(rows) > 14 if may_break is None else may_break,
    }


def figure(name: str, description: str, caption: str) -> dict[str, object]:
    """A figure by the name of its file."""
    return {"kind": "figure", "name": name, "description": description, "caption": caption}


def section(
    title: str,
    *blocks: dict[str, object],
    on_new_page: bool = False,
    may_break: bool = True,
) -> dict[str, object]:
    """A numbered section; one that may not break is kept on one page."""
    return {
        "title": title,
        "blocks": list(blocks),
        "on_new_page": on_new_page,
        "may_break": may_break,
    }


def columns(pieces: Sequence[dict[str, object]]) -> dict[str, object]:
    """Tables set in pairs, side by side."""
    return {"kind": "columns", "blocks": list(pieces)}
