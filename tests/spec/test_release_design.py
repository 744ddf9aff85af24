"""A design told before outcomes and after tells no more than either, and nothing of few people."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import PrivacyError
from mentor_outcomes.release import release_design, release_tables
from mentor_outcomes.release.plans import release_detectable
from mentor_outcomes.study import Release
from tests.invented_results import default_study, invented_results

SETTINGS = Release(minimum_people=10, round_counts_to=5)


def detectable(**changes) -> pd.DataFrame:
    """One row: 100 mentored and 300 comparators, of whom 80 and 120 are left by the weights."""
    row = {
        "outcome": "promotion",
        "role": "protege",
        "contrast": "any",
        "eligibility": "employed",
        "unit": "per 100 people",
        "horizon_months": 24.0,
        "expected": 20.0,
        "smallest_worthwhile": 2.0,
        "n_mentored": 103.0,
        "n_comparison": 301.0,
        "effective_mentored": 82.0,
        "effective_comparison": 122.0,
        "inflation_by_weights": 1.26,
        "inflation_by_follow_up": 1.17,
        "share_followed": 0.611,
        "events_mentored": 16.4,
        "events_comparison": 24.4,
        "std_error": 40 * np.sqrt(1 / 82 + 1 / 122),
        "smallest_detectable": 2.8 * 40 * np.sqrt(1 / 82 + 1 / 122),
        "reason": None,
    }
    return pd.DataFrame([row | changes]).astype({"reason": "str"})


def design_tables() -> dict[str, pd.DataFrame]:
    results = invented_results(default_study())
    checks = results["checks"]
    of_design = checks["check"].isin(["overlap", "balance", "unmatched_mentees"])
    shared = {t.name: results[t.name] for t in schema.DESIGN_RELEASED if t.name in results}
    return shared | {"design_checks": checks[of_design], "detectable": detectable()}


def test_a_table_told_before_outcomes_is_the_one_told_with_them():
    results = invented_results(default_study())
    before, after = release_design(design_tables(), SETTINGS), release_tables(results, SETTINGS)
    shared = sorted(set(before) & set(after))
    assert {"flow", "balance", "overlap", "ingest_counts"} <= set(shared)
    for name in shared:
        pd.testing.assert_frame_equal(before[name], after[name])
    key = list(schema.CHECKS.key)
    later = after["checks"].set_index(key)
    early = before["design_checks"].set_index(key)
    pd.testing.assert_frame_equal(early, later.loc[early.index])


def test_a_table_about_outcomes_is_refused():
    results = invented_results(default_study())
    with pytest.raises(PrivacyError, match="handed estimates"):
        release_design(design_tables() | {"estimates": results["estimates"]}, SETTINGS)


def test_numbers_of_people_and_events_are_rounded_and_the_error_is_that_of_the_rounded():
    """An exact error would give the exact numbers back: 40 sqrt(1/80 + 1/120) = 5.774."""
    (row,) = release_detectable(detectable(), SETTINGS).itertuples()
    assert (row.n_mentored, row.n_comparison) == (105, 300)
    assert (row.effective_mentored, row.effective_comparison) == (80, 120)
    assert (row.events_mentored, row.events_comparison) == (15, 25)
    assert row.std_error == pytest.approx(5.8)
    assert row.smallest_detectable == pytest.approx(16.2)
    assert (row.inflation_by_weights, row.share_followed) == (1.3, 0.61)


@pytest.mark.parametrize("few", [{"n_mentored": 9.0}, {"n_comparison": 8.0}])
def test_of_a_design_of_few_nothing_is_told(few):
    (row,) = release_detectable(detectable(**few), SETTINGS).to_dict("records")
    told = [
        name
        for name, value in row.items()
        if isinstance(value, float) and not np.isnan(value) and name != "reason"
    ]
    assert sorted(told) == ["expected", "horizon_months", "smallest_worthwhile"]
    assert row["reason"].startswith("hidden:")


@pytest.mark.parametrize("share", [0.05, 0.95])
def test_the_share_followed_is_hidden_where_few_are_or_few_are_not(share):
    (row,) = release_detectable(detectable(share_followed=share), SETTINGS).itertuples()
    assert np.isnan(row.share_followed)
    assert row.n_mentored == 105


def test_a_study_without_a_design_keeps_its_reason():
    numbers = {
        column.name: np.nan
        for column in schema.DETECTABLE.columns
        if column.type == "number" and column.name not in ("horizon_months", "smallest_worthwhile")
    }
    reason = "nobody is compared: no smallest detectable effect"
    (row,) = release_detectable(detectable(**numbers, reason=reason), SETTINGS).itertuples()
    assert row.reason == reason
