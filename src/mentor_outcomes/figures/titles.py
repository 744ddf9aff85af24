"""The message of each figure, in ten words or fewer, made from the numbers that it shows."""

import math

import pandas as pd

from mentor_outcomes.study import ARM_WORDS, ArmWords

DID = {"promotion": "were promoted", "voluntary_exit": "left by choice"}
_NO_FINDING = {
    "cannot_tell": "{label}: no clear difference after {months:g} months",
    "too_small_to_matter": "{label}: difference too small to matter",
    "not_reliable": "{label}: not a finding, see the checks",
    "not_measured": "{label}: not measured in this study",
}
_GOOD = ("helps", "probably_helps", "may_help")
_BAD = ("hurts", "probably_hurts", "may_hurt")


def people_title(
    label: str,
    event: str,
    verdict: str,
    months: float,
    risks: pd.Series,
    words: ArmWords = ARM_WORDS["protege"],
) -> str:
    """Of an event: how many of 100 of either arm, or that nothing can be said."""
    if verdict in _NO_FINDING:
        return _NO_FINDING[verdict].format(label=capitalised(label), months=months)
    mentored, comparison = (round(float(risks[arm])) for arm in ("mentored", "comparison"))
    by_event = {"promotion": words.title, "voluntary_exit": words.title_of_leaving}
    return by_event[event].format(mentored=mentored, comparison=comparison)


def effect_title(
    label: str, verdict: str, months: float, estimate: float, unit: str, *, digits: int = 2
) -> str:
    """Of a difference: its size and direction at the main horizon."""
    if verdict in _NO_FINDING or not math.isfinite(estimate):
        words = _NO_FINDING.get(verdict, _NO_FINDING["cannot_tell"])
        return words.format(label=capitalised(label), months=months)
    direction = "higher" if estimate > 0 else "lower"
    size = size_in_words(estimate, unit, digits)
    return f"{capitalised(label)}: {size} {direction} after {months:g} months"


def size_in_words(estimate: float, unit: str, digits: int = 2) -> str:
    """`1.2%` for log points, `0.21 points` for a scale."""
    if unit == "log points":
        return f"{abs(math.expm1(estimate)):.1%}"
    return f"{abs(estimate):.{digits}f} {unit}"


def forest_title(verdicts: pd.Series) -> str:
    """Of all outcomes: how many are better and worse, no surer than the least sure of them."""
    return _counted_title(verdicts, "outcome")


def scales_title(verdicts: pd.Series) -> str:
    """Of all scales over time: how many are better and worse."""
    return _counted_title(verdicts, "scale")


def _counted_title(verdicts: pd.Series, noun: str) -> str:
    """`Mentoring may help with 5 of 10 outcomes`."""
    of_all = f"{len(verdicts)} {noun}{'' if len(verdicts) == 1 else 's'}"
    told = [_counted(verdicts, _GOOD, "helps with"), _counted(verdicts, _BAD, "hurts")]
    said = [words for words in told if words]
    return f"Mentoring {', '.join(said)} of {of_all}" if said else f"No clear effect on {of_all}"


def two_way_title(label: str) -> str:
    """Of the two-way model beside the sets: that it has no comparators of its own choosing."""
    return f"{capitalised(label)}: two-way fixed effects beside the difference in sets"


def _counted(verdicts: pd.Series, those: tuple[str, ...], verb: str) -> str:
    """`may help with 4`; empty where there is none. `those` go from the surest to the least sure.

    verb   as it stands where nothing is in doubt
    """
    found = verdicts[verdicts.isin(those)]
    if found.empty:
        return ""
    least = max(found.map(those.index))
    word, *rest = verb.split(" ")
    doubted = " ".join(["may", word.removesuffix("s"), *rest])
    return f"{(verb, f'probably {verb}', doubted)[least]} {len(found)}"


def balance_title(smd_after: pd.Series, limit: float) -> str:
    """Of the design: how many characteristics it made alike; one number for each of them."""
    known = smd_after.dropna().abs()
    n_alike = int((known <= limit).sum())
    if n_alike == len(known):
        return f"Groups compared: all {len(known)} characteristics are alike"
    return f"Groups compared: {n_alike} of {len(known)} characteristics are alike"


def preference_title(equipoise_share: float) -> str:
    """Of overlap: how many people could have been in either group."""
    return f"{equipoise_share:.0%} could well have been in either group"


def calibration_title(n_within: int, n_groups: int, *, is_all: bool) -> str:
    """Of the model of starts: in how many groups starts came as predicted, chance allowed for.

    is_all   whether every group may be shown
    """
    how_many = f"all {n_groups}" if n_within == n_groups else f"{n_within} of {n_groups}"
    shown = "" if is_all else " shown"
    return f"Starts come as predicted in {how_many} groups{shown}"


def capitalised(text: str) -> str:
    """With a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def contrasts_title(label: str, naive: float, emulated: float, *, is_reliable: bool) -> str:
    """Of one event asked in two ways: both differences per 100, or that neither is a finding."""
    if not is_reliable:
        return f"{capitalised(label)}: naive and emulated contrast, neither a finding"
    return f"{capitalised(label)}: naive {signed(naive)} per 100, emulated trial {signed(emulated)}"


def signed(value: float) -> str:
    """With one decimal, a true minus, and a plus before what is above zero."""
    text = f"{value:+.1f}".replace("-", "\u2212")
    return text[1:] if float(f"{value:.1f}") == 0 else text


def placebo_title(n_passed: int, n_shown: int) -> str:
    """Of the year before the start: in how many of the outcomes shown the check passed."""
    return f"Placebo year: {n_passed} of {n_shown} outcomes shown raise no doubt"
