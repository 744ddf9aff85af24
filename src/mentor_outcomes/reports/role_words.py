"""Texts that speak of people who are mentored, said of those who became mentors."""

import re

from mentor_outcomes.study import ARM_WORDS

_AS_GIVEN = ("study", "provenance")
"""Parts of a report's content that the study file or the tables word, not this package."""


def in_role(content: object, role: str) -> object:
    """The content of a report with the phrases of `role`; keys, numbers and names as they are.

    Of two phrases that fit the longer is taken; a capital letter stays one.
    """
    phrases = ARM_WORDS[role].phrases
    if not phrases:
        return content
    longest_first = sorted(phrases, key=len, reverse=True)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
    return _replaced(content, pattern, phrases)


def _replaced(content: object, pattern: re.Pattern[str], phrases) -> object:
    if isinstance(content, dict):
        return {
            key: value if key in _AS_GIVEN else _replaced(value, pattern, phrases)
            for key, value in content.items()
        }
    if isinstance(content, list | tuple):
        return [_replaced(value, pattern, phrases) for value in content]
    if isinstance(content, str):
        return pattern.sub(lambda found: _like(found.group(), phrases), content)
    return content


def _like(found: str, phrases) -> str:
    said = phrases[found.lower()]
    return said[:1].upper() + said[1:] if found[:1].isupper() else said
