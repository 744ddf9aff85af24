"""Weights for those who stop being followed: mentored later, gone, or silent in a survey.

A comparator who starts a mentorship later no longer shows what happens without one, and one who
leaves has no pay. Who does so depends on recorded history; those still followed who were likely to
stop stand for those who did (inverse probability of censoring weights; Robins & Finkelstein 2000).
Everything that predicts period p is known on the last day of period p - 1.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.calendar import Calendar, days_of_months
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates._hazards import hazards_by_period, response_probability
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
    parts = [schema.CENSORING_WEIGHTS.empty()]
    for role, sets in matched_sets.groupby("role", sort=True):
        starts = first_mentorships[first_mentorships["role"] == role]
        followed = _followed(sets, starts, events, section.calendar, groups, longest_months)
        hazards = hazards_by_period(person_months, starts, _gone(events), section.calendar, groups)
        followed = _with_hazards(followed, hazards, starts, section.calendar, groups)
        for _, design in followed.groupby(DESIGN, sort=True):
            parts.append(_weights(design, groups.truncate_weights_at))
    columns = list(schema.CENSORING_WEIGHTS.column_names())
    rows = pd.concat(parts[1:] or parts, ignore_index=True)[columns]
    return rows.sort_values(list(schema.CENSORING_WEIGHTS.key), ignore_index=True)


def follow_up_weights(weights: pd.DataFrame) -> pd.DataFrame:
    """Members of sets followed to the end of a period: set_id, person_id, period, weight.

    The weight is the product of those for not having been mentored and for not having left, both
    at the period's last day; `weights` are rows of one design of `censoring_weights`.
    """
    weight = weights["unmentored_weight_at_end"] * weights["stayed_weight"]
    return weights[["set_id", "person_id", "period"]].assign(weight=weight).dropna()


def response_weights(
    person_waves: pd.DataFrame,
    person_months: pd.DataFrame,
    *,
    answered: str,
    groups: Groups,
) -> pd.DataFrame:
    """One row per person and wave with a value in the column `answered`: the response weight.

    1 / P(answered | history recorded at the end of the period before, whether mentored by then),
    from a pooled logit with an intercept per wave; truncated as the censoring weights are, within
    the wave and whether mentored. Not stabilised: a numerator that differs between waves and arms
    would let the arms keep unequal mixes of waves, and a change between waves would then pass for
    an effect wherever a horizon pools several.
    People without a row in the period before (hired since) share one probability.
    Assumes that, given this history, answering has nothing to do with the answer.
    """
    asked = person_waves[["person_id", "wave", "period"]].assign(
        has_answered=person_waves[answered].notna()
    )
    probability, is_mentored = response_probability(asked, person_months, groups)
    asked = asked.assign(inverse=1 / probability, is_mentored=is_mentored)
    answers = asked[asked["has_answered"]]
    cells = [answers["wave"], answers["is_mentored"]]
    return answers[["person_id", "wave"]].assign(
        response_weight=_truncated(answers["inverse"], cells, groups.truncate_weights_at)
    )


def _gone(events: pd.DataFrame) -> pd.DataFrame:
    """Exits: the last day employed, and the first day gone."""
    exits = events.loc[events["event"].isin(EXITS), ["person_id", "occurred_on"]]
    return exits.assign(gone_on=exits["occurred_on"] + pd.Timedelta(days=1))


def _followed(
    sets: pd.DataFrame,
    starts: pd.DataFrame,
    events: pd.DataFrame,
    calendar: Calendar,
    groups: Groups,
    longest_months: float,
) -> pd.DataFrame:
    """One row per member and period followed: periods since time zero, share of it after."""
    members = sets.reset_index(drop=True).rename_axis("member").reset_index()
    last_day = pd.Timestamp(calendar.observed_to)
    left_on = _first_exit(members, events)
    is_censored = ~members["is_mentored"] & (groups.comparators_mentored_later == "censor")
    own_start = members["person_id"].map(starts.set_index("person_id")["started_on"])
    own_start = own_start.astype("datetime64[us]").where(is_censored)
    longest = pd.Timedelta(days=float(days_of_months(longest_months)))
    first = calendar.period_of(members["time_zero"]).astype("int64")
    ends = pd.concat([left_on, own_start], axis=1).min(axis=1).fillna(last_day).clip(upper=last_day)
    last = np.minimum(
        calendar.period_of(ends), calendar.period_of(members["time_zero"] + longest) + 1
    ).astype("int64")
    n_periods = (last - first + 1).to_numpy()
    rows = members.loc[np.repeat(members.index, n_periods)].reset_index(drop=True)
    since = np.arange(n_periods.sum()) - np.repeat(np.cumsum(n_periods) - n_periods, n_periods)
    period = np.repeat(first.to_numpy(), n_periods) + since
    period_end = pd.Series(calendar.ends(period)).clip(upper=last_day)
    still = pd.Series(True, index=rows.index)
    still &= ~(left_on.loc[rows["member"]].reset_index(drop=True) < period_end)
    still &= ~(own_start.loc[rows["member"]].reset_index(drop=True) <= period_end)
    share = np.where(since == 0, _share_left(rows["time_zero"], period, period_end, calendar), 1.0)
    return rows.assign(period=period, since=since, share=share, is_followed_to_end=still)


def _first_exit(members: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Per member, the last day employed of the first exit after time zero."""
    exits = members[["member", "person_id", "time_zero"]].merge(_gone(events), on="person_id")
    later = exits[exits["occurred_on"] > exits["time_zero"]]
    return later.groupby("member")["occurred_on"].min().reindex(members["member"])


def _share_left(time_zero, period, period_end, calendar: Calendar) -> np.ndarray:
    """Share of the observed days of the period that lie after time zero."""
    period_start = pd.Series(calendar.starts(period)).clip(
        lower=pd.Timestamp(calendar.observed_from)
    )
    n_days = (period_end - period_start).dt.days + 1
    return ((period_end - time_zero).dt.days / n_days).to_numpy()


def _with_hazards(
    followed: pd.DataFrame,
    hazards: pd.DataFrame,
    starts: pd.DataFrame,
    calendar: Calendar,
    groups: Groups,
) -> pd.DataFrame:
    """`followed` with each row's hazards of a start and of an exit in that period.

    In either arm the hazard of an exit is that of the mentored from the period after the own
    start on, as the model has it.
    """
    rows = followed.merge(hazards, on=["person_id", "period"], how="left", validate="many_to_one")
    started_on = rows["person_id"].map(starts.set_index("person_id")["started_on"])
    start_period = calendar.period_of(started_on.astype("datetime64[us]"))
    was_mentored = (start_period < rows["period"]).to_numpy(dtype=bool, na_value=False)
    exit_hazard = np.where(was_mentored, rows["exit_hazard_mentored"], rows["exit_hazard"])
    is_weighted = ~rows["is_mentored"].to_numpy() & (groups.comparators_mentored_later == "censor")
    start_hazard = np.where(is_weighted, rows["start_hazard"], 0.0)
    n_unknown = int((np.isnan(exit_hazard) | np.isnan(start_hazard)).sum())
    if n_unknown:
        raise EstimationError(
            f"{n_unknown} of {len(rows)} person-periods of the matched sets have no recorded "
            "history at the end of the period before.",
            expected="everybody in a set employed, and not yet mentored if a comparator, at the "
            "end of the period before.",
            remedy="set groups.min_tenure_months to at least the length of study.period, or use "
            "shorter periods.",
        )
    _refuse_certain(start_hazard, "starting a mentorship")
    _refuse_certain(exit_hazard, "leaving")
    return rows.assign(start_hazard=start_hazard, exit_hazard=exit_hazard, is_weighted=is_weighted)


def _refuse_certain(hazard: np.ndarray, what: str) -> None:
    n_certain = int((hazard > CERTAIN).sum())
    if n_certain:
        raise EstimationError(
            f"{what} is certain in {n_certain} of {len(hazard)} person-periods of matched sets.",
            expected="a chance below 1: nobody is left who could stand for those who did.",
            remedy="narrow groups.covariates and groups.exact, or end the study before it happens.",
        )


def _weights(design: pd.DataFrame, quantile: float) -> pd.DataFrame:
    """The rows of one design with their stabilised, truncated weights."""
    rows = design.sort_values(["member", "period"], kind="stable")
    is_weighted, arm = rows["is_weighted"].to_numpy(), rows["is_mentored"].to_numpy()
    start = _log_factor(rows, "start_hazard", by=[is_weighted])
    since = rows["since"].to_numpy()
    leave = _log_factor(rows, "exit_hazard", by=[arm])
    at_end = start.groupby(rows["member"]).cumsum()
    unmentored = np.ones(len(rows))
    unmentored_at_end = np.ones(len(rows))
    if is_weighted.any():
        middle = np.exp((at_end - start / 2)[is_weighted])
        unmentored[is_weighted] = _truncated(middle, [since[is_weighted]], quantile)
        is_there = is_weighted & rows["is_followed_to_end"].to_numpy()
        unmentored_at_end[is_there] = _truncated(
            np.exp(at_end[is_there]), [since[is_there]], quantile
        )
    stayed = np.exp(leave.groupby(rows["member"]).cumsum())
    return rows.assign(
        unmentored_weight=unmentored,
        unmentored_weight_at_end=np.where(rows["is_followed_to_end"], unmentored_at_end, np.nan),
        stayed_weight=_truncated(stayed, [arm, since], quantile),
    )


def _log_factor(rows: pd.DataFrame, hazard: str, by: Sequence[np.ndarray]) -> pd.Series:
    """Log of (1 - mean hazard of those so long after time zero) / (1 - own hazard), per row."""
    cells = [*by, rows["since"].to_numpy()]
    weighted = (rows[hazard] * rows["weight"]).groupby(cells).transform("sum")
    mean = weighted / rows["weight"].groupby(cells).transform("sum")
    return rows["share"] * (np.log1p(-mean) - np.log1p(-rows[hazard]))


def _truncated(weights: pd.Series, cells: Sequence, quantile: float) -> np.ndarray:
    """Weights moved to the quantiles 1 - q and q of their own cell where they lie beyond.

    The quantiles are weights that occur, so that at most 1 - q of a cell is moved on either side.
    """
    q = max(quantile, 1 - quantile)
    grouped = weights.groupby(list(cells))
    bounds = pd.DataFrame(
        {
            "low": grouped.quantile(1 - q, interpolation="lower"),
            "high": grouped.quantile(q, interpolation="higher"),
        }
    )
    limits = bounds.to_numpy()[grouped.ngroup().to_numpy()]
    return np.clip(weights.to_numpy(), *limits.T)
