"""Group-time effects, worked by hand on five people, and what they refuse or leave out."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import group_time_effects
from mentor_outcomes.estimates.panel import group_time_cells

EXACT = 1e-12
"""Sums of a few numbers, in another order."""


def five_people() -> pd.DataFrame:
    """Two start in year 2, one in year 3, two never."""
    pay = {"a": [1, 5, 6], "b": [2, 4, 7], "c": [0, 2, 5], "d": [1, 2, 2], "e": [3, 6, 7]}
    start = {"a": 2, "b": 2, "c": 3, "d": np.nan, "e": np.nan}
    rows = [
        {"person": who, "year": year, "start": start[who], "pay": float(value)}
        for who, values in pay.items()
        for year, value in enumerate(values, start=1)
    ]
    return pd.DataFrame(rows)


def fit(panel: pd.DataFrame, comparison: str = "never", minimum_people: int = 1, **more):
    return group_time_effects(
        panel,
        unit="person",
        period="year",
        start="start",
        outcome="pay",
        comparison=comparison,
        minimum_people=minimum_people,
        **more,
    )


def cell(effects, group: int, year: int) -> pd.Series:
    cells = effects.tidy()
    return cells[(cells["group"] == group) & (cells["period"] == year)].iloc[0]


def estimates(effects, aggregate: str) -> dict:
    rows = effects.tidy(aggregate=aggregate)
    return {at: estimate for at, estimate in zip(rows["at"], rows["estimate"], strict=True)}


def test_a_cell_is_the_difference_of_mean_changes_from_the_period_before_the_start():
    effects = fit(five_people())
    assert cell(effects, 2, 2)["estimate"] == pytest.approx((4 + 2) / 2 - (1 + 3) / 2, abs=EXACT)
    assert cell(effects, 2, 3)["estimate"] == pytest.approx((5 + 5) / 2 - (1 + 4) / 2, abs=EXACT)
    assert cell(effects, 3, 3)["estimate"] == pytest.approx(3 - (0 + 1) / 2, abs=EXACT)


def test_a_cell_before_the_start_runs_back_from_the_same_reference():
    before = cell(fit(five_people()), 3, 1)
    assert before["estimate"] == pytest.approx(-2 - (-1 - 3) / 2, abs=EXACT)
    assert (before["reference"], before["since_start"]) == (2, -2)


def test_the_error_of_a_cell_is_that_of_two_means():
    # Deviations 1, -1 of the cohort and -1, 1 of the others, each halved and squared.
    row = cell(fit(five_people()), 2, 2)
    assert row["std_error"] == pytest.approx(np.sqrt(4 * 0.5**2), abs=EXACT)
    assert row["ci_low"] == pytest.approx(1 - 1.959963984540054)
    assert "clustered by person" in row["error_type"]


def test_those_who_start_later_serve_until_they_do():
    effects = fit(five_people(), "not_yet")
    assert cell(effects, 2, 2)["estimate"] == pytest.approx(3 - (1 + 3 + 2) / 3, abs=EXACT)
    assert cell(effects, 2, 2)["n_comparison"] == 3
    assert cell(effects, 2, 3)["n_comparison"] == 2
    assert cell(effects, 3, 1)["n_comparison"] == 2


def test_aggregates_weigh_cohorts_by_their_people():
    effects = fit(five_people())
    assert estimates(effects, "simple").popitem()[1] == pytest.approx((2 * 1 + 2 * 2.5 + 2.5) / 5)
    dynamic = effects.tidy(aggregate="dynamic")
    assert dynamic["at"].tolist()[:-1] == [-2, 0, 1]
    assert dynamic["estimate"].to_numpy() == pytest.approx([0, 4.5 / 3, 2.5, (1.5 + 2.5) / 2])
    group = effects.tidy(aggregate="group")
    assert group["estimate"].to_numpy() == pytest.approx([1.75, 2.5, (2 * 1.75 + 2.5) / 3])
    calendar = effects.tidy(aggregate="calendar")
    assert calendar["estimate"].to_numpy() == pytest.approx([1, 2.5, 1.75])


def test_the_error_of_an_aggregate_includes_that_of_its_weights():
    # Weights 2, 2, 1 of 5 on the cells 1, 2.5, 2.5 with mean 1.9: through the cells a .2, b -.2,
    # d .2 + .3 + .05, e the opposite; through the sizes a and b (1 + 2.5 - 3.8) / 5, c .6 / 5.
    influence = [0.2 - 0.06, -0.2 - 0.06, 0.12, 0.55, -0.55]
    row = fit(five_people()).tidy(aggregate="simple").iloc[0]
    assert row["std_error"] == pytest.approx(np.sqrt(np.square(influence).sum()), abs=EXACT)


def test_influences_give_errors_and_stand_in_the_order_of_the_units():
    effects = fit(five_people())
    assert effects.units.tolist() == list("abcde")
    errors = np.sqrt((effects.influence**2).sum(axis=0))
    assert errors == pytest.approx(effects.cells["std_error"].to_numpy(), abs=EXACT)
    assert effects.influence[:, 0] == pytest.approx([0.5, -0.5, 0, 0.5, -0.5], abs=EXACT)


def test_those_who_start_at_the_outset_are_dropped_and_counted():
    panel = five_people()
    always = panel[panel["person"] == "a"].assign(person="z", start=1, pay=99.0)
    earlier = always.assign(person="y", start=-5)
    effects = fit(pd.concat([panel, always, earlier]))
    assert effects.n_always_exposed == 2
    assert cell(effects, 2, 2)["estimate"] == pytest.approx(1, abs=EXACT)


def test_those_who_start_after_the_last_period_compare_only_as_not_yet_mentored():
    panel = five_people()
    later = panel[panel["person"] == "d"].assign(person="z", start=9)
    effects = fit(pd.concat([panel, later]))
    assert (effects.n_later, cell(effects, 2, 2)["n_comparison"]) == (1, 2)
    assert cell(fit(pd.concat([panel, later]), "not_yet"), 2, 3)["n_comparison"] == 3


def test_people_without_a_value_are_not_used_in_that_cell_and_are_counted():
    panel = five_people()
    panel.loc[(panel["person"] == "a") & (panel["year"] == 3), "pay"] = np.nan
    effects = fit(panel[(panel["person"] != "e") | (panel["year"] != 3)])
    assert cell(effects, 2, 2)["n_without_value"] == 0
    later = cell(effects, 2, 3)
    assert (later["n_mentored"], later["n_comparison"], later["n_without_value"]) == (1, 1, 2)
    assert later["estimate"] == pytest.approx(5 - 1, abs=EXACT)
    # Still two people in the cohort of year 2: they had a value at the reference.
    at_1 = effects.tidy(aggregate="calendar").set_index("at").loc[3]
    assert at_1["estimate"] == pytest.approx((2 * 4 + 1 * 3) / 3, abs=EXACT)
    assert (at_1["n_mentored"], at_1["n_left_out"]) == (2, 1)


def test_small_cells_are_not_estimated_and_every_aggregate_tells_it():
    effects = fit(five_people(), minimum_people=2)
    small = cell(effects, 3, 3)
    assert np.isnan(small["estimate"])
    assert small["reason"] == "fewer than 2 people in an arm"
    row = effects.tidy(aggregate="simple").iloc[0]
    assert (row["n_cells"], row["n_cells_left_out"], row["n_left_out"]) == (2, 1, 1)
    assert row["estimate"] == pytest.approx(1.75, abs=EXACT)
    by_group = effects.tidy(aggregate="group").set_index("at")
    assert np.isnan(by_group.loc[3, "estimate"])


def test_a_covariate_that_explains_the_changes_is_taken_off():
    # Among the comparison changes are 1 + 2 x; the cohort has x = 1 and changed by 5.
    x = {"a": 1.0, "b": 1.0, "d": 0.0, "e": 1.0, "f": 2.0, "g": 3.0}
    change = {"a": 5.0, "b": 6.0, "d": 1.0, "e": 3.0, "f": 5.0, "g": 7.0}
    panel = pd.DataFrame(
        [
            {"person": who, "year": year, "start": 2 if who in "ab" else np.nan, "x": x[who]}
            | {"pay": change[who] * (year - 1)}
            for who in x
            for year in (1, 2)
        ]
    )
    effects = fit(panel, covariates=["x"])
    assert effects.cells["estimate"].to_numpy() == pytest.approx([5.5 - 3], abs=1e-10)
    twice = fit(
        panel.assign(again=3 * panel["x"] + 1, alike=7.0), covariates=["x", "again", "alike"]
    )
    assert twice.cells["estimate"].to_numpy() == pytest.approx([5.5 - 3], abs=1e-10)


def test_a_covariate_only_the_cohort_varies_in_is_a_reason_to_leave_the_cell_out():
    panel = five_people()
    panel["x"] = (panel["person"] == "a").astype(float)
    effects = fit(panel, covariates=["x"])
    assert "among the comparison people" in cell(effects, 2, 2)["reason"]
    assert cell(effects, 3, 3)["estimate"] == pytest.approx(2.5, abs=EXACT)


def test_the_band_of_the_dynamic_path_holds_the_plain_intervals():
    rows = fit(five_people()).tidy(aggregate="dynamic").iloc[:-1]
    assert (rows["band_low"] < rows["ci_low"]).all()
    assert (rows["band_high"] > rows["ci_high"]).all()
    middle = (rows["band_low"] + rows["band_high"]) / 2
    assert middle.to_numpy() == pytest.approx(rows["estimate"].to_numpy())


def test_the_joint_test_takes_the_cells_before_the_reference():
    panel = five_people()
    panel.loc[(panel["person"] == "c") & (panel["year"] == 1), "pay"] = 3.0
    test = fit(panel).pre_trend_test()
    # One cell: 3 - 2 + 2 = 3 with squared error .5.
    assert (test.n_effects, test.degrees_of_freedom) == (1, 1)
    assert test.statistic == pytest.approx(3**2 / 0.5)
    assert fit(panel).pre_trend_test([-3, -2, 0]).statistic == pytest.approx(3**2 / 0.5)


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda p: pd.concat([p, p.iloc[:2]]), "2 of 17 rows repeat"),
        (lambda p: p[p["year"] == 1], "1 periods"),
        (lambda p: p.assign(year=p["year"].replace(3, 4)), "between 1 and 2 apart"),
        (lambda p: p.assign(start=p["start"] + 0.5), "2 units start between"),
        (lambda p: p.assign(start=np.nan), "that starts after the first period"),
        (lambda p: p.assign(start=2.0), "no unit to compare with; 0 start in the first"),
        (lambda p: p.assign(pay=p["pay"].where(p["start"].isna())), "missing for every unit"),
        (lambda p: p.assign(pay=p["pay"].where(p["start"].notna())), "missing for every unit"),
        (lambda p: p.assign(pay=3.0), "the same for everybody"),
        (
            lambda p: p.assign(pay=p["pay"].replace(9, 1).replace(7, np.inf)),
            "2 of 15 .* infinite pay",
        ),
        (lambda p: p.assign(pay=p["pay"].astype(str)), "the column pay holds"),
        (lambda p: p.assign(year=p["year"].astype(str)), "the column year holds"),
        (lambda p: p.assign(start=p["start"].map(str)), "the column start holds"),
        (
            lambda p: p.assign(start=p["start"].fillna(np.inf)),
            "6 of 15 rows have an infinite start",
        ),
        (lambda p: p.assign(start=p["start"].where(p["year"] > 1)), "changes within 3 of 5"),
        (lambda p: p.assign(year=p["year"].where(p["year"] > 1)), "rows without person or year"),
    ],
)
def test_panels_that_cannot_answer_are_refused(spoil, found):
    with pytest.raises(EstimationError, match=found):
        fit(spoil(five_people()))


def test_those_who_all_start_together_have_nobody_to_be_compared_with():
    panel = five_people()
    with pytest.raises(EstimationError, match="no unit to compare with; 0 start"):
        fit(panel[panel["start"] == 2], "not_yet")


def test_an_unknown_comparison_is_refused():
    with pytest.raises(EstimationError, match="comparison everyone"):
        fit(five_people(), "everyone")


@pytest.mark.parametrize(
    ("asked", "found"),
    [({"covariates": "age"}, r'write \["age"\]'), ({}, "the aggregate event was asked for")],
)
def test_what_is_asked_for_in_the_wrong_words_is_refused(asked, found):
    with pytest.raises(EstimationError, match=found):
        fit(five_people(), **asked).tidy(aggregate="event")


def test_a_missing_covariate_is_refused_and_never_left_out_silently():
    panel = five_people().assign(age=30.0)
    panel.loc[(panel["person"] == "d") & (panel["year"] == 1), "age"] = np.nan
    with pytest.raises(EstimationError, match="age missing at a reference, for up to 1 people"):
        fit(panel, covariates=["age"])


@pytest.mark.parametrize(
    ("value", "found"), [(-np.inf, "1 of 15 rows have an infinite age"), ("old", "age holds")]
)
def test_an_infinite_covariate_or_one_of_text_is_refused(value, found):
    age = [value, *[30.0 + year for year in range(14)]]
    with pytest.raises(EstimationError, match=found):
        fit(five_people().assign(age=age), covariates=["age"])


def test_a_cell_that_was_left_out_though_it_has_people_is_no_matter_of_covariates(monkeypatch):
    honest = group_time_cells._fit

    def without_one(*asked):
        result = honest(*asked)
        del result._aggregation_kit.influence[(2, 3)]
        return result

    monkeypatch.setattr(group_time_cells, "_fit", without_one)
    with pytest.raises(EstimationError, match=r"people enough, .*left out"):
        fit(five_people())


def alike(panel: pd.DataFrame, people: str) -> pd.DataFrame:
    """All of these change by 1 a year, exactly but for rounding."""
    changed = panel["pay"].where(~panel["person"].isin(list(people)), 0.1 + panel["year"])
    return panel.assign(pay=changed)


def test_a_cell_in_which_nothing_varies_has_no_error_but_stays_in_its_aggregates():
    """Cohort 2 varies against d and e alone: of those who all change alike cohort 3 is one."""
    panel = alike(five_people(), "cde")
    effects = fit(panel)
    still = cell(effects, 3, 3)
    assert still["estimate"] == pytest.approx(0, abs=EXACT)
    assert np.isnan([still["std_error"], still["ci_low"], still["p_value"]]).all()
    assert still["reason"] == "nothing varies within the arms, so that no error is known"
    assert cell(effects, 2, 2)["std_error"] > 0.1
    dynamic = effects.tidy(aggregate="dynamic").set_index("at")
    assert dynamic.loc[0, "estimate"] == pytest.approx((2 * 2 + 0) / 3)
    assert dynamic.loc[0, ["n_mentored", "n_cells", "n_left_out"]].tolist() == [3, 2, 0]
    assert dynamic.loc[0, "std_error"] > 0.1
    assert np.isnan(dynamic.loc[-2, ["std_error", "band_low", "p_value"]].astype(float)).all()
    with pytest.raises(EstimationError, match="1 of 1 effects before the start have no error"):
        effects.pre_trend_test()
    with pytest.raises(EstimationError, match="1 of 1 effects before the start have no error"):
        effects.pre_trend_test([-2])


def test_what_the_sizes_of_cohorts_add_is_not_the_error_of_effects_that_have_none():
    """Each cohort rises by itself, 5 and 2, and nothing varies within any arm."""
    panel = alike(five_people(), "abcde")
    rise = panel["person"].map({"a": 5.0, "b": 5.0, "c": 2.0}).fillna(0)
    effects = fit(panel.assign(pay=panel["pay"] + rise * (panel["year"] >= panel["start"])))
    for aggregate in ("simple", "dynamic", "group", "calendar"):
        rows = effects.tidy(aggregate=aggregate)
        assert rows["std_error"].isna().all()
        assert rows["p_value"].isna().all()
    assert rows["estimate"].iloc[-1] == pytest.approx((5 + 4) / 2)


def test_without_periods_before_there_is_no_joint_test():
    panel = five_people()
    with pytest.raises(EstimationError, match="no effect before the reference"):
        fit(panel[panel["person"] != "c"]).pre_trend_test()


def test_influences_that_do_not_give_the_error_are_refused(monkeypatch):
    honest = group_time_cells._fit

    def tampered(*asked):
        result = honest(*asked)
        result.group_time_effects[(2, 2)]["se"] *= 1.01
        return result

    monkeypatch.setattr(group_time_cells, "_fit", tampered)
    with pytest.raises(EstimationError, match="do not give their standard errors"):
        fit(five_people())
