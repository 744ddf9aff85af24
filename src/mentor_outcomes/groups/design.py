"""The comparison groups of a study: who is compared with whom, how alike they are, who is left out.

A trial is imagined at every start (Hernan & Robins 2016, Am. J. Epidemiol. 183:758): time zero is
the day a person's first mentorship begins, and both arms meet the same criteria on that day.
Nothing here may be an outcome.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.groups.comparison_flow import comparison_flow
from mentor_outcomes.groups.diagnostics import diagnostics
from mentor_outcomes.groups.eligibility import (
    MentoredStarts,
    after_minimum_tenure,
    below_top_grade,
    employed_unmentored_days,
    mentored_starts,
    recorded_starts,
)
from mentor_outcomes.groups.flow import among, flow_of
from mentor_outcomes.groups.propensity import Propensity, starting_propensity
from mentor_outcomes.groups.records import Records, check_exact, records_of
from mentor_outcomes.groups.sets import SetsOfDesign, match_design
from mentor_outcomes.logit import check_covariates
from mentor_outcomes.study import Exposure, Groups, StudySection

CONTRASTS = ("any", "formal", "informal", "manager", "not_manager")


@dataclass(frozen=True, slots=True)
class DesignedGroups:
    """The four tables of data/groups; see schema.FLOW, MATCHED_SETS, BALANCE, OVERLAP."""

    flow: pd.DataFrame
    matched_sets: pd.DataFrame
    balance: pd.DataFrame
    overlap: pd.DataFrame


def design_groups(
    person_months: pd.DataFrame,
    spells: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    *,
    settings: Groups,
    section: StudySection,
    exposure: Exposure,
) -> DesignedGroups:
    """Matched sets for each declared contrast and eligibility, with their flow, balance, overlap.

    Parameters
    ----------
    person_months, spells, first_mentorships
        tables of data/panel, their columns of role identifier, baseline and exposure
    settings, section, exposure
        of the study file

    With `exposure.measure: current` there is no design: only the flow of recorded starts. Where
    nobody can be matched the sets and the balance are empty, and flow and overlap say why.
    The eligibility `below_top_grade` is left out where no grade is recorded.

    Raises StudyError for a covariate that does not exist or is an outcome, and for a contrast
    that cannot be made; EstimationError where the model of starts has no answer.
    """
    check_covariates(settings.covariates, person_months.columns, where="groups.covariates")
    check_covariates(settings.exact, person_months.columns, where="groups.exact")
    check_exact(settings.exact, person_months)
    own_role = first_mentorships[first_mentorships["role"] == exposure.role]
    records = records_of(person_months, spells, own_role, settings.exact)
    parts = [
        part
        for contrast in exposure.contrasts
        for part in _designs_of_contrast(
            contrast, person_months, spells, own_role, records, settings, section, exposure
        )
    ]
    return DesignedGroups(
        **{
            table.name: _stacked(table, [part[table.name] for part in parts])
            for table in (schema.FLOW, schema.MATCHED_SETS, schema.BALANCE, schema.OVERLAP)
        }
    )


def _designs_of_contrast(
    contrast, person_months, spells, own_role, records: Records, settings, section, exposure
):
    """Tables of each eligibility of one contrast, by name; a table that has no rows is None."""
    key = {"role": exposure.role, "contrast": contrast}
    in_contrast = _in_contrast(contrast, own_role, records)
    recorded = recorded_starts(records, in_contrast, section)
    if exposure.measure == "current":
        flow = flow_of("mentored", "a first mentorship recorded", recorded.criteria)
        yield _labelled({"flow": flow}, {**key, "eligibility": "employed"})
        return
    propensity = starting_propensity(
        person_months, records, in_contrast, settings=settings, section=section
    )
    starts = mentored_starts(recorded, records, propensity, settings)
    yield _labelled(
        _design(person_months, spells, records, propensity, starts, settings, below_top=False),
        {**key, "eligibility": "employed"},
    )
    if not np.isnan(records.top_grade):
        below = below_top_grade(starts, records)
        yield _labelled(
            _design(person_months, spells, records, propensity, below, settings, below_top=True),
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
            expected=f"some of {', '.join(CONTRASTS)}.",
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
    settings: Groups,
    *,
    below_top: bool,
) -> dict[str, pd.DataFrame]:
    """The four tables of one design, without its key."""
    unmentored = employed_unmentored_days(records)
    days = after_minimum_tenure(unmentored, records, settings.min_tenure_months)
    if below_top:
        days = days.rows(records.stretch_grade[days.stretch] < records.top_grade)
    sets = match_design(starts, days, records, propensity, settings.comparators_per_mentee)
    is_matched = among(len(starts.person), sets.members["start"].to_numpy())
    mentored_flow = flow_of(
        "mentored",
        "a first mentorship recorded",
        {
            **starts.criteria,
            **starts.comparable,
            "a comparator within the caliper": is_matched,
        },
    )
    people_flow = comparison_flow(records, starts, unmentored, sets, settings, below_top)
    overlap, balance = diagnostics(person_months, spells, records, propensity, starts, sets)
    return {
        "flow": pd.concat([mentored_flow, people_flow], ignore_index=True),
        "matched_sets": _matched_sets(records, starts, sets),
        "balance": balance,
        "overlap": overlap,
    }


def _matched_sets(records: Records, starts: MentoredStarts, sets: SetsOfDesign) -> pd.DataFrame:
    members = sets.members
    start = members["start"].to_numpy()
    used = np.unique(start)
    names = records.people[starts.person[used]].to_numpy(dtype=object)
    label = np.empty(len(starts.person), dtype=np.int64)
    # A label only: counting by day and name makes the same bytes from the same records.
    label[used[np.lexsort((names, starts.day[used]))]] = np.arange(len(used))
    days = starts.day[start].astype("datetime64[D]").astype("datetime64[us]")
    return pd.DataFrame(
        {
            "set_id": label[start],
            "person_id": records.people[members["person"].to_numpy()],
            "time_zero": pd.Series(days, index=members.index),
            "is_mentored": members["is_mentored"],
            "weight": members["weight"],
            "score": members["score"],
        }
    )


def _labelled(tables: dict, key: dict[str, str]) -> dict:
    names = (schema.FLOW, schema.MATCHED_SETS, schema.BALANCE, schema.OVERLAP)
    labelled = {table.name: tables.get(table.name) for table in names}
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
