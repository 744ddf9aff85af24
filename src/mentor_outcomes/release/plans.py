"""What a design could show, without what too few people stand behind."""

import numpy as np
import pandas as pd

from mentor_outcomes.release.counts import hidden_reason, is_small, rounded, too_few
from mentor_outcomes.study import Release

_COUNTS = ("n_mentored", "n_comparison", "effective_mentored", "effective_comparison")
_EVENTS = ("events_mentored", "events_comparison")
_INFLATIONS = ("inflation_by_weights", "inflation_by_follow_up")
_ERRORS = ("std_error", "smallest_detectable")
_DECIMALS = {"per 100 people": 1, "log points": 4, "SD": 3}


def release_detectable(detectable: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """An outcome's smallest detectable effect; missing where a few are compared or followed.

    Errors are those of the rounded numbers of people: exact ones would give these back. Expected
    events are a declared rate times a number of people, and are rounded like it. The share
    followed to the horizon is missing where few are, or few are not.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    is_sized = detectable["n_mentored"].notna()
    few = is_sized & (
        too_few(detectable["n_mentored"], minimum) | too_few(detectable["n_comparison"], minimum)
    )
    is_followed = detectable["effective_mentored"].gt(0) & detectable["effective_comparison"].gt(0)
    few_effective = few | (
        is_followed
        & (
            too_few(detectable["effective_mentored"], minimum)
            | too_few(detectable["effective_comparison"], minimum)
        )
    )
    told = {name: rounded(detectable[name], to) for name in _COUNTS}
    mended = _variance(told["effective_mentored"], told["effective_comparison"]) / _variance(
        detectable["effective_mentored"], detectable["effective_comparison"]
    )
    places = 10.0 ** detectable["unit"].map(_DECIMALS)
    errors = {name: detectable[name] * np.sqrt(mended) for name in _ERRORS}
    return detectable.assign(
        **{name: told[name].mask(few) for name in _COUNTS[:2]},
        **{name: told[name].mask(few_effective) for name in _COUNTS[2:]},
        **{name: detectable[name].round(1).mask(few_effective) for name in _INFLATIONS},
        **{
            name: ((values * places).round() / places).mask(few_effective)
            for name, values in errors.items()
        },
        **{name: rounded(detectable[name], to).mask(few_effective) for name in _EVENTS},
        share_followed=detectable["share_followed"]
        .round(2)
        .mask(few_effective | _few_by_follow_up(detectable, minimum)),
        reason=detectable["reason"].mask(few_effective, hidden_reason(minimum)),
    )


def _variance(mentored: pd.Series, comparison: pd.Series) -> pd.Series:
    """Of a difference of two arms of so many people, in squared spreads; missing for nobody."""
    return 1 / mentored.where(mentored > 0) + 1 / comparison.where(comparison > 0)


def _few_by_follow_up(detectable: pd.DataFrame, minimum: int) -> pd.Series:
    """Whether few of the starts are followed to the horizon, or few are not."""
    n_followed = detectable["share_followed"] * detectable["n_mentored"]
    return is_small(n_followed, minimum) | is_small(detectable["n_mentored"] - n_followed, minimum)
