"""Who is seen at a horizon and who is not, without the cells of few people."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.release.counts import is_small, rounded, too_few
from mentor_outcomes.release.steps import WHOSE
from mentor_outcomes.study import Release

KNOWN = ("left_by_choice", "left_otherwise", "no_value", "seen")
"""What is known of people at a horizon: their shares add up to 100."""
STATUSES = ("no_value_before", "not_due", "mentored_since", *KNOWN)
"""Their counts add up to the people of an arm."""
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)


def release_attrition(attrition: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """An arm at a horizon: counts that add up and weighted shares, small cells hidden.

    What is hidden is hidden with company (`hidden_cells`), so that neither people less the told
    cells nor 100 less the told shares is about few. Counts are rounded, and n_people is the sum of
    the told ones and of the hidden ones together. Shares are per 100 in steps of at least
    `round_counts_to` of those of whom it is known, so that none gives back what its count hides.

    Horizons and outcomes of an arm differ by few people in many a cell, since nearly the same
    people are asked again. That is why nothing is told here more exactly than to
    `round_counts_to` people: of two such cells the difference is 0 or one step, and says of nobody
    where they were. Between horizons cells lose people to `not_due` besides.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    hidden = hidden_cells(attrition, minimum)
    few = too_few(attrition["n_people"], minimum)
    counts = attrition[[f"n_{name}" for name in STATUSES]].set_axis(STATUSES, axis="columns")
    told = {name: rounded(counts[name], to).mask(hidden[name]) for name in STATUSES}
    of_hidden = rounded(counts.where(hidden, 0).sum(axis="columns"), to)
    total = pd.DataFrame(told).sum(axis="columns") + of_hidden
    steps = _share_steps(counts[list(KNOWN)].sum(axis="columns"), to)
    shares = {
        f"share_{name}": (np.round(attrition[f"share_{name}"] / steps) * steps).mask(hidden[name])
        for name in KNOWN
    }
    return attrition.assign(
        n_people=total.mask(few | ~_has_company(counts, hidden, minimum)),
        **{f"n_{name}": values for name, values in told.items()},
        **shares,
    )


def hidden_cells(attrition: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """One flag per row and status: whether its count and its share are hidden.

    A count of somebody, but of few; so is a share of somebody of whom more is known at another
    start. Then the next smallest, until the hidden ones among those of whom it is known, and all
    hidden ones, are two or more and hold `minimum` people or more. Those seen come last: how many
    they are is told beside estimates, so that they cannot hide another cell of all people. Few
    without a value before are hidden in both arms: their sum is told as left out. Of an arm of few
    people nothing is told.
    """
    counts = attrition[[f"n_{name}" for name in STATUSES]].set_axis(STATUSES, axis="columns")
    small = counts.apply(is_small, minimum=minimum)
    for name in KNOWN:
        small[name] |= (counts[name] == 0) & (attrition[f"share_{name}"] > 0)
    arms = [attrition[name] for name in (*WHOSE, "horizon_months")]
    small["no_value_before"] = small["no_value_before"].groupby(arms).transform("any")
    hidden = _in_company(counts, small, minimum)
    in_both = hidden["no_value_before"].groupby(arms).transform("any")
    hidden = _in_company(counts, hidden.assign(no_value_before=in_both), minimum)
    few = too_few(attrition["n_people"], minimum)
    return hidden.apply(lambda flags: flags | few)


def _in_company(counts: pd.DataFrame, hidden: pd.DataFrame, minimum: int) -> pd.DataFrame:
    rows = [
        _row_in_company(
            own.to_dict(), {name for name in STATUSES if hidden.loc[place, name]}, minimum
        )
        for place, own in counts.iterrows()
    ]
    flags = [{name: name in row for name in STATUSES} for row in rows]
    return pd.DataFrame(flags, index=counts.index, columns=list(STATUSES), dtype=bool)


def _row_in_company(counts: dict[str, float], hidden: set[str], minimum: int) -> set[str]:
    """`hidden`, with further cells until neither sum gives few away."""
    by_size = sorted(STATUSES[:-1], key=lambda name: counts[name])
    of_known = [name for name in by_size if name in KNOWN]
    others = [name for name in by_size if name not in KNOWN and name != "no_value_before"]
    # One of those of whom it is known would need company among these, too.
    unseen = [*others, *of_known, "no_value_before"]
    of_known = [*of_known, "seen"]
    before: set[str] = set()
    while hidden != before:
        before = set(hidden)
        for cells in (of_known, unseen):
            for name in cells:
                if _is_safe(counts, hidden.intersection(cells), minimum):
                    break
                if counts[name] > 0:
                    hidden = hidden | {name}
    return hidden


def _is_safe(counts: dict[str, float], hidden: set[str], minimum: int) -> bool:
    """Whether nobody is in the hidden cells, or enough people in two or more."""
    n_people = [counts[name] for name in hidden]
    return not hidden or (len(hidden) > 1 and sum(n_people) >= minimum)


def _has_company(counts: pd.DataFrame, hidden: pd.DataFrame, minimum: int) -> pd.Series:
    """Whether people less the told cells, those seen among them, are none or not few."""
    safe = [
        _is_safe(own.to_dict(), {n for n in STATUSES[:-1] if hidden.loc[place, n]}, minimum)
        for place, own in counts.iterrows()
    ]
    return pd.Series(safe, index=counts.index, dtype=bool)


def _share_steps(n_known: pd.Series, to: int) -> pd.Series:
    """Per 100, the smallest round step that is of `to` people or more."""
    exact = 100 * to / n_known.where(n_known > 0)
    return exact.map(lambda needed: _step(needed, _STEPS), na_action="ignore").astype("float64")


def _step(needed: float, steps: Sequence[float]) -> float:
    return next((step for step in steps if step >= needed), steps[-1])
