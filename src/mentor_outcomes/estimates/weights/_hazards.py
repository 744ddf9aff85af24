"""Chances of starting and leaving, from the history recorded one period before."""

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import Calendar
from mentor_outcomes.errors import EstimationError, SeparationError
from mentor_outcomes.logit import (
    DesignMatrix,
    PooledLogit,
    design_of_starts,
    many_levelled,
    pooled_logit,
)
from mentor_outcomes.study import Groups


def hazards_by_period(
    person_months: pd.DataFrame,
    starts: pd.DataFrame,
    exits: pd.DataFrame,
    calendar: Calendar,
    groups: Groups,
) -> pd.DataFrame:
    """One row per person and period they entered employed, with the chances during the period.

    start_hazard           of a first mentorship; missing once mentored. From those employed for
                           the minimum at the period's outset: nobody newer is compared, and where
                           they may not start yet they would make starting look rare
    exit_hazard            of any exit, if not mentored at its start
    exit_hazard_mentored   the same if mentored at its start

    `exits` holds the first day gone (gone_on): somebody whose last day is a period's last day is
    still there at its end, and leaves in the next.
    """
    history = _lagged(person_months, starts, exits, calendar)
    never = _is_never(history)
    start_hazard = np.full(len(history), np.nan)
    start_hazard[never] = _start_hazard(history[never], groups)
    unmentored, mentored = _exit_hazards(history, groups)
    return history[["person_id", "period"]].assign(
        start_hazard=start_hazard, exit_hazard=unmentored, exit_hazard_mentored=mentored
    )


def start_hazards(
    person_months: pd.DataFrame, starts: pd.DataFrame, calendar: Calendar, groups: Groups
) -> pd.DataFrame:
    """One row per person and period they entered employed and never mentored: start_hazard.

    That of `hazards_by_period`, with `starts` as there; no model of leaving is fitted.
    """
    nobody = pd.DataFrame(
        {"person_id": person_months["person_id"][:0], "gone_on": starts["started_on"][:0]}
    )
    history = _lagged(person_months, starts, nobody, calendar)
    never = history[_is_never(history)]
    return never[["person_id", "period"]].assign(start_hazard=_start_hazard(never, groups))


def _is_never(history: pd.DataFrame) -> np.ndarray:
    return (~history["was_mentored"] & ~history["is_prevalent"]).to_numpy()


def _lagged(
    person_months: pd.DataFrame, starts: pd.DataFrame, exits: pd.DataFrame, calendar: Calendar
) -> pd.DataFrame:
    """Person-months moved one period on, with what happened in that period."""
    history = person_months.assign(period=person_months["period"] + 1)
    history = history[history["period"] < calendar.n_periods]
    of_person = starts.set_index("person_id")
    started_on = history["person_id"].map(of_person["started_on"]).astype("datetime64[us]")
    start_period = calendar.period_of(started_on)
    prevalent = of_person.index[of_person["is_prevalent"]]
    gone = exits[exits["gone_on"] <= pd.Timestamp(calendar.observed_to)]
    gone = gone.assign(period=calendar.period_of(gone["gone_on"]).astype("int64"), leaves=True)
    gone = gone[["person_id", "period", "leaves"]].drop_duplicates()
    history = history.assign(
        starts=(start_period == history["period"]),
        was_mentored=(start_period < history["period"]),
        is_prevalent=history["person_id"].isin(prevalent),
    ).merge(gone, on=["person_id", "period"], how="left", validate="one_to_one")
    return history.assign(leaves=history["leaves"].notna())


def _start_hazard(never: pd.DataFrame, groups: Groups) -> np.ndarray:
    """Hazard of every row; missing in periods, or at levels, without anybody tenured."""
    at_risk = never[never["tenure_months"] >= groups.min_tenure_months]
    if not at_risk["starts"].any():
        return np.zeros(len(never))
    encoded = encoded_columns(at_risk, groups)
    design = encoded.like(never)
    if (
        "is_on_leave" not in {e.covariate for e in encoded.encodings}
        and at_risk["is_on_leave"].any()
    ):
        design = design.assign(is_on_leave=never["is_on_leave"].astype("float64"))
    fit = fitted_logit(
        "starts", at_risk["starts"], design.loc[at_risk.index], at_risk["period"], encoded
    )
    hazard = np.full(len(never), np.nan)
    is_seen = np.isin(never["period"], fit.codes)
    hazard[is_seen] = fit.hazard(design[is_seen], never.loc[is_seen, "period"])
    return hazard


def _exit_hazards(history: pd.DataFrame, groups: Groups) -> tuple[np.ndarray, np.ndarray]:
    """Hazards of leaving of every row, were it unmentored and were it mentored."""
    if not history["leaves"].any():
        return np.zeros(len(history)), np.zeros(len(history))
    encoded = encoded_columns(history, groups)
    design = encoded.columns.assign(is_mentored=history["was_mentored"].astype("float64"))
    fit = fitted_logit("leaves", history["leaves"], design, history["period"], encoded)
    unmentored = fit.hazard(design.assign(is_mentored=0.0), history["period"])
    return unmentored, fit.hazard(design.assign(is_mentored=1.0), history["period"])


def encoded_columns(rows: pd.DataFrame, groups: Groups) -> DesignMatrix:
    """The columns of the model; exact columns of many levels stay out, as in the design."""
    return design_of_starts(rows, groups, without=many_levelled(rows, groups.exact))


def fitted_logit(
    what: str, outcome, regressors: pd.DataFrame, intercepts, encoded: DesignMatrix
) -> PooledLogit:
    """The fitted model; an error says which it is and, of a level, what can be done about it.

    `what` people do, after "who".
    """
    try:
        return pooled_logit(
            outcome, regressors, intercepts=intercepts, covariates_of=encoded.covariates_of
        )
    except EstimationError as error:
        remedy = error.remedy
        if isinstance(error, SeparationError):
            # Not that of the logit: to match exactly on a column keeps it among the regressors.
            remedy = (
                "merge the level with another one in the records, or leave its column out of "
                "groups.exact and groups.covariates."
            )
        raise type(error)(
            f"who {what} cannot be modelled: {error.found}",
            expected=error.expected,
            remedy=remedy,
        ) from error
