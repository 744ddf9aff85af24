"""What a sentence may tell: no count of few people, no level of a covariate."""

import re

import pandas as pd

_NUMBER = r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w]|\.\d|,\d)"
_TOKEN = re.compile(rf"\d{{4}}-\d\d-\d\d|({_NUMBER})(?: of ({_NUMBER}))?")
_IS_NO_COUNT = re.compile(r"\s?%|[ -]?(?:months?|periods?|days|years)\b| of each\b| are over\b")
_IS_PEOPLE = re.compile(
    r" (?:people|persons|comparators|rows|of the mentored|of the comparators|mentored)\b"
)
_LEVEL = re.compile(r"(?<=[\w)])=.*", flags=re.DOTALL)


def publishable_text(texts: pd.Series, *, minimum: int, to: int) -> pd.Series:
    """Sentences without counts of few; missing stays missing.

    Counts of people are rounded or said to be small; of a count and its total both are left out
    where one of them, or what lies between, is small. Dates, decimals, percentages, times,
    and bounds of at least `minimum` stay. Any other number is masked: what it counts is unknown.
    Of `covariate=level` only the covariate is told, and nothing after it: a level may be rare,
    and where its name ends is unknown.
    """

    def publish(sentence: str) -> str:
        named = _without_level(sentence)
        return _TOKEN.sub(lambda found: _published(found, named, minimum, to), named)

    return texts.map(publish, na_action="ignore")


def _without_level(sentence: str) -> str:
    cut = _LEVEL.sub("", sentence)
    n_open = cut.count("(") - cut.count(")")
    return cut + ")" * max(0, n_open) if cut != sentence else sentence


def _published(found: re.Match[str], sentence: str, minimum: int, to: int) -> str:
    """What stands for a number, or for a number `of` another, in a sentence."""
    numbers = [number for number in found.groups() if number]
    if not all(number.replace(",", "").isdecimal() for number in numbers):
        return found.group()
    after, before = sentence[found.end() :], sentence[: found.start()]
    counts = [int(number.replace(",", "")) for number in numbers]
    if not numbers or _IS_NO_COUNT.match(after):
        return found.group()
    if before.endswith("fewer than ") and counts[0] >= minimum:
        return found.group()
    if not _IS_PEOPLE.match(after):
        return "some"
    if len(counts) == 2:
        between = counts[1] - counts[0]
        if any(0 < count < minimum for count in (*counts, between)):
            return "some"
    elif 0 < counts[0] < minimum:
        return f"fewer than {minimum}"
    return " of ".join(f"{int(count / to + 0.5) * to:,}" for count in counts)
