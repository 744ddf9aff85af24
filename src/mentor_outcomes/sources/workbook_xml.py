"""Defective cells of .xlsx and .ods, as what, first row and column, last row and column, from 0.

Structure as in ECMA-376 (SpreadsheetML) and OASIS OpenDocument 1.3.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from xml.etree import ElementTree

Found = tuple[str, int, int, int, int]

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_CELL = rb"<(?:\w+:)?c\b(?P<about>[^>]*)"
_ERROR_CELL = re.compile(_CELL.replace(b"[^>]*", rb"[^>]*\bt\s*=\s*[\"']e[\"'][^>]*") + b">")
_NO_RESULT = re.compile(
    _CELL
    + rb">\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    + rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TEXT_RESULT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']\$?([A-Z]{1,3})\$?([0-9]{1,7})[\"']")
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\b[^>]*\bref\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"
)


def sheet_ids(workbook: bytes) -> list[str]:
    """The relation of each sheet of an .xlsx, in order."""
    root = ElementTree.fromstring(workbook)
    sheets = [each for each in root.iter() if each.tag.endswith("}sheet")]
    return [each.get(_RELATION) or each.attrib[_STRICT_RELATION] for each in sheets]


def part_of(
    archive: zipfile.ZipFile, relations: str, sheets: Sequence[str], position: int
) -> bytes:
    """The part that holds the worksheet of that number; sheets that are charts do not count."""
    targets = {
        each.attrib["Id"]: each.attrib["Target"]
        for each in ElementTree.fromstring(archive.read(relations))
        if each.attrib["Type"].endswith("/worksheet")
    }
    target = [targets[sheet] for sheet in sheets if sheet in targets][position]
    return archive.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


def in_xlsx(part: bytes) -> Iterator[Found]:
    """Of one worksheet. Patterns, not a parser: a sheet may hold ten million cells."""
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ValueError("a part in UTF-16")
    for cell in _found(_ERROR_CELL, part, b'"e"', b"'e'"):
        yield _at("error", cell["about"])
    for cell in _found(_NO_RESULT, part, b"<f", b":f"):
        if not _TEXT_RESULT.search(cell["about"]):
            yield _at("no_result", cell["about"])
    for merged in _found(_MERGED, part, b"mergeCell"):
        column, row, last_column, last_row = merged.groups()
        first = int(row) - 1, _column_number(column)
        yield ("merged", *first, int(last_row) - 1, _column_number(last_column))


def _found(pattern: re.Pattern, part: bytes, *signs: bytes) -> Iterator[re.Match]:
    """Matches of a pattern, each of which holds one of `signs`: most sheets hold none of them."""
    return pattern.finditer(part) if any(sign in part for sign in signs) else iter(())


def _at(what: str, about: bytes) -> Found:
    found = _REFERENCE.search(about)
    if found is None:
        raise ValueError("a cell without its place")
    row, column = int(found[2]) - 1, _column_number(found[1])
    return what, row, column, row, column


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def in_ods(content: bytes, position: int) -> Iterator[Found]:
    """Of the table of that number."""
    number, row = -1, 0
    inside = 0
    for event, element in ElementTree.iterparse(BytesIO(content), events=("start", "end")):
        if element.tag == f"{_TABLE}table":
            inside += 1 if event == "start" else -1
            if event == "start" and inside == 1:
                number, row = number + 1, 0
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            if inside == 1 and number == position:
                yield from _in_row(element, row)
            row += int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            element.clear()


def _in_row(element: ElementTree.Element, row: int) -> Iterator[Found]:
    column = 0
    for cell in element:
        if not cell.tag.endswith("table-cell"):
            continue
        n_same = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        last = row, column + n_same - 1
        if cell.get(f"{_CALC}value-type") == "error":
            yield ("error", row, column, *last)
        elif cell.get(f"{_TABLE}formula") and cell.get(f"{_OFFICE}value-type") is None:
            yield ("no_result", row, column, *last)
        spans = [
            int(cell.get(f"{_TABLE}number-{each}-spanned", "1")) for each in ("rows", "columns")
        ]
        if max(spans) > 1:
            yield "merged", row, column, row + spans[0] - 1, column + spans[1] - 1
        column += n_same
