"""Scales and surveys pass the door without what few people stand behind."""

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.release.surveys import (
    release_response_rates,
    release_scale_invariance,
    release_scale_quality,
)
from mentor_outcomes.study import Release
from tests.invented_results import default_study
from tests.invented_surveys import response_rates, scale_invariance, scale_quality

SETTINGS = Release(minimum_people=10, round_counts_to=5)
STUDY = default_study()


def quality_with(**changes: object) -> pd.Series:
    rows = scale_quality(STUDY)[:1].assign(**changes)
    released = release_scale_quality(rows, SETTINGS)
    schema.released(schema.SCALE_QUALITY).check(released)
    return released.iloc[0]


def test_reliability_is_rounded_and_told():
    row = quality_with(alpha=0.8123456, omega=0.8567891)
    assert (row["alpha"], row["omega"], row["n_people"]) == (0.81, 0.86, 1505)


def test_reliability_of_few_complete_answers_is_hidden_with_its_reason():
    row = quality_with(n_complete=9, reason="9 people answered every item")
    hidden = ["alpha", "alpha_ci_low", "alpha_ci_high", "omega", "omega_ci_low", "omega_ci_high"]
    assert row[[*hidden, "n_complete", "share_straight_lined"]].isna().all()
    assert row["reason"] == "hidden: fewer than 10 people"
    assert row["mean"] == 3.9


def test_complete_answers_are_not_counted_where_few_are_incomplete():
    """1,507 people with a score less 1,500 complete ones would tell of seven."""
    row = quality_with(n_people=1507, n_complete=1500, share_prorated=7 / 1507)
    assert np.isnan(row["n_complete"]) and np.isnan(row["share_prorated"])
    assert row["alpha"] == 0.81


def test_a_share_of_few_straight_liners_is_hidden():
    row = quality_with(n_people=260, n_complete=200, share_straight_lined=4 / 200)
    assert np.isnan(row["share_straight_lined"])
    row = quality_with(n_people=260, n_complete=200, share_straight_lined=0.0)
    assert row["share_straight_lined"] == 0


def invariance_with(**changes: object) -> pd.Series:
    rows = scale_invariance(STUDY)[1:2].assign(**changes)
    released = release_scale_invariance(rows, SETTINGS)
    schema.released(schema.SCALE_INVARIANCE).check(released)
    return released.iloc[0]


def test_fit_is_told_to_three_places_and_counts_are_rounded():
    row = invariance_with(cfi=0.98765, n_people=2103, n_left_out=3)
    assert (row["cfi"], row["n_people"], row["holds"]) == (0.988, 2105, "yes")
    assert np.isnan(row["n_left_out"])


def test_fit_of_a_group_of_few_is_hidden_with_its_verdict():
    row = invariance_with(n_smallest=9)
    assert row[["chi2", "df", "cfi", "rmsea", "delta_cfi", "n_smallest"]].isna().all()
    assert (row["holds"], row["reason"]) == ("not evaluated", "hidden: fewer than 10 people")


def test_why_a_step_was_not_evaluated_is_told_with_rounded_people():
    why = "one group has 13 people with complete answers, fewer than 30"
    row = invariance_with(cfi=np.nan, n_smallest=13, holds="not evaluated", reason=why)
    assert row["reason"] == "one group has 15 people with complete answers, fewer than 30"
    few = why.replace("13", "3")
    row = invariance_with(cfi=np.nan, n_smallest=3, holds="not evaluated", reason=few)
    assert row["reason"].startswith("one group has fewer than 10 people with complete answers")


def rates_with(**changes: object) -> pd.Series:
    rows = response_rates(200)[:1].assign(**changes)
    released = release_response_rates(rows, SETTINGS)
    schema.released(schema.RESPONSE_RATES).check(released)
    return released.iloc[0]


def test_rates_are_those_of_the_rounded_counts():
    row = rates_with(n_employed=203.0, n_answered=122, n_unlinked=12)
    assert (row["n_employed"], row["n_answered"], row["n_unlinked"]) == (205, 120, 10)
    assert row["response_rate"] == round(120 / 205, 3)
    assert (row["linkage_lowest"], row["linkage_highest"]) == (round(120 / 130, 3), 1)


def test_the_bound_of_linkage_takes_no_more_unlinked_than_have_not_answered():
    """205 less 120 are 85 who have not answered, fewer than 300."""
    row = rates_with(n_employed=203.0, n_answered=122, n_unlinked=300)
    assert row["linkage_lowest"] == round(120 / 205, 3)
    everybody = rates_with(n_employed=203.0, n_answered=203, n_unlinked=300)
    assert (everybody["linkage_lowest"], everybody["linkage_highest"]) == (1, 1)
    nobody = rates_with(n_answered=0, linkage_lowest=np.nan, linkage_highest=np.nan)
    assert nobody[["linkage_lowest", "linkage_highest"]].isna().all()


def test_few_who_did_not_answer_are_not_given_away():
    row = rates_with(n_employed=203.0, n_answered=198)
    assert row[["n_answered", "response_rate", "linkage_lowest"]].isna().all()
    assert row["n_employed"] == 205


def test_few_unlinked_answers_are_hidden_with_the_bounds():
    row = rates_with(n_unlinked=9)
    assert row[["n_unlinked", "linkage_lowest", "linkage_highest"]].isna().all()
    assert np.isfinite(row["response_rate"])
    nobody = rates_with(n_unlinked=0)
    assert (nobody["n_unlinked"], nobody["linkage_lowest"]) == (0, 1)


def test_an_arm_of_few_is_not_told_at_all():
    row = rates_with(n_employed=9.0, n_answered=0)
    assert row[["n_employed", "n_answered", "response_rate"]].isna().all()
