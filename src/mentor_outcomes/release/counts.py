"""When a count is too small, and how a count is rounded."""

import re

import numpy as np
import pandas as pd

_COUNT_IN_TEXT = re.compile(
    r"(?<!fewer than )\b\d[\d,]*(?= (?:of \d[\d,]* )?"
    r"(?:people|persons|comparators|rows|of the mentored|of the comparators)\b)"
)
HIDDEN = "hidden: fewer than {minimum} people"


def hidden_reason(minimum_people: int) -> str:
    """What stands where a figure was."""
    return HIDDEN.format(minimum=minimum_people)


def is_hidden(reasons: pd.Series) -> pd.Series:
    """Whether each reason says that the figure was hidden by the release."""
    told = [isinstance(reason, str) and reason.startswith("hidden:") for reason in reasons]
    return pd.Series(told, index=reasons.index, dtype=bool)


def rounded(counts: pd.Series, to: int) -> pd.Series:
    """Counts to the nearest multiple of `to`, halves upward; missing stays missing."""
    return np.floor(counts.astype("float64") / to + 0.5) * to


def too_few(counts: pd.Series, minimum: int) -> pd.Series:
    """Whether fewer than `minimum` people are counted; a missing count is not judged."""
    return (counts < minimum).fillna(False).astype(bool)


def is_small(counts: pd.Series, minimum: int) -> pd.Series:
    """Whether a count is of somebody, but of fewer than `minimum`: nobody at all may be said."""
    return too_few(counts, minimum) & (counts > 0)


def publishable_text(texts: pd.Series, *, minimum: int, to: int) -> pd.Series:
    """Sentences whose counts of people are rounded, or said to be small; missing stays missing."""

    def publish(found: re.Match[str]) -> str:
        count = int(found.group().replace(",", ""))
        if 0 < count < minimum:
            return f"fewer than {minimum}"
        return f"{int(count / to + 0.5) * to:,}"

    return texts.map(lambda text: _COUNT_IN_TEXT.sub(publish, text), na_action="ignore")
