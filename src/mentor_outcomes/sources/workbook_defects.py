"""What a workbook hides from a reader of its values: errors, formulas without a result, merges.

calamine gives an empty cell for #N/A, for a formula whose result was never stored, and for all but
the first of merged cells; each would be taken for a missing value. So the sheet itself is searched.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree

from mentor_outcomes.sources import workbook_binary, workbook_xml
from mentor_outcomes.sources.compound_file import stream_of


@dataclass(frozen=True, slots=True)
class Defect:
    """Cells that are not what they seem: from `row`, `column` (counted from 0) to the last ones."""

    what: str
    row: int
    column: int
    last_row: int
    last_column: int


WORDS = {
    "error": "an error such as #N/A",
    "no_result": "a formula without a stored result",
    "merged": "merged cells, of which only the first holds the value",
}


def defects_of(content: bytes, position: int) -> tuple[Defect, ...] | None:
    """Defects of one worksheet, `position` being its number from 0; None if it cannot be found."""
    try:
        return tuple(Defect(*found) for found in _found(content, position))
    except (
        KeyError,
        IndexError,
        ValueError,
        OSError,
        EOFError,
        RuntimeError,
        MemoryError,
        struct.error,
        zlib.error,
        zipfile.BadZipFile,
        ElementTree.ParseError,
    ):  # what zipfile, struct and the XML parser raise for a workbook that is not as it should be
        return None


def _found(content: bytes, position: int) -> Iterator[tuple[str, int, int, int, int]]:
    if not content.startswith(b"PK"):
        return workbook_binary.in_xls(stream_of(content, ("Workbook", "Book")), position)
    archive = zipfile.ZipFile(BytesIO(content))
    names = set(archive.namelist())
    if "content.xml" in names:
        return workbook_xml.in_ods(archive.read("content.xml"), position)
    if "xl/workbook.bin" in names:
        sheets = workbook_binary.sheet_ids(archive.read("xl/workbook.bin"))
        part = workbook_xml.part_of(archive, "xl/_rels/workbook.bin.rels", sheets, position)
        return workbook_binary.in_xlsb(part)
    sheets = workbook_xml.sheet_ids(archive.read("xl/workbook.xml"))
    part = workbook_xml.part_of(archive, "xl/_rels/workbook.xml.rels", sheets, position)
    return workbook_xml.in_xlsx(part)
