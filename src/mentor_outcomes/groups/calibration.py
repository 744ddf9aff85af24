"""How far the model of starts says what happens: its tenths, its widest gap, its c-statistic.

Over the rows it was fitted on, slope and intercept of calibration are 1 and 0 by construction, and
the starts of each period and level are met exactly; so those are not reported. What can go wrong
is the shape in between, which tenths show, and what is worth knowing is how predictable starts
are: where nobody can be told from anybody, matching on the score does nothing, and where starts
are foretold, nobody is left to compare with.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from mentor_outcomes.groups.matching import whole_score_units
from mentor_outcomes.groups.propensity import Propensity
from mentor_outcomes.groups.records import Records

N_PARTS = 10
_SURELY_NOT = -700.0
"""Log odds that stand for a start that cannot happen; the smallest that exp can tell from 0."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of one contrast's model of starts.

    tenths    one row per tenth of the predicted hazard; see `calibration_of`
    summary   c_statistic, largest_calibration_gap (observed less predicted, in its tenth) and
              calibration_gap_error; missing without a model
    left_out  what the model lacks, and why; None where it lacks nothing
    """

    tenths: pd.DataFrame
    summary: dict[str, float]
    left_out: str | None = None


def calibration_of(propensity: Propensity, records: Records) -> Calibration:
    """Predicted and observed starts by tenth of the predicted hazard, lowest first.

    One row per tenth of the person-months that the model was fitted on: n_person_months, n_people
    (distinct), n_starts, mean_predicted and observed_share (chances per period), gap_error: the
    standard error of observed less predicted were the model true, sqrt(sum p (1 - p)) / n; a
    person starts once, so what is left of their months is uncorrelated. Equal hazards (to 1e-9 in
    log odds) are never split: each goes where the middle of its rows would. So tenths differ in
    size, and where many are equal some are empty and left out.

    The c-statistic is the share of pairs of one period, a start and no start, in which the start
    had the higher hazard; equal ones count half. Within periods, since nobody is compared across
    them: the concordance of survival analysis with covariates that change (Harrell 2001).

    Worked by hand in tests/spec/test_calibration.py; the c-statistic equals that of R's
    `survival::concordance` in tests/reference.
    """
    rows = np.flatnonzero(propensity.in_model)
    if propensity.model is None or len(rows) == 0:
        missing = ("c_statistic", "largest_calibration_gap", "calibration_gap_error")
        return Calibration(pd.DataFrame(), dict.fromkeys(missing, float("nan")))
    score = np.nan_to_num(propensity.score[rows], nan=_SURELY_NOT)
    units, starts = whole_score_units(score), propensity.starts_next[rows]
    fitted = pd.DataFrame(
        {
            "tenth": tenths_of(units),
            "person": records.month_person[rows],
            "starts": starts,
            "hazard": expit(score),
        }
    )
    tenths = _by_tenth(fitted.assign(variance=fitted["hazard"] * (1 - fitted["hazard"])))
    gap = (tenths["observed_share"] - tenths["mean_predicted"]).to_numpy()
    widest = int(np.argmax(np.abs(gap)))
    return Calibration(
        tenths,
        {
            "c_statistic": c_statistic(units, starts, records.month_period[rows]),
            "largest_calibration_gap": float(gap[widest]),
            "calibration_gap_error": float(tenths["gap_error"].iloc[widest]),
        },
        "; ".join(f"{name}: {why}" for name, why in propensity.dropped.items()) or None,
    )


def beside_overlap(overlap: pd.DataFrame, calibration: Calibration) -> pd.DataFrame:
    """Rows of the overlap with the summary of the model, which is one for all: on the row `all`."""
    is_all = overlap["subgroup"] == "all"
    summary = {name: np.where(is_all, x, np.nan) for name, x in calibration.summary.items()}
    return overlap.assign(**summary, left_out_of_model=calibration.left_out)


def tenths_of(units: np.ndarray) -> np.ndarray:
    """Tenth of each row, 1 to 10, by the middle of the rows that equal it."""
    _, value, n_rows = np.unique(units, return_inverse=True, return_counts=True)
    middle = np.cumsum(n_rows) - n_rows / 2
    return (middle * N_PARTS / len(units)).astype(np.int64)[value] + 1


def c_statistic(units: np.ndarray, starts: np.ndarray, periods: np.ndarray) -> float:
    """Chance that of a start and no start in one period the start had the higher score."""
    frame = pd.DataFrame({"period": periods, "units": units, "starts": starts})
    frame["rank"] = frame.groupby("period")["units"].rank(method="average")
    own = frame.groupby("period")
    n, n_starts = own.size(), own["starts"].sum()
    ranks = frame[frame["starts"]].groupby("period")["rank"].sum().reindex(n.index, fill_value=0)
    n_pairs = (n_starts * (n - n_starts)).sum()
    n_higher = (ranks - n_starts * (n_starts + 1) / 2).sum()
    return float(n_higher / n_pairs) if n_pairs else float("nan")


def _by_tenth(fitted: pd.DataFrame) -> pd.DataFrame:
    by_tenth = fitted.groupby("tenth").agg(
        n_person_months=("starts", "size"),
        n_people=("person", "nunique"),
        n_starts=("starts", "sum"),
        mean_predicted=("hazard", "mean"),
        observed_share=("starts", "mean"),
        variance=("variance", "sum"),
    )
    gap_error = np.sqrt(by_tenth["variance"]) / by_tenth["n_person_months"]
    return by_tenth.drop(columns="variance").assign(gap_error=gap_error).reset_index()
