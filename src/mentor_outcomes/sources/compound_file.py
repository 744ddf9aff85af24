"""A stream of a compound file, the container of old workbooks (MS-CFB)."""

from struct import unpack_from

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""


def stream_of(content: bytes, names: tuple[str, ...]) -> bytes:
    """The first stream of one of these names; ValueError where the file is not built so."""
    if not content.startswith(_MAGIC):
        raise ValueError("no compound file")
    size = 1 << unpack_from("<H", content, 30)[0]
    small_size = 1 << unpack_from("<H", content, 32)[0]
    table = _sector_table(content, size)
    directory = _joined(content, table, unpack_from("<I", content, 48)[0], size, size)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    root = entries[0]
    for entry in entries:
        n_bytes = unpack_from("<H", entry, 64)[0]
        name = entry[: max(n_bytes - 2, 0)].decode("utf-16-le", errors="replace")
        if name in names and entry[66] == 2:
            start, length = unpack_from("<II", entry, 116)
            if length >= unpack_from("<I", content, 56)[0]:
                return _joined(content, table, start, size, size)[:length]
            inner = _joined(content, table, unpack_from("<I", root, 116)[0], size, size)
            first = unpack_from("<I", content, 60)[0]
            raw = _joined(content, table, first, size, size)
            small = unpack_from(f"<{len(raw) // 4}I", raw)
            return _joined(inner, small, start, small_size, 0)[:length]
    raise ValueError("no such stream")


def _sector_table(content: bytes, size: int) -> tuple[int, ...]:
    """For each sector the one that follows it."""
    sectors = list(unpack_from("<109I", content, 76))
    more, n_more = unpack_from("<II", content, 68)
    for _ in range(min(n_more, len(content) // size)):
        if more >= _END:
            break
        block = unpack_from(f"<{size // 4}I", content, size + more * size)
        sectors.extend(block[:-1])
        more = block[-1]
    raw = b"".join(
        content[size + at * size : size + (at + 1) * size] for at in sectors if at < _END
    )
    return unpack_from(f"<{len(raw) // 4}I", raw)


def _joined(content: bytes, table: tuple[int, ...], start: int, size: int, offset: int) -> bytes:
    """The sectors of a chain one after the other."""
    parts, at = [], start
    while at < _END:
        if len(parts) > len(table):
            raise ValueError("a chain without end")
        parts.append(content[offset + at * size : offset + (at + 1) * size])
        at = table[at]
    return b"".join(parts)
