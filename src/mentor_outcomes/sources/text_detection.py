"""Bytes into text: the encoding is found or declared, and said in words."""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from mentor_outcomes.errors import SourceError, StudyError


@dataclass(frozen=True, slots=True)
class DecodedText:
    """utf8: the file's text as UTF-8, without a mark; encoding: what it was, in words."""

    utf8: bytes
    encoding: str


def decoded_text(content: bytes, shown: str, declared: str | None = None) -> DecodedText:
    """The text of a file in the declared encoding, else in the one that is found.

    A byte-order mark decides; without one the text is UTF-8 if it can be, else Windows-1252 if
    all letters beyond ASCII stand where Western European names have them. Raises SourceError for
    a file that is no text or could be in several encodings.
    """
    _refuse_other_formats(content, shown)
    marked = next((item for item in _MARKS if content.startswith(item[0])), None)
    if declared is not None:
        text = _as_declared(content, shown, declared, marked)
    elif marked is not None:
        text = _as_marked(content, shown, *marked)
    else:
        text = _as_found(content, shown)
    _refuse_control_characters(text.utf8, shown)
    return text


_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16, little-endian"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16, big-endian"),
)
_OTHER_FORMATS = (
    (b"PK\x03\x04", "a zip archive or a workbook (.xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file (.gz)"),
    (b"$FL2", "an SPSS file (.sav)"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
)


def format_by_first_bytes(content: bytes) -> str | None:
    """What a file is that says so itself; None for delimited text and what is not known."""
    start = content[:64].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return next((what for mark, what in _OTHER_FORMATS if start.startswith(mark.lower())), None)


def _refuse_other_formats(content: bytes, shown: str) -> None:
    what = format_by_first_bytes(content)
    if what:
        raise SourceError(
            f"{shown} is {what} by its first bytes.",
            expected="delimited text, as the file's ending says.",
            remedy="give the file the ending of what it is, or export it again as delimited text.",
        )


def _as_marked(content: bytes, shown: str, mark: bytes, codec: str, words: str) -> DecodedText:
    return DecodedText(
        _recoded(content[len(mark) :], shown, codec), f"{words} with byte-order mark"
    )


def _as_declared(content: bytes, shown: str, declared: str, marked: tuple | None) -> DecodedText:
    codec = known_codec(declared)
    if marked is None:
        return DecodedText(_recoded(content, shown, codec), f"{declared}, as declared")
    mark, codec_of_mark, words = marked
    if codec not in (codec_of_mark, codec_of_mark.rsplit("-", 1)[0], f"{codec_of_mark}-sig"):
        raise SourceError(
            f"{shown} begins with the byte-order mark of {words}, and params.yaml says {declared}.",
            expected="one encoding.",
            remedy="remove `encoding` from this source in params.yaml: the mark is enough.",
        )
    return _as_marked(content, shown, mark, codec_of_mark, words)


def known_codec(declared: str) -> str:
    """Python's name of the declared encoding. Raises StudyError if it knows none."""
    try:
        "".encode(declared)
        return codecs.lookup(declared).name
    except (LookupError, ValueError):
        pass
    raise StudyError(
        f"a source's `encoding` is {declared}.",
        expected="a text encoding that Python knows, such as utf-8, cp1252, cp1250 or utf-16-le.",
        remedy="correct `encoding` in params.yaml.",
    )


def _recoded(content: bytes, shown: str, codec: str) -> bytes:
    """UTF-8 bytes; refuses what is not text in `codec`."""
    try:
        text = content.decode(codec)
        return content if codec == "utf-8" else text.encode()
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        where = f" (line {line})"
    except (UnicodeError, ValueError):
        where = ""
    raise SourceError(
        f"{shown} is not {codec} text{where}.",
        expected=f"text in {codec}.",
        remedy="export the file again in UTF-8, or say in which `encoding` it is under its source "
        "in params.yaml.",
    )


def _as_found(content: bytes, shown: str) -> DecodedText:
    try:
        content.decode("utf-8")
        return DecodedText(content, "UTF-8")
    except UnicodeDecodeError as problem:
        first = problem.start
    if b"\0" in content:
        raise _undecided(shown, content, first, "holds NUL bytes, so it is no text or UTF-16")
    words = set(_WORDS.findall(content))
    strange = {word for word in words if not _is_western(word)}
    if strange:
        position = min(content.index(word) for word in strange)
        what = "is not UTF-8, and in Windows-1252 some words have signs where letters should be"
        raise _undecided(shown, content, position, what)
    letters = sorted({each for word in words for each in word.decode("cp1252") if each > "\x7f"})
    more = ", ..." if len(letters) > _LETTERS_SHOWN else ""
    return DecodedText(
        content.decode("cp1252").encode(),
        f"Windows-1252 (not UTF-8; with {' '.join(letters[:_LETTERS_SHOWN])}{more})",
    )


_LETTERS_SHOWN = 8
_WORDS = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_BETWEEN_LETTERS = frozenset("\u2019\u2018\u2013\u2014\u00b4\u00b7\u00a0\u00ad")
_BEFORE_LETTERS = frozenset("\u201c\u201e\u201a\u00ab\u2039\u00bf\u00a1")
_AFTER_LETTERS = frozenset("\u201d\u201c\u00bb\u203a\u2026\u00ae\u2122\u00a9\u00b0\u00b2\u00b3")
_MOST_IN_A_ROW = 2
"""Accented letters of Western European words rarely stand in threes; those of others always do."""


def _is_western(word: bytes) -> bool:
    """Whether a word read as Windows-1252 has only letters and signs where words have them."""
    try:
        text = word.decode("cp1252")
    except UnicodeDecodeError:
        return False
    in_a_row = 0
    for before, sign, after in zip(f" {text[:-1]}", text, f"{text[1:]} ", strict=True):
        is_letter = unicodedata.category(sign).startswith("L")
        in_a_row = in_a_row + 1 if is_letter and sign > "\x7f" else 0
        if in_a_row > _MOST_IN_A_ROW:
            return False
        is_inner_capital = sign > "\x7f" and sign.isupper() and before.isalpha()
        if is_inner_capital and (before.islower() or after.islower()):
            return False
        if not is_letter and not _may_stand(before, sign, after):
            return False
    return True


def _may_stand(before: str, sign: str, after: str) -> bool:
    if sign in _BETWEEN_LETTERS:
        return True
    return (not before.isalpha() or sign in _AFTER_LETTERS) and (
        not after.isalpha() or sign in _BEFORE_LETTERS
    )


def _undecided(shown: str, content: bytes, position: int, what: str) -> SourceError:
    line = content.count(b"\n", 0, position) + 1
    return SourceError(
        f"{shown} {what} (line {line}): its encoding cannot be told.",
        expected="text in UTF-8 or Windows-1252, or in UTF-16 with a byte-order mark.",
        remedy="export the file again in UTF-8 (in a spreadsheet: `CSV UTF-8`, ids as text), or "
        "declare its `encoding` under this source in params.yaml, such as cp1250 or utf-16-le.",
    )


_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def _refuse_control_characters(utf8: bytes, shown: str) -> None:
    found = _CONTROL.search(utf8)
    if found:
        line = utf8.count(b"\n", 0, found.start()) + 1
        what = "a NUL character" if found.group() == b"\0" else "control characters"
        raise SourceError(
            f"{shown} holds {what} (first in line {line}): it is no text, or in another encoding.",
            expected="text.",
            remedy="export the file again as UTF-8 text, or declare its `encoding` (such as "
            "utf-16-le) under this source in params.yaml.",
        )
