"""The year before the start, in which mentoring cannot have worked: did the groups move apart?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.checks import is_applicable
from mentor_outcomes.estimates.event_answers.promotion_definition import counted
from mentor_outcomes.estimates.inference.clustering import NO_SPREAD, clustering, error_type
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.panel.matched_difference import MatchedDifference, matched_difference
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference
from mentor_outcomes.estimates.panel.mean_changes import NO_WEIGHT, NOTHING_VARIES
from mentor_outcomes.estimates.panel.mean_difference import BY_PERSON, mean_difference
from mentor_outcomes.estimates.panel_answers.panel_question import clusters_of
from mentor_outcomes.estimates.plan import eligibility_of, of_design
from mentor_outcomes.estimates.result_rows import as_reason, blocked, estimated
from mentor_outcomes.estimates.weights.response import Response
from mentor_outcomes.schema import MAIN
from mentor_outcomes.study import Outcome, Study

METHOD = "placebo_start"
MONTHS = 12
MADE_BEFORE = "groups made a year before"
"""The variant: groups made anew a year before the start, by what was known then. The main row is of
the groups that are compared."""
_ESTIMAND = "difference in the year before the start, of {}"
_OF_WHOM = {MAIN: "the groups that are compared", MADE_BEFORE: "groups made a year before it"}
_NO_SETS = {
    MAIN: "nobody could be compared",
    MADE_BEFORE: "no groups could be made a year before the start; the stage groups prints why",
}
_UNITS = {
    "event": ("risk_difference", "per 100 people"),
    "panel": ("difference", "log points"),
    "scale": ("difference", "points"),
}


@dataclass(frozen=True, slots=True)
class Records:
    """Where an outcome is recorded: PERSON_EVENTS, SPELLS_AT_RISK, PERSON_MONTHS, PERSON_WAVES.

    response   of scales: weights of the answers, as of `response_weights`
    """

    events: pd.DataFrame
    spells: pd.DataFrame
    person_months: pd.DataFrame
    person_waves: pd.DataFrame
    response: pd.DataFrame | None = None


def placebo_rows(
    name: str,
    outcome: Outcome,
    *,
    contrast: str,
    placebo_sets: pd.DataFrame,
    matched_sets: pd.DataFrame,
    records: Records,
    study: Study,
    refusal: str | None = None,
) -> list[dict]:
    """Two rows of ESTIMATES: mentored less comparators over the year up to the true start.

    The main one: of the sets that are compared (MATCHED_SETS of one design). The variant
    `MADE_BEFORE`: of sets made a year before the start, by what was known then (PLACEBO_SETS of the
    same design). Nobody has a mentor in that year, and only those employed all through it count, so
    nobody is censored; the others, and who has no value at both ends, are counted in `n_left_out`.
    Events: share with an event, the day of the start left out; pay: its change from the end of the
    period a year earlier to that of the period before the start; scales: from the wave a year
    earlier to the last one before. Errors of events by person, of the
    others as of their differences; weights taken as known.

    Starting that follows from what happens in that year makes the variant differ from zero even if
    all of it is on record: it says how the mentored were moving, the main row what the groups
    compared leave of it. Where the record they are matched on tells the outcome of that year, as it
    does for promotions, the main row shows imbalance, and hardly what was never recorded.

    refusal   why a scale's answers have no weights: nothing is estimated then
    """
    quantity, unit = _UNITS[outcome.kind]
    is_event = outcome.kind == "event"
    rows = []
    for variant, sets in ((MAIN, matched_sets), (MADE_BEFORE, _at_true_start(placebo_sets))):
        about = {
            "outcome": name,
            "role": study.exposure.role,
            "contrast": contrast,
            "method": METHOD,
            "quantity": quantity,
            "unit": unit,
            "estimand": _ESTIMAND.format(_OF_WHOM[variant]),
            "horizon_months": float(MONTHS),
            "variant": variant,
            "error_type": BY_PERSON if is_event else error_type(clusters_of(study.groups)),
        }
        rows.append(_row(about, name, outcome, sets, records, study, refusal))
    return rows


def placebo_of(
    name: str,
    outcome: Outcome,
    contrast: str,
    tables: Mapping[str, pd.DataFrame],
    response: Response,
    study: Study,
) -> list[dict]:
    """`placebo_rows` of one outcome and contrast; none where the check does not apply."""
    if not is_applicable("placebo_start", outcome.kind, outcome.event):
        return []
    design = {
        "role": study.exposure.role,
        "contrast": contrast,
        "eligibility": eligibility_of(outcome),
    }
    sources = {key: tables[key] for key in ("events", "person_months", "person_waves")}
    sources["spells"] = tables["spells_at_risk"]
    return placebo_rows(
        name,
        outcome,
        contrast=contrast,
        placebo_sets=of_design(tables["placebo_sets"], design),
        matched_sets=of_design(tables["matched_sets"], design),
        records=Records(**sources, response=response.weights),
        study=study,
        refusal=response.refusal,
    )


def _at_true_start(placebo_sets: pd.DataFrame) -> pd.DataFrame:
    """The sets made a year before, by the day of the true start."""
    later = placebo_sets["time_zero"] + pd.DateOffset(years=1)
    return placebo_sets.assign(time_zero=later.astype(placebo_sets["time_zero"].dtype))


def _row(
    about: dict,
    name: str,
    outcome: Outcome,
    sets: pd.DataFrame,
    records: Records,
    study: Study,
    refusal: str | None,
) -> dict:
    if refusal is not None:
        return blocked(about, refusal)
    if sets.empty:
        return blocked(about, _NO_SETS[about["variant"]])
    if outcome.kind == "event":
        return _event_row(about, outcome, sets, records, study)
    source = records.person_waves if outcome.kind == "scale" else records.person_months
    if name not in source.columns or source[name].isna().all():
        return blocked(about, f"the records hold no value of {name}")
    try:
        before = (
            _waves(name, sets, records, study)
            if outcome.kind == "scale"
            else _periods(name, sets, records.person_months, study)
        )
    except EstimationError as error:
        return blocked(about, as_reason(error))
    point = before.tidy(study.analysis.confidence).iloc[0]
    counts = {column: float(point[column]) for column in ("n_mentored", "n_comparison")}
    counts["n_left_out"] = float(sets["person_id"].nunique() - before.n_people[0])
    if not point["std_error"] > 0:
        own = point["reason"] in (NOTHING_VARIES, NO_SPREAD, NO_WEIGHT)
        return blocked(about, point["reason"] if own else _too_few(study), **counts)
    # The change is counted backwards there: from the reference before the start to a year earlier.
    turned = {"estimate": -point["estimate"], "std_error": point["std_error"]}
    turned |= {"ci_low": -point["ci_high"], "ci_high": -point["ci_low"]}
    return estimated(about, turned | {"p_value": point["p_value"]}, **counts)


def _periods(
    name: str, sets: pd.DataFrame, person_months: pd.DataFrame, study: Study
) -> MatchedDifference:
    calendar = study.study.calendar
    return matched_difference(
        sets.assign(start_period=calendar.period_of(sets["time_zero"])),
        person_months,
        outcome=name,
        periods_since_start=[-1 - MONTHS // calendar.months_per_period],
        minimum_people=study.analysis.minimum_at_risk,
        cluster=clusters_of(study.groups),
    )


def _waves(name: str, sets: pd.DataFrame, records: Records, study: Study) -> MatchedDifference:
    return matched_wave_difference(
        sets,
        records.person_waves,
        outcome=name,
        months_since_start=[-MONTHS],
        response=records.response,
        minimum_people=study.analysis.minimum_at_risk,
        cluster=clusters_of(study.groups),
    )[0]


def _event_row(
    about: dict, outcome: Outcome, sets: pd.DataFrame, records: Records, study: Study
) -> dict:
    """Of those employed, and observed, all through the year before the start."""
    begins = sets["time_zero"] - pd.DateOffset(years=1)
    is_whole = begins >= pd.Timestamp(study.study.observed_from)
    is_whole &= _hired_on(sets, records.spells) <= begins
    asked = sets[is_whole].reset_index(drop=True)
    had_event = _had_event(asked, counted(records.events, outcome), outcome)
    is_mentored = asked["is_mentored"].to_numpy(dtype=bool)
    people, names = pd.factorize(asked["person_id"])
    found = mean_difference(
        had_event.astype("float64"),
        is_mentored,
        asked["weight"].to_numpy(),
        clustering(asked, "person_id"),
    )
    counts = {
        "n_mentored": float(found.n_mentored),
        "n_comparison": float(found.n_comparison),
        "n_events": _n_people(people[had_event]),
        "n_events_mentored": _n_people(people[had_event & is_mentored]),
        "n_events_comparison": _n_people(people[had_event & ~is_mentored]),
        "n_left_out": float(len(set(sets["person_id"]) - set(names))),
    }
    if min(found.n_mentored, found.n_comparison) < study.analysis.minimum_at_risk:
        return blocked(about, _too_few(study), **counts)
    if not had_event.any():
        return blocked(about, "nobody had the event in the year before the start", **counts)
    if not found.std_error > 0:
        return blocked(about, NOTHING_VARIES, **counts)
    point = pd.DataFrame({"estimate": [found.estimate], "std_error": [found.std_error]})
    figures = with_interval(point, study.analysis.confidence).iloc[0]
    return estimated(about, figures, scale=100.0, **counts)


def _hired_on(sets: pd.DataFrame, spells: pd.DataFrame) -> pd.Series:
    """The day on which the employment of each row's time zero began."""
    hires = spells[["person_id", "hired_on"]].drop_duplicates().sort_values("hired_on")
    rows = sets[["person_id", "time_zero"]].assign(place=sets.index).sort_values("time_zero")
    found = pd.merge_asof(rows, hires, left_on="time_zero", right_on="hired_on", by="person_id")
    return found.set_index("place")["hired_on"].reindex(sets.index)


def _had_event(sets: pd.DataFrame, events: pd.DataFrame, outcome: Outcome) -> np.ndarray:
    """Of each row, whether its person has the event after the day a year before time zero and
    before time zero."""
    of_kind = events.loc[events["event"] == outcome.event, ["person_id", "occurred_on"]]
    rows = sets[["person_id", "time_zero"]].assign(row=np.arange(len(sets)))
    both = rows.merge(of_kind, on="person_id")
    is_within = (both["occurred_on"] > both["time_zero"] - pd.DateOffset(years=1)) & (
        both["occurred_on"] < both["time_zero"]
    )
    had_event = np.zeros(len(sets), dtype=bool)
    had_event[both.loc[is_within, "row"]] = True
    return had_event


def _n_people(people: np.ndarray) -> float:
    return float(len(np.unique(people)))


def _too_few(study: Study) -> str:
    """Tells no small count: these are in the columns of the row."""
    return (
        f"fewer than {study.analysis.minimum_at_risk} of the mentored, or of their comparators, "
        "are known over the year before the start"
    )
