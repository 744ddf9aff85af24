"""Leads and lags by hand: who counts at which moment, and the means that the coefficients are."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import event_time_effects
from mentor_outcomes.estimates.panel.event_time_columns import event_time_columns

EXACT = 1e-10
COLUMNS = {"unit": "person", "period": "year", "outcome": "pay", "exposure": "mentored"}


def long(pay: dict, mentored: dict, first: int = 0) -> pd.DataFrame:
    rows = [
        (person, first + year, value, bool(mentored[person][year]))
        for person, values in pay.items()
        for year, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["person", "year", "pay", "mentored"])


def one_start() -> pd.DataFrame:
    """Ann and Bea start in year 3 of 0 to 5; Cy and Di never."""
    pay = {
        "ann": [1, 2, 2, 5, 6, 9.5],
        "bea": [3, 3, 5, 8, 8, 8],
        "cy": [0, 1, 1, 2, 2, 4],
        "di": [2, 2, 4, 4, 5, 5.5],
    }
    started = [0, 0, 0, 1, 1, 1]
    return long(pay, {"ann": started, "bea": started, "cy": [0] * 6, "di": [0] * 6})


def fit(panel, leads=3, lags=2, **more):
    return event_time_effects(panel, **COLUMNS, leads=leads, lags=lags, **more)


def test_with_one_start_a_coefficient_is_the_difference_of_changes_since_the_reference():
    panel = one_start()
    wide = panel.pivot(index="person", columns="year", values="pay")
    change = wide.sub(wide[2], axis=0)
    expected = change.loc[["ann", "bea"]].mean() - change.loc[["cy", "di"]].mean()
    found = fit(panel)
    assert found.moments.tolist() == [-3, -2, 0, 1, 2]
    assert found.coefficients == pytest.approx(expected[[0, 1, 3, 4, 5]].to_numpy(), abs=EXACT)
    assert found.n_units_at.tolist() == [2] * 5


def test_the_ends_hold_what_lies_beyond():
    """Of two leads the earlier holds years 0 and 1: here nothing lies between it and year 2."""
    panel = one_start()
    wide = panel.pivot(index="person", columns="year", values="pay")
    groups = [wide[[0, 1]].mean(axis=1), wide[2], wide[[3, 4, 5]].mean(axis=1)]
    change = pd.concat(groups, axis=1).sub(groups[1], axis=0)
    expected = change.loc[["ann", "bea"]].mean() - change.loc[["cy", "di"]].mean()
    found = fit(panel, leads=2, lags=0)
    assert found.coefficients == pytest.approx(expected.to_numpy()[[0, 2]], abs=EXACT)
    assert found.ends.startswith("2 periods before the start or earlier, and 0 after or later")


def test_tidy_has_the_reference_at_zero_and_errors_for_the_rest():
    table = fit(one_start(), leads=2, lags=1).tidy()
    assert table["moment"].tolist() == [-2, -1, 0, 1]
    assert table.loc[table["is_reference"], "estimate"].tolist() == [0.0]
    assert (table.loc[~table["is_reference"], "std_error"] > 0).all()


def test_switches_off_count_minus_one_as_long_after():
    """On in year 1, off in year 3: at year 3 the on is two years old and the off is new."""
    panel = long({"ann": [0.0] * 5, "cy": [1.0] * 5}, {"ann": [0, 1, 1, 0, 0], "cy": [0] * 5})
    columns = event_time_columns(panel, **COLUMNS, leads=2, lags=3)
    values = pd.DataFrame(columns.values[:, :5], index=columns.moments)
    assert values.loc[0].tolist() == [0, 1, 0, -1, 0]
    assert values.loc[1].tolist() == [0, 0, 1, 0, -1]
    assert values.loc[2].tolist() == [0, 0, 0, 1, 0]
    assert values.loc[3].tolist() == [0, 0, 0, 0, 1]
    assert values.loc[-2].tolist() == [-1, -1, 0, 0, 0]
    assert columns.goes_off


def test_who_is_mentored_when_first_seen_is_left_out_and_counted():
    panel = one_start()
    since_ever = panel.query("person == 'ann'").assign(person="eve", mentored=True)
    found = fit(pd.concat([panel, since_ever]))
    assert found.n_already == 1
    assert found.coefficients == pytest.approx(fit(panel).coefficients, abs=EXACT)


def test_a_row_without_outcome_still_says_when_the_exposure_began():
    panel = one_start()
    panel.loc[panel["year"] == 3, "pay"] = np.nan
    found = fit(panel, leads=3, lags=2)
    assert found.n_units_at.tolist() == [2, 2, 0, 2, 2]
    assert np.isnan(found.coefficients[2])
    whole = fit(one_start())
    assert found.coefficients[[0, 1, 3, 4]] == pytest.approx(
        whole.coefficients[[0, 1, 3, 4]], abs=EXACT
    )


def test_moments_with_too_few_people_are_missing_and_their_rows_left_out():
    panel = one_start()
    early = panel.query("person == 'ann'").assign(
        person="fay", mentored=lambda f: f["year"] >= 2, pay=lambda f: f["pay"] + f["year"]
    )
    found = fit(pd.concat([panel, early]), leads=3, lags=3, minimum_units=2)
    # Fay alone is seen three years after; Ann and Bea alone, two of them, three years before.
    assert np.isnan(found.coefficients).tolist() == [False, False, False, False, False, True]
    assert found.n_thin == 1
    assert found.fit.n_rows == 29


def test_the_tests_of_leads_and_lags_take_their_own_coefficients_jointly():
    rng = np.random.default_rng(2)
    person, year = np.repeat(np.arange(80), 8), np.tile(np.arange(8), 80)
    start = np.where(np.arange(80) < 40, rng.integers(2, 7, 80), 99)
    panel = pd.DataFrame({"person": person, "year": year, "mentored": year >= start[person]})
    panel["pay"] = 1.0 * panel["mentored"] + rng.normal(size=len(panel))
    found = fit(panel, leads=3, lags=2)
    leads = found.test_of_leads()
    lead = found.coefficients[:2]
    expected = lead @ np.linalg.inv(found.covariance[:2, :2]) @ lead
    assert (leads.chi_square, leads.degrees_of_freedom) == (pytest.approx(expected), 2)
    assert leads.p_value > 0.01
    assert found.test_of_lags().degrees_of_freedom == 3
    assert found.test_of_lags().p_value < 1e-6


def test_with_fewer_people_than_leads_there_is_no_test():
    many = long(
        {name: list(np.arange(9.0) ** 2 * number) for number, name in enumerate("abc", start=1)},
        {"a": [0] * 7 + [1] * 2, "b": [0] * 6 + [1] * 3, "c": [0] * 9},
    )
    assert np.isnan(fit(many, leads=5, lags=0).test_of_leads().p_value)


@pytest.mark.parametrize(
    ("change", "more", "words"),
    [
        ({}, {"leads": 1, "lags": 2}, "1 leads and 2 lags"),
        ({}, {"leads": 2, "lags": -1}, "2 leads and -1 lags"),
        ({"mentored": False}, {}, "no moment before or after"),
        ({"mentored": 0.5}, {}, "neither 0 nor 1 in mentored"),
        ({"year": lambda f: f["year"] / 2}, {}, "not whole"),
        ({}, {"minimum_units": 9}, "no moment before or after"),
        ({"moment -2": 1.0}, {}, "columns called moment -2"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_words(change, more, words):
    with pytest.raises(EstimationError, match=words):
        fit(one_start().assign(**change), **more)


def test_pay_that_effects_say_in_full_has_no_leads_and_lags():
    """What is left is rounding, and no test of the time before the start is to be made of it."""
    flat = one_start().assign(pay=lambda f: f["person"].map(len) + 0.1 * f["year"])
    with pytest.raises(EstimationError, match="nothing varies beside them"):
        fit(flat)
    exact = flat.assign(pay=flat["pay"] + 0.05 * flat["mentored"])
    with pytest.raises(EstimationError, match="nothing varies beside them"):
        fit(exact)
