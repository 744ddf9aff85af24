"""Whether what people say of their mentoring and of themselves comes from one source."""

import glob
import re
from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study.source import Source

SURVEY_PLATFORMS = ("qualtrics", "limesurvey", "cultureamp")
"""Profiles of providers whose files hold what people answered."""


def why_self_reported(sources: Mapping[str, Source]) -> str | None:
    """Why who was mentored is told by people themselves, as their scores are; None: it is not.

    It is so where `sources.mentoring` is declared `self_reported`, is read with the profile of a
    survey platform, or may be read from a file that the survey is read from: by path or pattern,
    with the same sheet, table and database. Answers to two questions of one person hang together
    for reasons of that person's: mood, a wish to be consistent (Podsakoff, MacKenzie, Lee &
    Podsakoff, 2003, J. Appl. Psychol. 88:879).
    """
    mentoring, survey = sources.get("mentoring"), sources.get("survey")
    if mentoring is None or survey is None:
        return None
    if mentoring.self_reported:
        return "the study file says that who was mentored is self-reported"
    if mentoring.profile in SURVEY_PLATFORMS:
        return f"who was mentored is read from a survey platform ({mentoring.profile})"
    if _same_place(mentoring, survey):
        return "who was mentored is read from the files of the survey"
    return None


def check_self_reported(name: str, source: Source) -> None:
    """Raise StudyError for `self_reported` where nothing would follow from it."""
    if source.self_reported and name != "mentoring":
        raise StudyError(
            f"sources.{name} has self_reported.",
            expected="self_reported for the source mentoring only: that is what is set beside the "
            "answers of the survey.",
            remedy=f"remove it from sources.{name} in params.yaml.",
        )


def _same_place(one: Source, other: Source) -> bool:
    if (one.sheet, one.table, one.database) != (other.sheet, other.table, other.database):
        return False
    if one.database:
        return True
    return may_name_one_file(one.path, other.path)


def may_name_one_file(one: str, other: str) -> bool:
    """Whether two paths or patterns (* ? [...]) can name the same file, whatever files there are.

    A star stops at a slash, as in `glob`; ** across folders goes as a star within each.
    """
    parts = [_parts(path) for path in (one, other)]
    if any("**" in part for part in parts):
        return _reach(parts[0], parts[1])
    return len(parts[0]) == len(parts[1]) and all(map(_overlap, *parts))


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in PurePosixPath(path.replace("\\", "/")).parts if part != ".")


def _reach(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """The same where ** stands for any number of folders, none too."""
    if not one or not other:
        return all(part == "**" for part in (*one, *other))
    if one[0] == "**":
        return _reach(one[1:], other) or _reach(one, other[1:])
    if other[0] == "**":
        return _reach(other, one)
    return _overlap(one[0], other[0]) and _reach(one[1:], other[1:])


def _overlap(one: str, other: str) -> bool:
    """Whether some name matches both patterns."""
    if not glob.has_magic(one) and not glob.has_magic(other):
        return one == other
    first, second = (re.findall(r"\[!?\]?[^\]]*\]|.", pattern) for pattern in (one, other))

    @cache
    def from_here(i: int, j: int) -> bool:
        a, b = first[i : i + 1], second[j : j + 1]
        if a == ["*"]:
            return from_here(i + 1, j) or (bool(b) and from_here(i, j + 1))
        if b == ["*"]:
            return from_here(i, j + 1) or (bool(a) and from_here(i + 1, j))
        if not a or not b:
            return not a and not b
        return _one_character(a[0], b[0]) and from_here(i + 1, j + 1)

    return from_here(0, 0)


def _one_character(one: str, other: str) -> bool:
    """Two sets of characters, or a set and a question mark, are taken to overlap."""
    if len(one) == 1 and len(other) == 1:
        return one == other or "?" in (one, other)
    literal = next((part for part in (one, other) if len(part) == 1 and part != "?"), None)
    if literal is None:
        return True
    pattern = one if literal == other else other
    return re.fullmatch(pattern.replace("[!", "[^", 1), literal) is not None
