"""What must stand behind an estimate before it may be told, by method and quantity."""

import pandas as pd

from mentor_outcomes.errors import SchemaError
from mentor_outcomes.release.counts import too_few

PEOPLE, EVENTS, MOVERS = "people", "events", "movers"
BEHIND = {
    ("cumulative_incidence", None): EVENTS,
    ("mean_time", None): EVENTS,
    ("mean_count", None): EVENTS,
    ("cox", None): EVENTS,
    ("cox_time_varying", None): EVENTS,
    ("naive", "risk_difference"): EVENTS,
    ("naive", "difference"): PEOPLE,
    ("placebo_start", "risk_difference"): EVENTS,
    ("placebo_start", "difference"): PEOPLE,
    ("matched_difference", None): PEOPLE,
    ("matched_difference", "share_difference"): EVENTS,
    ("matched_difference", "difference_through_grade"): MOVERS,
    ("matched_difference", "difference_within_grade"): MOVERS,
    ("lee_bounds", None): PEOPLE,
    ("tipping_point", None): PEOPLE,
    ("parallel_trends", None): PEOPLE,
    ("proportional_odds", None): PEOPLE,
    ("group_time_effects", None): PEOPLE,
    ("two_way_fixed_effects", None): PEOPLE,
    ("within_between", None): PEOPLE,
}
"""Method and quantity (None: every other one of the method) -> what there must be enough of.

PEOPLE   people in each arm: means, regressions and tests of values that few people share
EVENTS   of these also people with the event and without it, in each arm: a risk or a share, which
         is a fraction of two counts. Of a share of scores the event is a score at or above the
         threshold
MOVERS   people in each arm who changed grade: of a difference through grade all others are zeros,
         and with the difference itself the part within grade gives it back

A row of a test, which has a chi-square and a p-value alone, needs what the effects that it tests
need: from an effect of few people it could be told whether they differ.
"""


def has_few(estimates: pd.DataFrame, minimum: int) -> pd.Series:
    """Whether fewer than `minimum` of what must stand behind it do; an unknown count is too small.

    Raises
    ------
    SchemaError   a method or quantity of which nobody has decided what must stand behind it
    """
    needs = _needs(estimates)
    is_event = needs == EVENTS
    n_both = estimates["n_mentored"] + estimates["n_comparison"]
    few = is_event & too_few(estimates["n_events"], minimum)
    few |= is_event & too_few(n_both - estimates["n_events"], minimum)
    for arm in ("mentored", "comparison"):
        n, n_events = estimates[f"n_{arm}"], estimates[f"n_events_{arm}"]
        few |= too_few(n, minimum)
        few |= (needs != PEOPLE) & too_few(n_events, minimum)
        few |= is_event & too_few(n - n_events, minimum)
    return few


def _needs(estimates: pd.DataFrame) -> pd.Series:
    found = {
        key: BEHIND.get(key, BEHIND.get((key[0], None)))
        for key in set(zip(estimates["method"], estimates["quantity"], strict=True))
    }
    unknown = sorted(f"{method}, {quantity}" for (method, quantity), n in found.items() if not n)
    if unknown:
        raise SchemaError(
            f"estimates of {'; '.join(unknown)}.",
            expected="methods and quantities of which release/behind.py says what must stand "
            "behind them.",
            remedy="add them to BEHIND in release/behind.py.",
        )
    keys = zip(estimates["method"], estimates["quantity"], strict=True)
    return pd.Series([found[key] for key in keys], index=estimates.index, dtype="object")
