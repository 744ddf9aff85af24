"""A suggestion as lines to paste into the study file."""

import json
import re

from mentor_outcomes.sources.profiles import load_profile
from mentor_outcomes.sources.suggestion import Suggestion, alternatives
from mentor_outcomes.study import Layout

# Words that YAML would not read as text.
_PLAIN = re.compile(r"[A-Za-z][\w ]*")
_NO_TEXT = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def stub_of(suggestion: Suggestion, path: str, *, sheet: str | None = None) -> str:
    """The entry for `sources` of params.yaml; what needs an answer stands in comments.

    Columns that the profile maps already are not repeated.
    """
    lines = [
        "sources:",
        f"  {suggestion.source}:",
        f"    path: {_quoted(path)}",
        f"    profile: {suggestion.profile}",
    ]
    if sheet is not None:
        lines.append(f"    sheet: {_quoted(sheet)}")
    if suggestion.shape:
        lines.append(f"    shape: {suggestion.shape}")
    if "wave" in suggestion.lacking:
        lines.append("    # wave: from_file_name   # where each wave is a file: survey_03.csv is 3")
    columns = [*_chosen(suggestion), *_open(suggestion)]
    if not columns:
        return "\n".join(lines) + "\n"
    is_only_comments = all(line.startswith("#") for line in columns)
    lines.append("    # columns:" if is_only_comments else "    columns:")
    lines += [f"      {line}" for line in columns]
    return "\n".join(lines) + "\n"


def _chosen(suggestion: Suggestion) -> list[str]:
    layout = load_profile(suggestion.profile).sources.get(suggestion.source, Layout())
    return [
        f"{each.ours}: {_quoted(each.theirs)}{_doubt(each.score, each.reason)}"
        for each in suggestion.chosen
        if each.theirs not in alternatives(layout.columns.get(each.ours))
        and each.theirs != each.ours
    ]


def _doubt(score: float, reason: str) -> str:
    return "" if score >= 0.9 else f"   # {reason}: check"


def _open(suggestion: Suggestion) -> list[str]:
    several = [
        f"# {ours}: {' or '.join(_quoted(each.theirs) for each in found)}   # which one?"
        if len(found) > 1
        else f"# {ours}: {_quoted(found[0].theirs)}   # {found[0].reason}, but another column too?"
        for ours, found in suggestion.ambiguous.items()
    ]
    lacking = [
        f"# {ours}: ...   # needed, and no header is like it"
        if ours in suggestion.needed
        else f'# {ours}: ""   # no header is like it; "" says that there is none'
        for ours in suggestion.lacking
        if ours != "wave"
    ]
    return [*several, *lacking]


def _quoted(text: str) -> str:
    """As YAML reads it as this text."""
    is_plain = _PLAIN.fullmatch(text) and text.isascii() and text.casefold() not in _NO_TEXT
    return text if is_plain and text == text.strip() else json.dumps(text, ensure_ascii=False)
