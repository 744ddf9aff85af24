"""Whose effect an estimate on the sets is, in words."""

from mentor_outcomes.study import Groups

_METHODS = {
    "risk_set_matching": "",
    "overlap_weights": " (ATO, overlap weights)",
    "entropy_balancing": " (ATT, entropy balancing)",
    "inverse_probability": " (ATT, inverse probability weights{})",
}
COMPARED = "effect on the mentored who could be compared"
EITHER = "effect on those who could have been in either group, nearly all of the mentored"
"""Of overlap weights: a mentored person weighs one less the chance of starting in that month. Where
that chance is small, as within a month it is, all weigh nearly one, and ATO is nearly ATT."""


def of_whom(groups: Groups) -> str:
    """The people an effect is about, with the estimand's abbreviation and the method."""
    who = EITHER if groups.method == "overlap_weights" else COMPARED
    return who + _METHODS[groups.method].format(_trimming(groups))


def the_people(groups: Groups) -> str:
    """Those of `of_whom`, where what is said of them is no effect."""
    return of_whom(groups).removeprefix("effect on ")


def if_as_assigned(groups: Groups) -> str:
    """What is said of comparators mentored later, where they are kept."""
    as_assigned = groups.comparators_mentored_later == "as_assigned"
    return ", whoever is mentored later" if as_assigned else ""


def _trimming(groups: Groups) -> str:
    low, high = groups.trim_propensity
    cut = groups.trim_weights_at
    return (f" of propensities {low:g} to {high:g}" if (low, high) != (0, 1) else "") + (
        f" cut at their quantile {cut:g}" if cut < 1 else ""
    )
