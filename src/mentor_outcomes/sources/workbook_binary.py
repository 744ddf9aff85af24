"""Defective cells of .xls and .xlsb, as what, first row and column, last row and column, from 0.

Records as in Microsoft's open specifications MS-XLS and MS-XLSB.
"""

from collections.abc import Iterator
from struct import unpack_from

Found = tuple[str, int, int, int, int]

_XLS_SHEET, _XLS_BEGIN, _XLS_END = 0x0085, 0x0809, 0x000A
_XLS_ERROR, _XLS_FORMULA, _XLS_MERGED = 0x0205, 0x0006, 0x00E5


def in_xls(stream: bytes, position: int) -> Iterator[Found]:
    """Of the worksheet of that number in the stream of a workbook."""
    sheets = [
        unpack_from("<I", body)[0]
        for kind, body in _xls_records(stream, 0)
        if kind == _XLS_SHEET and body[5] == 0
    ]
    for kind, body in _xls_records(stream, sheets[position]):
        if _is_xls_error(kind, body):
            yield _one("error", *unpack_from("<HH", body))
        elif kind == _XLS_MERGED:
            for number in range(unpack_from("<H", body)[0]):
                row, last_row, column, last_column = unpack_from("<4H", body, 2 + 8 * number)
                yield "merged", row, column, last_row, last_column


def _is_xls_error(kind: int, body: bytes) -> bool:
    """Whether a record is a cell with an error, typed or the result of a formula."""
    if kind == _XLS_ERROR:
        return body[7] == 1
    return kind == _XLS_FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2


def _xls_records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Records of one part of the stream, from its begin to its end; parts within it are passed."""
    depth, at = 0, start
    while True:
        kind, size = unpack_from("<HH", stream, at)
        depth += (kind == _XLS_BEGIN) - (kind == _XLS_END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _one(what: str, row: int, column: int) -> Found:
    return what, row, column, row, column


_XLSB_ROW, _XLSB_ERROR, _XLSB_FORMULA_ERROR, _XLSB_SHEET, _XLSB_MERGED = 0, 3, 11, 156, 176


def sheet_ids(workbook: bytes) -> list[str]:
    """The relation of each sheet of an .xlsb, in order."""
    found = []
    for kind, body in _xlsb_records(workbook):
        if kind == _XLSB_SHEET:
            n_signs = unpack_from("<I", body, 8)[0]
            found.append(body[12 : 12 + 2 * n_signs].decode("utf-16-le"))
    return found


def in_xlsb(part: bytes) -> Iterator[Found]:
    """Of one worksheet."""
    row = 0
    for kind, body in _xlsb_records(part):
        if kind == _XLSB_ROW:
            row = unpack_from("<I", body)[0]
        elif kind in (_XLSB_ERROR, _XLSB_FORMULA_ERROR):
            yield _one("error", row, unpack_from("<I", body)[0])
        elif kind == _XLSB_MERGED:
            first, last, column, last_column = unpack_from("<4I", body)
            yield "merged", first, column, last, last_column


def _xlsb_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(part):
        kind, at = _seven_bits(part, at, 2)
        size, at = _seven_bits(part, at, 4)
        yield kind, part[at : at + size]
        at += size


def _seven_bits(part: bytes, at: int, most: int) -> tuple[int, int]:
    """A number in bytes of seven bits, the lowest first, and where it ends; a set eighth bit says
    that more follow."""
    value = 0
    for number in range(most):
        byte = part[at + number]
        value |= (byte & 0x7F) << (7 * number)
        if not byte & 0x80:
            return value, at + number + 1
    return value, at + most
