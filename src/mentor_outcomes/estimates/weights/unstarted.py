"""The chance of not having been mentored yet, period by period, from recorded history."""

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import Calendar
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.weights._hazards import start_hazards
from mentor_outcomes.estimates.weights.censoring import CERTAIN
from mentor_outcomes.study import Groups

CHANCE = "chance_unstarted"


def chances_unstarted(
    person_months: pd.DataFrame, starts: pd.DataFrame, calendar: Calendar, groups: Groups
) -> pd.DataFrame:
    """One row per person and period employed and never mentored by its outset: the chance.

    person_id, period, chance_unstarted: of not having started a first mentorship by the end of the
    period, the product of one less the hazard of every period so far; the hazards are those of the
    censoring weights (`hazards_by_period`), from what was on file the period before. Of somebody
    hired, or not yet observed, the period before there is nothing: a factor of 1. Periods of
    absence between two employments have no row: one who is not there does not start.

    The hazard is modelled from those employed for `groups.min_tenure_months`, as everywhere. Who is
    newer is taken to start as they do, given the covariates; where there is nobody like that (in a
    period without anybody so long employed, or at a level that only the newer hold), not at all.

    starts   of one role: person_id, started_on, is_prevalent

    Raises EstimationError where starts cannot be modelled, or are certain for somebody.
    """
    hazards = start_hazards(person_months, starts, calendar, groups)
    hazards = hazards.assign(start_hazard=hazards["start_hazard"].fillna(0.0))
    n_certain = int((hazards["start_hazard"] > CERTAIN).sum())
    if n_certain:
        raise EstimationError(
            f"starting a mentorship is certain in {n_certain} of {len(hazards)} person-periods.",
            expected="a chance below 1: nobody is left who could stand for those who did.",
            remedy="narrow groups.covariates and groups.exact, or end the study before it happens.",
        )
    ordered = hazards.sort_values(["person_id", "period"], kind="stable")
    # A product of factors up to 1 never rises, not even by rounding; a sum of logs may.
    chance = (1 - ordered["start_hazard"]).groupby(ordered["person_id"]).cumprod()
    return ordered[["person_id", "period"]].assign(**{CHANCE: chance})


def with_chances(rows: pd.DataFrame, chances: pd.DataFrame, period: pd.Series) -> np.ndarray:
    """Per row with a person_id, the chance by the end of this period: the last one known by then.

    1 where nothing is recorded by then.
    """
    asked = pd.DataFrame(
        {"person_id": rows["person_id"].to_numpy(), "period": period.to_numpy("int64")}
    ).assign(place=np.arange(len(rows)))
    found = pd.merge_asof(
        asked.sort_values("period", kind="stable"),
        chances.astype({"period": "int64"}).sort_values("period", kind="stable"),
        on="period",
        by="person_id",
    )
    return found.sort_values("place")[CHANCE].fillna(1.0).to_numpy()
