"""Comparison people who stand for those mentored since: by hand, and as diff-diff without them."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import GroupTimeEffects, group_time_effects
from mentor_outcomes.estimates.panel.group_time_weighted import people_in_effect, weighted_cell

EXACT = 1e-12
"""Sums of a few numbers."""
SAME = 1e-9
"""Two routes to one regression."""
AGGREGATES = ("simple", "dynamic", "group", "calendar")

PAY = {
    "a": [1, 5, 6],
    "b": [2, 4, 7],
    "c": [0, 2, 5],
    "d": [1, 2, 2],
    "e": [3, 6, 7],
    "f": [2, 2, 8],
}
START = {"a": 2, "b": 2, "c": 3}
CHANCES = {"c": [1, 0.5, 0.5], "d": [1, 1, 0.5], "e": [0.8, 0.4, 0.2], "f": [1, 1, 1]}
"""Of a and b, who are mentored first, they are never asked for."""


def six_people() -> pd.DataFrame:
    """Two start in year 2, one in year 3, three never."""
    rows = [
        {"person": who, "year": year, "start": START.get(who, np.nan), "pay": float(value)}
        for who, values in PAY.items()
        for year, value in enumerate(values, start=1)
    ]
    chance = [CHANCES.get(who, [np.nan] * 3)[year] for who in PAY for year in range(3)]
    return pd.DataFrame(rows).assign(chance=chance)


def fit(panel: pd.DataFrame, minimum_people: int = 1, **more) -> GroupTimeEffects:
    asked = {"comparison": "not_yet", "chance_unstarted": "chance"} | more
    return group_time_effects(
        panel,
        unit="person",
        period="year",
        start="start",
        outcome="pay",
        minimum_people=minimum_people,
        **asked,
    )


def cell(effects: GroupTimeEffects, group: int, year: int) -> pd.Series:
    cells = effects.tidy()
    return cells[(cells["group"] == group) & (cells["period"] == year)].iloc[0]


def with_chance(panel: pd.DataFrame, who: str, *chances: float) -> pd.DataFrame:
    known = panel["chance"].copy()
    known[panel["person"] == who] = chances
    return panel.assign(chance=known)


def test_comparison_people_weigh_their_chance_at_the_reference_over_that_then():
    """From year 1 to 2: c and e twice, d and f once; to 3: d twice, e four times, f once."""
    effects = fit(six_people())
    others = (2 * 2 + 1 * 1 + 2 * 3 + 1 * 0) / 6
    assert cell(effects, 2, 2)["estimate"] == pytest.approx((4 + 2) / 2 - others, abs=EXACT)
    others = (2 * 1 + 4 * 4 + 1 * 6) / 7
    assert cell(effects, 2, 3)["estimate"] == pytest.approx((5 + 5) / 2 - others, abs=EXACT)
    assert cell(effects, 2, 3)["n_comparison"] == 3


def test_a_later_cohort_has_a_reference_of_its_own():
    """From year 2 to 3 d and e weigh twice, f once."""
    others = (2 * 0 + 2 * 1 + 6) / 5
    found = cell(fit(six_people()), 3, 3)
    assert found["estimate"] == pytest.approx(3 - others, abs=EXACT)


def test_before_the_reference_nobody_was_passed_over():
    found = cell(fit(six_people()), 3, 1)
    assert found["estimate"] == pytest.approx(-2 - (-1 - 3 - 0) / 3, abs=EXACT)
    assert found["since_start"] == -2


def test_who_weighs_more_adds_more_to_the_error():
    """Of a weighted mean m, w (change - m) / sum of w, negatively; weights count as known."""
    effects = fit(six_people())
    mean = 24 / 7
    own = [0, 0, 0, -2 * (1 - mean) / 7, -4 * (4 - mean) / 7, -1 * (6 - mean) / 7]
    assert effects.influence[:, 1] == pytest.approx(own, abs=EXACT)
    error = cell(effects, 2, 3)["std_error"]
    assert error == pytest.approx(np.sqrt(np.square(own).sum()), abs=EXACT)
    assert effects.error_type.endswith("weights for not having started taken as known")
    plain = fit(six_people(), chance_unstarted=None)
    assert "weights" not in plain.error_type


def test_a_weighted_regression_is_that_of_people_written_down_as_often_as_they_weigh():
    """x 0, 1, 3 changed by 1, 2, 7, of whom the second counts thrice; foretold at x = 2."""
    change, x = np.array([9.0, 1, 2, 7]), np.array([2.0, 0, 1, 3])[:, None]
    is_mentored = np.array([True, False, False, False])
    weights = np.array([np.nan, 1, 3, 1])
    effect, influence = weighted_cell(change, x, is_mentored, weights)
    often = np.repeat(np.arange(4), [1, 1, 3, 1])
    again, of_each = weighted_cell(change[often], x[often], is_mentored[often], np.ones(6))
    # Means 6/5 and 14/5, slope (31/5 - ...) by sums: xy 27, x 6, y 14, xx 12, n 5.
    slope = (5 * 27 - 6 * 14) / (5 * 12 - 6 * 6)
    assert effect == pytest.approx(9 - (14 / 5 + slope * (2 - 6 / 5)), abs=EXACT)
    assert again == pytest.approx(effect, abs=EXACT)
    assert np.bincount(often, of_each) == pytest.approx(influence, abs=EXACT)


def invented(seed: int, n: int = 150) -> pd.DataFrame:
    """People over five years, a sixth of the values missing, and a covariate that moves."""
    rng = np.random.default_rng(seed)
    person, year = np.repeat(np.arange(n), 5), np.tile(np.arange(5.0), n)
    start = rng.choice([0.0, 1.0, 2.0, 3.0, 9.0, np.nan], n)[person]
    x, y = rng.normal(size=n)[person] + 0.3 * year, rng.normal(size=(2, 5 * n))
    pay = y[0] + x * year + (year >= start)
    frame = pd.DataFrame({"person": person, "year": year, "start": start, "x": x, "y": y[1]})
    frame = frame.assign(pay=pay, one=1.0, site=(person % 3 == 0) * 1.0, chance=1.0)
    return frame[rng.random(5 * n) > 1 / 6]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("covariates", [(), ("x",), ("x", "y", "site", "one")])
def test_with_weights_of_1_everything_equals_diff_diff(covariates, seed):
    weighted = fit(invented(seed), 2, covariates=covariates)
    plain = fit(invented(seed), 2, covariates=covariates, chance_unstarted=None)
    assert plain.tidy()["estimate"].notna().all()
    for aggregate in ("cells", *AGGREGATES):
        one, other = (each.tidy(aggregate=aggregate) for each in (weighted, plain))
        numbers = one.select_dtypes("number").columns
        assert np.allclose(one[numbers], other[numbers], rtol=0, atol=SAME, equal_nan=True)
    assert weighted.influence == pytest.approx(plain.influence, abs=SAME)
    assert weighted.pre_trend_test().statistic == pytest.approx(plain.pre_trend_test().statistic)


def test_the_same_cells_are_left_out_for_the_same_reasons():
    panel = six_people().assign(chance=1.0)
    panel["x"] = (panel["person"] == "a").astype(float)
    weighted = fit(panel, 2, covariates=["x"]).tidy()
    plain = fit(panel, 2, covariates=["x"], chance_unstarted=None).tidy()
    assert weighted["reason"].tolist() == plain["reason"].tolist()
    assert set(plain["reason"].dropna()) == {
        "a covariate never varies, or follows from others, among the comparison people",
        "fewer than 2 people in an arm",
    }


@pytest.mark.parametrize(
    "repeating",
    [
        lambda x: x[:, 0] * 3.3 + 1.7,
        lambda x: x @ np.linspace(-1, 1, x.shape[1]),
        lambda x: np.full(len(x), 0.1),
        lambda x: np.round(1.1 * x[:, 0], 11),
    ],
)
def test_what_follows_from_other_covariates_changes_nothing(repeating):
    """By the cut that numpy's pinv has of its own, some such columns moved effects by a tenth."""
    rng = np.random.default_rng(5)
    for _ in range(60):
        n, k = int(rng.integers(60, 300)), int(rng.integers(2, 10))
        x = rng.normal(size=(n, k)) * np.exp(rng.normal(0, 2, k)) + rng.uniform(-50, 50, k)
        is_mentored, weights = rng.random(n) < 0.2, np.exp(rng.exponential(size=n))
        change = rng.normal(size=n)
        plain = weighted_cell(change, x, is_mentored, weights)
        more = np.column_stack([x, repeating(x)])
        effect, influence = weighted_cell(change, more, is_mentored, weights)
        assert effect == pytest.approx(plain[0], abs=1e-7)
        assert influence == pytest.approx(plain[1], abs=1e-7)


def test_a_cell_that_hangs_on_one_comparison_person_is_left_out():
    """Chances to year 3 of d a thousandth, e and f 1: by Kish 1.004 people, not three."""
    panel = six_people()
    for who, chances in {"d": (1, 1, 0.001), "e": (1, 1, 1), "f": (1, 1, 1)}.items():
        panel = with_chance(panel, who, *chances)
    effects = fit(panel, 2)
    assert people_in_effect(np.array([1000, 1, 1])) == pytest.approx(1002**2 / 1_000_002)
    row = cell(effects, 2, 3)
    assert row["reason"] == "the comparison people weigh like fewer than 2, one less per covariate"
    assert np.isnan([row["estimate"], row["std_error"]]).all()
    assert np.isfinite(cell(effects, 2, 2)["estimate"])
    assert fit(panel, 2).tidy(aggregate="simple")["n_cells_left_out"].tolist() == [2]


def test_as_many_comparison_people_as_asked_for_are_enough_if_they_weigh_alike():
    panel = six_people().assign(chance=six_people()["year"].map({1: 1.0, 2: 0.7, 3: 0.3}))
    assert np.isfinite(cell(fit(panel, 2), 2, 3)["estimate"])
    rare = panel[panel["person"] != "f"]
    assert cell(fit(rare, 2), 2, 3)["n_comparison"] == 2
    assert np.isfinite(cell(fit(rare, 2), 2, 3)["std_error"])


@pytest.mark.parametrize("chance", ["chance", None])
def test_covariates_that_leave_nothing_of_the_comparison_people_leave_the_cell_out(chance):
    """Through three people with two covariates a regression runs exactly: no error of theirs."""
    panel = six_people().assign(chance=1.0)
    panel["x"] = panel["person"].map(dict(zip("abcdef", (1, 2, 3, 0, 0, 1), strict=True)))
    panel["y"] = panel["person"].map(dict(zip("abcdef", (1, 0, 2, 0, 1, 0), strict=True)))
    row = cell(fit(panel, 2, covariates=["x", "y"], chance_unstarted=chance), 2, 3)
    assert row["reason"] == "the comparison people weigh like fewer than 2, one less per covariate"
    one = cell(fit(panel, 2, covariates=["x"], chance_unstarted=chance), 2, 3)
    assert np.isfinite(one["std_error"])


def five_compared() -> pd.DataFrame:
    """Two mentored in year 2; five never, who changed by 0, 1, 2, 3, 4 and weigh 1, 2, 3, 4, 10."""
    change = {"a": 10, "b": 12} | {f"n{k}": k for k in range(5)}
    weight = {f"n{k}": w for k, w in enumerate((1, 2, 3, 4, 10))}
    rows = [
        {"person": who, "year": year, "start": 2.0 if who in "ab" else np.nan}
        | {"pay": change[who] * (year - 1.0), "chance": weight.get(who, 1) ** (1.0 - year)}
        for who in change
        for year in (1, 2)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("quantile", "weights"),
    [(1.0, (1, 2, 3, 4, 10)), (0.75, (2, 2, 3, 4, 4)), (0.51, (2, 2, 3, 4, 4))],
)
def test_weights_beyond_the_quantile_are_cut_on_either_side(quantile, weights):
    found = cell(fit(five_compared(), truncate_weights_at=quantile), 2, 2)["estimate"]
    mean = sum(w * change for change, w in enumerate(weights)) / sum(weights)
    assert found == pytest.approx(11 - mean, abs=EXACT)


@pytest.mark.parametrize("quantile", [0.0, 0.5, 1.001, 99.0, np.nan])
def test_a_quantile_that_is_none_is_refused(quantile):
    with pytest.raises(EstimationError, match="truncate_weights_at"):
        fit(five_compared(), truncate_weights_at=quantile)


@pytest.mark.parametrize(
    ("chances", "n_wrong"),
    [
        ((1, 1, np.nan), 1),
        ((np.nan, 1, 1), 1),
        ((1, 0.5, 0), 1),
        ((1.01, 1, 1), 1),
        ((0.5, 0.6, 0.5), 1),
        ((-0.5, -0.6, -0.7), 1),
    ],
)
def test_chances_that_are_none_are_refused_with_counts_only(chances, n_wrong):
    panel = with_chance(six_people(), "f", *chances)
    with pytest.raises(EstimationError) as raised:
        fit(panel)
    assert f"chance of up to {n_wrong} people compared in a cell is missing, 0," in str(
        raised.value
    )
    assert "0.5" not in str(raised.value)


def test_several_wrong_chances_of_one_cell_are_counted():
    panel = with_chance(with_chance(six_people(), "f", 1, 1, 0), "d", 1, 1, 0)
    with pytest.raises(EstimationError, match="of up to 2 people"):
        fit(panel)


def test_infinite_chances_or_those_of_text_are_refused():
    panel = six_people()
    with pytest.raises(EstimationError, match="infinite chance"):
        fit(with_chance(panel, "f", 1, 1, np.inf))
    with pytest.raises(EstimationError, match="the column chance holds"):
        fit(panel.assign(chance="likely"))
    with pytest.raises(EstimationError, match="no column luck"):
        fit(panel, chance_unstarted="luck")


def test_chances_are_no_matter_of_those_who_never_start():
    with pytest.raises(EstimationError, match="comparison not_yet"):
        fit(six_people(), comparison="never")


def test_only_chances_of_those_compared_are_looked_at():
    """Of the mentored, and of c once it has started, any will do."""
    panel = with_chance(with_chance(six_people(), "a", 7, -1, 0), "c", 1, 0.5, np.nan)
    plain = fit(six_people())
    assert fit(panel).tidy()["estimate"].tolist() == plain.tidy()["estimate"].tolist()
