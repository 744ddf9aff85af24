"""What the benchmarks of coverage hold for true is true of what they invent."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from benchmarks import cox_coverage, matched_errors
from benchmarks.event_headlines import (
    WANTED,
    event_study,
    headline_rows,
    naive_rows,
)
from benchmarks.panel_queries import panel_by_queries
from benchmarks.replications import KEY, VALUES
from benchmarks.study_in_memory import designed, intake_of, panel_of, with_groups
from mentor_outcomes import schema
from mentor_outcomes.estimates.study_estimates import estimate_study
from mentor_outcomes.simulation import simulate

N_PEOPLE = 30_000
CHANCE = 4.0  # SDs that a count may miss by


@pytest.fixture(scope="module")
def rows():
    return cox_coverage.study(np.random.default_rng(20241127), N_PEOPLE)


def residuals(rows, log_hazard_ratios):
    """Events less those that these hazards make likely, of each row."""
    risk = np.exp(sum(value * rows[name] for name, value in log_hazard_ratios.items()))
    at_exit, at_entry = (cox_coverage.cumulative_baseline(rows[name]) for name in ("exit", "entry"))
    return rows["event"] - risk * (at_exit - at_entry)


def excess(rows, log_hazard_ratios) -> float:
    """Events beyond the likely, in SDs of chance; by person, whose stretches are alike."""
    by_person = residuals(rows, log_hazard_ratios).groupby(rows["person"]).sum()
    return by_person.sum() / np.sqrt((by_person**2).sum())


@pytest.mark.parametrize(
    "part",
    ["is_mentored == 0", "is_mentored == 1", "entry > 0", "promise > 0.5", "is_woman == 1"],
)
def test_events_are_as_many_as_the_stated_hazards_make_likely(rows, part):
    assert abs(excess(rows.query(part), cox_coverage.TRUTH)) < CHANCE


def test_another_hazard_ratio_would_not_fit_the_invented_events(rows):
    other = {**cox_coverage.TRUTH, "is_mentored": 0.3}
    assert abs(excess(rows.query("is_mentored == 1"), other)) > CHANCE


def test_invented_stretches_enter_late_change_exposure_and_end_on_tied_days(rows):
    assert (rows["entry"] < rows["exit"]).all()
    assert (rows["exit"] % 1 == 0).all() and rows.loc[rows["event"], "exit"].duplicated().any()
    assert 0.3 < (rows["entry"] > 0).mean() < 0.9
    assert (rows.groupby("stretch")["is_mentored"].nunique() == 2).mean() > 0.1
    assert (rows.groupby("stretch")["event"].sum() <= 1).all()


def test_a_persons_invented_stretches_end_alike(rows):
    """Else errors clustered by person would have nothing to show."""
    residual = residuals(rows, cox_coverage.TRUTH).groupby([rows["person"], rows["stretch"]]).sum()
    total = residual.groupby("person").sum()
    assert (total**2).sum() > 1.1 * (residual**2).sum()


def invented(seed: int):
    """A small study of the event outcomes, and its tables of data/tables."""
    study = event_study(n_people=400, seed=seed, observed_to=date(2021, 12, 31))
    return study, intake_of(simulate(study.simulation, study.study, {}).exports, study)


def test_queries_made_for_one_organisation_make_the_panel_of_the_next():
    other_study, other_tables = invented(1)
    other = panel_by_queries(other_tables, other_study, WANTED)
    study, tables = invented(2)
    expected, found = panel_of(tables, study), panel_by_queries(tables, study, WANTED)
    for table in WANTED:
        pd.testing.assert_frame_equal(found[table.name], expected[table.name])
        assert not found[table.name].equals(other[table.name])


def test_headlines_made_alone_are_those_of_the_whole_study():
    study, tables = invented(3)
    panel = panel_of(tables, study)
    groups = designed(panel, study)
    rows = estimate_study(with_groups(panel, groups, study), study)["estimates"]
    rows = schema.main_rows(rows)
    alone = headline_rows(with_groups(panel, groups), study)
    for expected, found in (
        (rows[rows["is_headline"]], alone),
        (rows[rows["method"] == "naive"], naive_rows(panel, study)),
    ):
        assert found["estimate"].notna().sum() >= 4
        pd.testing.assert_frame_equal(
            found, expected[[*KEY, *VALUES]].reset_index(drop=True), check_dtype=False
        )


def test_risks_of_the_bare_organisation_are_those_of_its_constant_hazards():
    """Of leaving in a year without a mentor, by those matched: averaged over their own hazards."""
    missed, n = 0.0, 0
    for stream in np.random.default_rng(20241130).spawn(20):
        known = matched_errors.organisation(stream)
        sets = matched_errors.matched(known)
        sets = sets[sets["is_mentored"]]
        level, slope = matched_errors.HAZARDS["leaving"]
        hazard = level * np.exp(slope * known.number[sets["person"]])
        other = matched_errors.HAZARDS["other_exit"][0]
        expected = hazard / (hazard + other) * -np.expm1(-12 * (hazard + other))
        since = known.never["leaving"][sets["person"]] - sets["month"]
        left_first = known.never["leaving"] <= known.never["other_exit"]
        found = (since <= 12) & left_first[sets["person"]]
        missed, n = missed + (found - expected).sum(), n + len(sets)
    assert abs(missed / n) < CHANCE * np.sqrt(0.13 * 0.87 / n)
