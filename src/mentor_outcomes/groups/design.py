"""The comparison groups of a study: who is compared with whom, how alike they are, who is left out.

A trial is imagined at every start (Hernan & Robins 2016, Am. J. Epidemiol. 183:758): time zero is
the day a person's first mentorship begins, and both arms meet the same criteria on that day.
Nothing here may be an outcome.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.groups.calibration import Calibration, beside_overlap, calibration_of
from mentor_outcomes.groups.design_flow import design_flow, design_flow_gap, mentored_flow
from mentor_outcomes.groups.diagnostics import diagnostics
from mentor_outcomes.groups.eligibility import (
    MentoredStarts,
    after_minimum_tenure,
    below_top_grade,
    days_below_top,
    employed_unmentored_days,
    mentored_starts,
    recorded_starts,
)
from mentor_outcomes.groups.propensity import Propensity, starting_propensity
from mentor_outcomes.groups.recorded import check_recorded
from mentor_outcomes.groups.records import Records, check_exact, records_of
from mentor_outcomes.groups.sets import SetsOfDesign, match_design
from mentor_outcomes.groups.stacked_trials import WeightedTrials, weigh_design
from mentor_outcomes.groups.subgroups import check_subgroups
from mentor_outcomes.groups.waiting_list import check_waiting_list, waiting_list
from mentor_outcomes.logit import check_covariates
from mentor_outcomes.study import Exposure, Groups, StudySection

TABLES = (
    schema.FLOW,
    schema.MATCHED_SETS,
    schema.BALANCE,
    schema.OVERLAP,
    schema.PREFERENCE,
    schema.CALIBRATION,
)
"""The tables that a design makes, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class DesignedGroups:
    """The tables of data/groups, each under its name; see `TABLES`."""

    flow: pd.DataFrame
    matched_sets: pd.DataFrame
    balance: pd.DataFrame
    overlap: pd.DataFrame
    preference: pd.DataFrame
    calibration: pd.DataFrame


def design_groups(
    person_months: pd.DataFrame,
    spells: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    *,
    settings: Groups,
    section: StudySection,
    exposure: Exposure,
    panel_flow: pd.DataFrame | None = None,
    first_requests: pd.DataFrame | None = None,
) -> DesignedGroups:
    """Matched sets for each declared contrast and eligibility, with their flow, balance, overlap.

    Parameters
    ----------
    person_months, spells, first_mentorships
        tables of data/panel, their columns of role identifier, baseline and exposure
    settings, section, exposure
        of the study file
    panel_flow
        table of data/panel: how each flow begins; without it, flows begin at the panel
    first_requests
        table of data/panel: who asked for a mentor when; needed for groups.prefer_waiting_list

    With `exposure.measure: current` there is no design: only the flow of recorded starts. Where
    nobody can be matched the sets and the balance are empty, and flow and overlap say why.
    The eligibility `below_top_grade` is left out where no grade is recorded.

    Raises StudyError for a covariate that does not exist, is an outcome or has no value, for a
    subgroup of too many levels, for a waiting list of which all were mentored later, and for a
    contrast that cannot be made; EstimationError where the model of starts has no answer.
    """
    check_covariates(settings.covariates, person_months.columns, where="groups.covariates")
    check_covariates(settings.exact, person_months.columns, where="groups.exact")
    check_recorded(
        person_months,
        {"groups.covariates": settings.covariates, "groups.exact": settings.exact},
    )
    check_exact(settings.exact, person_months)
    check_covariates(settings.subgroups, person_months.columns, where="groups.subgroups")
    own_role = first_mentorships[first_mentorships["role"] == exposure.role]
    if settings.prefer_waiting_list:
        check_waiting_list(waiting_list(first_requests, own_role, spells["person_id"]))
    records = records_of(person_months, spells, own_role, settings.exact, first_requests)
    parts = [
        part
        for contrast in exposure.contrasts
        for part in _designs_of_contrast(
            contrast,
            person_months,
            spells,
            own_role,
            records,
            settings,
            section,
            exposure,
            panel_flow,
        )
    ]
    return DesignedGroups(
        **{table.name: _stacked(table, [part[table.name] for part in parts]) for table in TABLES}
    )


def _designs_of_contrast(
    contrast,
    person_months,
    spells,
    own_role,
    records: Records,
    settings,
    section,
    exposure,
    panel_flow,
):
    """Tables of each eligibility of one contrast, by name; a table that has no rows is None."""
    key = {"role": exposure.role, "contrast": contrast}
    in_contrast = _in_contrast(contrast, own_role, records)
    recorded = recorded_starts(records, in_contrast, section)
    if exposure.measure == "current":
        flow = mentored_flow(recorded, panel_flow=panel_flow)
        yield _labelled({"flow": flow}, {**key, "eligibility": "employed"})
        return
    propensity = starting_propensity(
        person_months, records, in_contrast, settings=settings, section=section
    )
    check_subgroups(settings.subgroups, person_months[propensity.in_model])
    starts = mentored_starts(recorded, records, propensity, settings)
    given = (person_months, spells, records, propensity)
    more = {"settings": settings, "section": section, "panel_flow": panel_flow}
    calibration = calibration_of(propensity, records)
    more |= {"in_contrast": in_contrast, "calibration": calibration}
    yield _labelled(
        _design(*given, starts, below_top=False, **more) | {"calibration": calibration.tenths},
        {**key, "eligibility": "employed"},
    )
    if not np.isnan(records.top_grade):
        below = below_top_grade(starts, records)
        yield _labelled(
            _design(*given, below, below_top=True, **more),
            {**key, "eligibility": "below_top_grade"},
        )


def _in_contrast(contrast: str, own_role: pd.DataFrame, records: Records) -> np.ndarray:
    """Of each person, whether their first mentorship is of the contrast's kind."""
    is_of_kind = {
        "any": np.ones(len(own_role), dtype=bool),
        "formal": (own_role["kind"] == "formal").to_numpy(dtype=bool),
        "informal": (own_role["kind"] == "informal").to_numpy(dtype=bool),
        "manager": own_role["mentor_is_manager"].to_numpy(dtype=bool),
        "not_manager": ~own_role["mentor_is_manager"].to_numpy(dtype=bool),
    }
    if contrast not in is_of_kind:
        raise StudyError(
            f"exposure.contrasts names {contrast}.",
            expected=f"some of {', '.join(schema.CONTRASTS)}.",
            remedy="correct exposure.contrasts in params.yaml.",
        )
    flags = np.zeros(len(records.people), dtype=bool)
    flags[records.people.get_indexer(own_role["person_id"])] = is_of_kind[contrast]
    return flags


def _design(
    person_months,
    spells,
    records: Records,
    propensity: Propensity,
    starts: MentoredStarts,
    *,
    below_top: bool,
    in_contrast: np.ndarray,
    calibration: Calibration,
    settings: Groups,
    section: StudySection,
    panel_flow: pd.DataFrame | None,
) -> dict[str, pd.DataFrame]:
    """The tables of one design by name, without its key."""
    unmentored = employed_unmentored_days(records)
    days = after_minimum_tenure(unmentored, records, settings.min_tenure_months)
    if below_top:
        days = days_below_top(days, records)
    compared = _compared(person_months, spells, records, propensity, starts, days, settings)
    sets = compared.sets
    matched_sets = _matched_sets(records, starts, sets)
    flow = design_flow(
        person_months,
        records,
        replace(starts, comparable={**starts.comparable, **compared.further}),
        unmentored,
        sets,
        propensity,
        settings,
        section,
        below_top=below_top,
        panel_flow=panel_flow,
        last=compared.last,
    )
    gap = design_flow_gap(flow, matched_sets, starts, in_contrast, propensity)
    made = diagnostics(
        person_months, spells, records, propensity, starts, sets, subgroups=settings.subgroups
    )
    return {
        **made,
        "flow": flow,
        "matched_sets": matched_sets,
        "overlap": beside_overlap(made["overlap"], calibration).assign(
            flow_gap=gap, n_truncated=compared.n_truncated
        ),
    }


def _compared(
    person_months, spells, records, propensity, starts, days, settings: Groups
) -> WeightedTrials:
    """Who is compared with whom, by the method of the study."""
    if settings.method == "risk_set_matching":
        return WeightedTrials(
            match_design(
                starts,
                days,
                records,
                propensity,
                settings.comparators_per_mentee,
                prefer_waiting_list=settings.prefer_waiting_list,
            )
        )
    return weigh_design(person_months, spells, starts, days, records, propensity, settings)


def _matched_sets(records: Records, starts: MentoredStarts, sets: SetsOfDesign) -> pd.DataFrame:
    members = sets.members
    if "trial" in members.columns:
        set_id, day = pd.factorize(members["trial"], sort=True)[0], members["day"].to_numpy()
    else:
        set_id, day = _sets_of_starts(records, starts, members["start"].to_numpy())
    return pd.DataFrame(
        {
            "set_id": set_id,
            "person_id": records.people[members["person"].to_numpy()],
            "time_zero": pd.Series(
                day.astype("datetime64[D]").astype("datetime64[us]"), index=members.index
            ),
            "is_mentored": members["is_mentored"],
            "weight": members["weight"],
            "score": members["score"],
        }
    )


def _sets_of_starts(
    records: Records, starts: MentoredStarts, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Label and day of the set that each member belongs to, a set per start."""
    used = np.unique(start)
    names = records.people[starts.person[used]].to_numpy(dtype=object)
    label = np.empty(len(starts.person), dtype=np.int64)
    # A label only: counting by day and name makes the same bytes from the same records.
    label[used[np.lexsort((names, starts.day[used]))]] = np.arange(len(used))
    return label[start], starts.day[start]


def _labelled(tables: dict, key: dict[str, str]) -> dict:
    labelled = {table.name: tables.get(table.name) for table in TABLES}
    return {
        name: None if frame is None else frame.assign(**key) for name, frame in labelled.items()
    }


def _stacked(table: schema.Table, frames: list) -> pd.DataFrame:
    """All designs below each other in the columns and types of the table."""
    empty = table.empty()
    some = [frame[list(empty.columns)] for frame in frames if frame is not None and len(frame)]
    if not some:
        return empty
    return pd.concat(some, ignore_index=True).astype(empty.dtypes)
