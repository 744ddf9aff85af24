"""Weights for those who stop being followed: mentored later, or gone.

A comparator who starts a mentorship later no longer shows what happens without one, and one who
leaves has no pay. Who does so depends on recorded history; those still followed who were likely to
stop stand for those who did (inverse probability of censoring weights; Robins & Finkelstein 2000).
Everything that predicts period p is known on the last day of period p - 1.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.calendar import Calendar
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.weights._hazards import hazards_by_period
from mentor_outcomes.estimates.weights.followed_members import FollowedMembers, followed_members
from mentor_outcomes.study import Groups, StudySection

DESIGN = ["role", "contrast", "eligibility"]
EXITS = ("voluntary_exit", "other_exit")
CERTAIN = 1 - 1e-6
"""A hazard above this counts as certain: nobody alike is left to stand in."""


def censoring_weights(
    matched_sets: pd.DataFrame,
    person_months: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    events: pd.DataFrame,
    *,
    section: StudySection,
    groups: Groups,
    longest_months: float,
) -> pd.DataFrame:
    """One row per person of a matched set and calendar period, while followed: their weights.

    Rows run from the period of time zero to the one that holds the end of follow-up: the first
    exit, observed_to, a comparator's own first mentorship (unless comparators are kept as
    assigned), or one period past `longest_months`. No event of interest ends them.

    unmentored_weight
        for comparators not mentored yet in the *middle* of the period: the product of
        1 / (1 - hazard of any recorded start) over earlier periods since time zero and half of
        this one. The mentored, and everybody under `as_assigned`: 1.
    unmentored_weight_at_end
        the same at the last day of the period; missing if follow-up ended before it
    stayed_weight
        for not having left by the last day of the period, both arms; who is mentored by the
        period's outset leaves as the mentored do, whichever arm they are in

    Stabilised: each factor is multiplied by 1 - the mean hazard of those of that arm followed so
    many periods after time zero, weighted as in their sets; a function of time since start alone.
    A period of which a share is left after time zero counts with its probability to that power.
    Truncated: weights beyond the quantiles q and 1 - q of those of the same arm, so many periods
    after time zero, are set to these (Cole & Hernan 2008), q = groups.truncate_weights_at. So at
    no time more than 1 - q of an arm's weights is moved on either side; weights grow, and with
    quantiles of all times together those of the last months would be cut first.
    Assumes that, given the recorded history, starting and leaving have nothing to do with what
    would have been. The model of starts sees those employed for groups.min_tenure_months and
    never mentored; on leave nobody starts unless somebody did. The model of leaving sees
    everyone, and whether they are mentored.

    Raises EstimationError if a start or an exit is certain for somebody, or if a comparator's
    history in the period before time zero is not recorded.
    Worked by hand in tests/spec/test_censoring_weights.py; truth found in tests/recovery.
    """
    designs = []
    for role, sets in matched_sets.groupby("role", sort=True, observed=True):
        starts = first_mentorships[first_mentorships["role"] == role]
        exits = _gone(events)
        hazards = hazards_by_period(person_months, starts, exits, section.calendar, groups)
        for _, design in sets.groupby(DESIGN, sort=True, observed=True):
            members = design.sort_values(["set_id", "person_id"], kind="stable")
            followed = followed_members(
                members, starts, exits, section.calendar, groups, longest_months
            )
            chances = _chances(followed, members, hazards, starts, section.calendar, groups)
            designs.append(_table(members, followed, chances, groups.truncate_weights_at))
    if not designs:
        return schema.CENSORING_WEIGHTS.empty()
    return pd.concat(designs, ignore_index=True)


def follow_up_weights(weights: pd.DataFrame) -> pd.DataFrame:
    """Members of sets followed to the end of a period: set_id, person_id, period, weight.

    The weight is the product of those for not having been mentored and for not having left, both
    at the period's last day; `weights` are rows of one design of `censoring_weights`.
    """
    weight = weights["unmentored_weight_at_end"] * weights["stayed_weight"]
    return weights[["set_id", "person_id", "period"]].assign(weight=weight).dropna()


def _gone(events: pd.DataFrame) -> pd.DataFrame:
    """Exits: the last day employed, and the first day gone."""
    exits = events.loc[events["event"].isin(EXITS), ["person_id", "occurred_on"]]
    return exits.assign(gone_on=exits["occurred_on"] + pd.Timedelta(days=1))


@dataclass(frozen=True, slots=True, eq=False)
class _Chances:
    """Hazards of a start and of an exit, shape (n_members, n_periods); 0 where not followed.

    is_weighted   members whose weight is for not having been mentored
    """

    start: np.ndarray
    exit: np.ndarray
    is_weighted: np.ndarray


def _chances(
    followed: FollowedMembers,
    members: pd.DataFrame,
    hazards: pd.DataFrame,
    starts: pd.DataFrame,
    calendar: Calendar,
    groups: Groups,
) -> _Chances:
    """Each member's hazards in the periods followed.

    In either arm the hazard of an exit is that of the mentored from the period after the own
    start on, as the model has it.
    """
    row, column = np.nonzero(followed.is_followed)
    period = followed.first_period[row] + column
    place = _rows_of_people(hazards, members["person_id"])(row, period)
    started_on = members["person_id"].map(starts.set_index("person_id")["started_on"])
    start_period = calendar.period_of(started_on.astype("datetime64[us]")).to_numpy("float64")
    was_mentored = start_period[row] < period  # never: missing, and not less
    is_weighted = ~members["is_mentored"].to_numpy(dtype=bool)
    is_weighted &= groups.comparators_mentored_later == "censor"

    def hazard(name: str) -> np.ndarray:
        values = hazards[name].to_numpy(dtype="float64")
        return np.where(place >= 0, values[place], np.nan)

    leaving = np.where(was_mentored, hazard("exit_hazard_mentored"), hazard("exit_hazard"))
    starting = np.where(is_weighted[row], hazard("start_hazard"), 0.0)
    n_unknown = int((np.isnan(leaving) | np.isnan(starting)).sum())
    if n_unknown:
        raise EstimationError(
            f"{n_unknown} of {len(row)} person-periods of the matched sets have no recorded "
            "history at the end of the period before.",
            expected="everybody in a set employed, and not yet mentored if a comparator, at the "
            "end of the period before.",
            remedy="set groups.min_tenure_months to at least the length of study.period, or use "
            "shorter periods.",
        )
    _refuse_certain(starting, "starting a mentorship")
    _refuse_certain(leaving, "leaving")
    tables = [np.zeros(followed.is_followed.shape) for _ in range(2)]
    for table, values in zip(tables, (starting, leaving), strict=True):
        table[row, column] = values
    return _Chances(*tables, is_weighted)


def _rows_of_people(hazards: pd.DataFrame, people: pd.Series):
    """Look-up of the row of `hazards` by position in `people` and period; -1: none."""
    codes, names = pd.factorize(hazards["person_id"])
    n_periods = int(hazards["period"].max()) + 2 if len(hazards) else 1
    first = int(hazards["period"].min()) if len(hazards) else 0
    width = n_periods - first
    rows = np.full((len(names) + 1) * width, -1)
    rows[codes * width + (hazards["period"].to_numpy(dtype=np.int64) - first)] = np.arange(
        len(hazards)
    )
    # Somebody without any row has position -1: the last stretch, which holds none.
    person = pd.Index(names).get_indexer(people) % (len(names) + 1)

    def find(position: np.ndarray, period: np.ndarray) -> np.ndarray:
        since = period - first
        is_inside = (since >= 0) & (since < width)
        return np.where(is_inside, rows[person[position] * width + since * is_inside], -1)

    return find


def _refuse_certain(hazard: np.ndarray, what: str) -> None:
    n_certain = int((hazard > CERTAIN).sum())
    if n_certain:
        raise EstimationError(
            f"{what} is certain in {n_certain} of {len(hazard)} person-periods of matched sets.",
            expected="a chance below 1: nobody is left who could stand for those who did.",
            remedy="narrow groups.covariates and groups.exact, or end the study before it happens.",
        )


def _table(
    members: pd.DataFrame, followed: FollowedMembers, chances: _Chances, quantile: float
) -> pd.DataFrame:
    """The rows of one design with their stabilised, truncated weights."""
    there, still = followed.is_followed, followed.is_followed_to_end
    arm = members["is_mentored"].to_numpy(dtype=bool)
    weighted = chances.is_weighted
    stayed = np.ones(there.shape)
    for side in (arm, ~arm):
        leave = _log_factors(followed, chances.exit, members["weight"].to_numpy(), side)
        stayed[side] = _truncated_by_period(np.exp(leave.cumsum(axis=1)), there[side], quantile)
    middle, at_end = np.ones(there.shape), np.ones(there.shape)
    start = _log_factors(followed, chances.start, members["weight"].to_numpy(), weighted)
    so_far = start.cumsum(axis=1)
    middle[weighted] = _truncated_by_period(np.exp(so_far - start / 2), there[weighted], quantile)
    at_end[weighted] = _truncated_by_period(np.exp(so_far), still[weighted], quantile)
    row, column = np.nonzero(there)
    kept = members[[*DESIGN, "set_id", "person_id"]].iloc[row].reset_index(drop=True)
    return kept.assign(
        period=followed.first_period[row] + column,
        unmentored_weight=middle[there],
        unmentored_weight_at_end=np.where(still, at_end, np.nan)[there],
        stayed_weight=stayed[there],
    )


def _log_factors(
    followed: FollowedMembers, hazard: np.ndarray, weight: np.ndarray, chosen: np.ndarray
) -> np.ndarray:
    """Log of (1 - mean hazard of those so long after time zero) / (1 - own hazard), by period.

    Of the chosen members only; times the share of the period after time zero; 0 where not followed.
    """
    there, own = followed.is_followed[chosen], hazard[chosen]
    by_weight = there * weight[chosen, None]
    total = by_weight.sum(axis=0)
    mean = np.divide(
        (by_weight * own).sum(axis=0), total, out=np.zeros(len(total)), where=total > 0
    )
    factor = np.where(there, np.log1p(-mean) - np.log1p(-own), 0.0)
    factor[:, :1] *= followed.first_share[chosen, None]
    return factor


def _truncated_by_period(weights: np.ndarray, there: np.ndarray, quantile: float) -> np.ndarray:
    """Each column's weights moved to its quantiles 1 - q and q where they lie beyond."""
    result = weights.copy()
    for column in range(weights.shape[1]):
        rows = there[:, column]
        if rows.any():
            result[rows, column] = clipped(weights[rows, column], quantile)
    return result


def clipped(weights: np.ndarray | pd.Series, quantile: float) -> np.ndarray:
    """The quantiles are weights that occur, so that at most 1 - q is moved on either side."""
    values, q = np.asarray(weights), max(quantile, 1 - quantile)
    last = len(values) - 1
    low, high = int(np.floor((1 - q) * last)), int(np.ceil(q * last))
    ordered = np.partition(values, [low, high])
    return np.clip(values, ordered[low], ordered[high])
