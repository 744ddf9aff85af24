"""Workbooks of every kind for the tests of the readers."""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

ERROR = object()
"""Stands for a cell that holds #N/A."""


def write_xlsx(path: Path, rows: Sequence[Sequence[object]], *, sheet: str = "Data") -> None:
    """One sheet; None is no cell, `ERROR` an error cell."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
        add_xlsx_sheet(workbook, sheet, rows)


def add_xlsx_sheet(
    workbook: xlsxwriter.Workbook, name: str, rows: Sequence[Sequence[object]]
) -> xlsxwriter.worksheet.Worksheet:
    worksheet = workbook.add_worksheet(name)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell is ERROR:
                worksheet.write_formula(row, column, "=NA()", None, "#N/A")
            elif isinstance(cell, str):
                worksheet.write_string(row, column, cell)
            elif cell is not None:
                worksheet.write(row, column, cell)
    return worksheet


def write_xls(path: Path, rows: Sequence[Sequence[object]], *, sheet: str = "Data") -> None:
    workbook = xlwt.Workbook()
    worksheet = workbook.add_sheet(sheet)
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell is ERROR:
                worksheet.row(row).set_cell_error(column, 0x2A)
            elif isinstance(cell, date):
                worksheet.write(row, column, cell, day)
            elif cell is not None:
                worksheet.write(row, column, cell)
    workbook.save(str(path))


_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
 office:version="1.2"><office:body><office:spreadsheet>{tables}</office:spreadsheet>
</office:body></office:document-content>"""
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
 manifest:version="1.2"><manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"""


def write_ods(path: Path, rows: Sequence[Sequence[object]], *, sheet: str = "Data") -> None:
    body = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows
    )
    table = f'<table:table table:name="{escape(sheet)}">{body}</table:table>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _ODS.format(tables=table))
        archive.writestr("META-INF/manifest.xml", _MANIFEST)


def _ods_cell(cell: object) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if cell is ERROR:
        about = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f"<table:table-cell {about}><text:p>#N/A</text:p></table:table-cell>"
    kind = {bool: "boolean", int: "float", float: "float", str: "string"}.get(type(cell), "date")
    value = f'office:{kind}-value="{str(cell).lower()}"' if kind == "boolean" else ""
    if kind == "float":
        value = f'office:value="{cell}"'
    if kind == "date":
        value = f'office:date-value="{cell.isoformat()}"'
    return (
        f'<table:table-cell office:value-type="{kind}" {value}>'
        f"<text:p>{escape(str(cell))}</text:p></table:table-cell>"
    )


_XLSB_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="worksheets/sheet1.bin"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>
</Relationships>"""


def write_xlsb(path: Path, rows: Sequence[Sequence[object]], *, sheet: str = "Data") -> None:
    """Text, numbers, flags and errors only: records of MS-XLSB written by hand."""
    cells = [_xlsb(129), _xlsb(148, struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1))]
    cells.append(_xlsb(145))
    for row, values in enumerate(rows):
        cells.append(_xlsb(0, struct.pack("<I", row) + bytes(21)))
        cells.extend(_xlsb_cell(at, value) for at, value in enumerate(values) if value is not None)
    cells.extend([_xlsb(146), _xlsb(130)])
    name = _xlsb_text("rId1") + _xlsb_text(sheet)
    book = [_xlsb(131), _xlsb(143), _xlsb(156, struct.pack("<2I", 0, 1) + name), _xlsb(144)]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/_rels/workbook.bin.rels", _XLSB_RELATIONS)
        archive.writestr("xl/workbook.bin", b"".join([*book, _xlsb(132)]))
        archive.writestr("xl/worksheets/sheet1.bin", b"".join(cells))


def _xlsb(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(body), b""
    while size >= 128:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return head + length + bytes([size]) + body


def _xlsb_text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(column: int, value: object) -> bytes:
    place = struct.pack("<2I", column, 0)
    if value is ERROR:
        return _xlsb(3, place + b"\x2a")
    if isinstance(value, bool):
        return _xlsb(4, place + bytes([value]))
    if isinstance(value, str):
        return _xlsb(6, place + _xlsb_text(value))
    return _xlsb(5, place + struct.pack("<d", value))


WRITERS = {".xlsx": write_xlsx, ".xls": write_xls, ".ods": write_ods, ".xlsb": write_xlsb}


def edited(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A zipped workbook with `old` in one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as changed:
        for name in archive.namelist():
            text = archive.read(name)
            if name == part:
                assert old in text
                text = text.replace(old, new)
            changed.writestr(name, text)
    return out.getvalue()


__all__ = ["ERROR", "WRITERS", "add_xlsx_sheet", "edited", "write_xlsx"]
