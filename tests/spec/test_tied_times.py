"""Times that differ by rounding alone: 0.1 + 0.2 is not 0.3 in floating point."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import (
    cox_regression,
    cumulative_incidence,
    discrete_hazard,
    kaplan_meier,
    log_rank,
    mean_count,
)
from mentor_outcomes.estimates.inference.tied_times import as_recorded, merged, stated_times

HAIR = 0.1 + 0.2
EIGHT = pd.DataFrame(
    {
        "exit": [0.1, 0.3, HAIR, 0.3, HAIR, 0.5, 0.6, 0.7],
        "event": [1, 1, 1, 1, 1, 0, 1, 0],
        "x": [1, 0, 1, 0, 1, 0, 1, 1],
    }
)
COLUMNS = {"entry": None, "exit": "exit", "event": "event"}
EXACT = 1e-12


def test_a_hair_is_no_time():
    assert HAIR > 0.3
    first, second = merged(np.array([0.1, HAIR]), np.array([0.3, 0.5]))
    assert first.tolist() == [0.1, 0.3]
    assert second.tolist() == [0.3, 0.5]


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_what_is_a_hair_does_not_depend_on_the_unit(unit):
    """Of distinct times of mean 1 those are one that are 1.5e-8 apart, not those 1e-7 apart."""
    (found,) = merged(np.array([0.5, 1.0, 1.0 + 1e-8, 1.0 + 1e-7, 1.5]) * unit)
    assert found[1] == found[2] < found[3]


def test_whole_numbers_are_never_one_however_large():
    days = np.array([1_700_000_000.0, 1_700_000_001.0])
    assert merged(days)[0].tolist() == days.tolist()
    asked = np.array([1_700_000_000.5, 1_700_000_001.0 + 3e-10])
    assert as_recorded(asked, days).tolist() == [1_700_000_000.5, 1_700_000_001.0]


def test_cox_ties_them_as_r_does():
    """coxph(Surv(exit, event) ~ x) of R's survival 3.5-3 says -0.00398."""
    fit = cox_regression(EIGHT, covariates=["x"], **COLUMNS)
    assert fit.coefficients[0] == pytest.approx(-0.00398, abs=5e-6)
    spelled = cox_regression(EIGHT.round(9), covariates=["x"], **COLUMNS)
    assert fit.coefficients[0] == pytest.approx(spelled.coefficients[0], abs=EXACT)


@pytest.mark.parametrize("at", [0.3, HAIR])
def test_the_share_at_a_time_counts_its_events_however_it_is_spelled(at):
    """One of eight at 0.1, four of seven at 0.3: 3/8 are left."""
    for errors in ("influence", "greenwood"):
        found = kaplan_meier(EIGHT, at=at, errors=errors, **COLUMNS).tidy()
        assert found["estimate"].item() == pytest.approx(3 / 8, abs=EXACT)
        assert found["std_error"].item() == pytest.approx(np.sqrt(3 / 8 * 5 / 8 / 8), abs=EXACT)
        assert found["time"].item() == at
    counted = mean_count(EIGHT.assign(left=0), terminal="left", at=at, **COLUMNS)
    assert counted.estimates.item() == pytest.approx(1 / 8 + 4 / 7, abs=EXACT)


def test_a_time_asked_for_is_one_of_the_records_however_those_are_spelled():
    """All at 0.1 + 0.2, asked at 0.3, and the other way round."""
    for spelled, asked in ((HAIR, 0.3), (0.3, HAIR)):
        records = EIGHT.assign(exit=spelled, left=0, cause="gone")
        for errors in ("influence", "greenwood"):
            found = kaplan_meier(records, at=[asked], errors=errors, **COLUMNS).tidy()
            assert found["estimate"].item() == pytest.approx(2 / 8, abs=EXACT)
            assert found["std_error"].item() == pytest.approx(np.sqrt(2 / 8 * 6 / 8 / 8), abs=EXACT)
            assert found["n_events"].item() == 6
        counted = mean_count(records, terminal="left", at=[asked], **COLUMNS).tidy()
        assert counted["estimate"].item() == pytest.approx(6 / 8, abs=EXACT)
        assert counted["n_at_risk"].item() == 8
        assert counted["n_events"].item() == counted["n_with_event"].item() == 6


def test_log_rank_takes_them_together():
    """One of eight at 0.1, four of seven at 0.3, one of two at 0.6; with x 5, 4 and 2 of these."""
    found = log_rank(EIGHT, by="x", **COLUMNS)
    assert found.chi_square == pytest.approx(0.0110, abs=5e-5)
    expected = 5 / 8 + 4 * 4 / 7 + 1
    assert found.expected.tolist() == pytest.approx([6 - expected, expected], abs=EXACT)


def test_an_entry_at_an_exit_but_for_rounding_does_not_overlap_it():
    """Who enters when the event happens is not at risk of it: one of two."""
    records = pd.DataFrame({"entry": [0, 0, 0.3], "exit": [HAIR, 1, 1], "event": [1, 0, 0]})
    records.loc[2, "entry"] = np.nextafter(0.3, 0)
    found = kaplan_meier(records, at=0.5, **COLUMNS | {"entry": "entry"}).tidy()
    assert found["estimate"].item() == pytest.approx(1 / 2, abs=EXACT)


def test_periods_that_differ_by_rounding_are_one():
    rows = pd.DataFrame({"period": [0.3, HAIR] * 4, "event": [1, 1, 0, 0, 1, 0, 0, 0]})
    fit = discrete_hazard(rows, event="event", period="period", covariates=[])
    assert fit.periods.tolist() == [0.3]
    assert fit.intercepts[0] == pytest.approx(np.log(3 / 5), abs=1e-9)


def test_one_time_may_be_stated_as_a_number():
    records = EIGHT.assign(cause=np.where(EIGHT["event"] == 1, "gone", ""))
    shared = {"entry": None, "exit": "exit", "cause": "cause"}
    one = cumulative_incidence(records, at=0.5, **shared).tidy()
    pd.testing.assert_frame_equal(one, cumulative_incidence(records, at=[0.5], **shared).tidy())
    assert stated_times(np.int64(12)).tolist() == stated_times(iter([12])).tolist() == [12.0]


@pytest.mark.parametrize("at", ["12", ["1", "2"], [pd.Timedelta(1, "D")], [True], None, [[1], [2]]])
def test_text_and_other_things_are_no_times(at):
    """ "12" read letter by letter would be the times 1 and 2."""
    with pytest.raises(EstimationError, match="the times `at` are not all numbers"):
        stated_times(at)


@pytest.mark.parametrize("at", [[], [-1], [np.nan], np.inf])
def test_times_before_zero_missing_or_without_end_are_refused(at):
    with pytest.raises(EstimationError, match="the times `at` are empty, negative, missing or inf"):
        stated_times(at)
