"""The row that names the columns, in delimited text and in workbooks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.sources.header_names import refuse_values
from mentor_outcomes.study import Layout


@dataclass(frozen=True, slots=True)
class HeaderRows:
    """n_rows: header rows above the data; names_in: which of them holds the names, from 0."""

    n_rows: int
    names_in: int
    last_header: str | None


def header_rows(layout: Layout) -> HeaderRows:
    """As the layout says: one row, unless it knows of more."""
    n_rows = layout.header_rows or 1
    names_in_row = layout.names_in_row or 1
    if not 1 <= names_in_row <= n_rows:
        raise StudyError(
            f"`names_in_row` of a source is {names_in_row}, and `header_rows` is {n_rows}.",
            expected="the number of a header row, 1 for the first.",
            remedy="correct them in params.yaml.",
        )
    return HeaderRows(n_rows, names_in_row - 1, layout.last_header)


def column_names(
    cells: Sequence[str], shown: str, place: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names in a header row, and notes; `place` says which row: `line 1`.

    Spaces around a name and line breaks within it are taken away, with a note.
    Raises SourceError for a name that is missing or there twice.
    """
    names = tuple(tidy_name(cell) for cell in cells)
    filled = [name for name in names if name]
    if len(filled) < len(names):
        n_without = len(names) - len(filled)
        title = " A title stands above the column names?" if len(filled) == 1 else ""
        raise SourceError(
            f"the header in {place} of {shown} has columns without a name: {n_without} of "
            f"{len(names)}.{title}",
            expected="one name per column, each once.",
            remedy="name or remove these columns, remove what stands above the column names, and "
            "export the file again.",
        )
    refuse_values(names, shown)
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise SourceError(
            f"the header in {place} of {shown} has {', '.join(repeated)} more than once.",
            expected="one name per column, each once.",
            remedy="remove or rename the columns and export the file again.",
        )
    changed = [name for name, cell in zip(names, cells, strict=True) if name != cell]
    if not changed:
        return names, ()
    return names, (f"spaces or line breaks taken out of the column names {', '.join(changed)}",)


def tidy_name(name: str) -> str:
    """Without spaces around it, and with one space for every gap or line break within."""
    return " ".join(name.replace("\ufeff", "").split())


def check_last_header(fields: Sequence[str], n_names: int, rows: HeaderRows, shown: str) -> None:
    """Raise SourceError if the last header row is not as the provider writes it."""
    if rows.last_header is None:
        return
    without = sum(rows.last_header not in field for field in fields)
    if without or len(fields) != n_names:
        raise SourceError(
            f"in header row {rows.n_rows} of {shown}, {without} of {len(fields)} "
            f"fields do not hold the word {rows.last_header}.",
            expected=f"{rows.n_rows} header rows, the last with {rows.last_header} "
            f"in each of {n_names} fields.",
            remedy=f"export the file again without changing its first rows, or {_ONE_ROW}",
        )


def too_few_rows(rows: HeaderRows, shown: str) -> SourceError:
    """What is said of a file that ends within its header."""
    return SourceError(
        f"{shown} has fewer than {rows.n_rows} rows.",
        expected=f"{rows.n_rows} header rows, then the records.",
        remedy=f"export the file again, or {_ONE_ROW}",
    )


_ONE_ROW = (
    "set the source's `profile` to plain in params.yaml if the provider sends one header row."
)
