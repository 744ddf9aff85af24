"""A matched difference does not hang on row order, names, units, or how people are split up."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import MatchedDifference, matched_difference

MOMENTS = [-4, -3, -2, 0, 1, 2]
SAME = 1e-10
"""The same sums in another order."""


def design(seed: int = 1, n_sets: int = 40) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Sets whose comparators recur, a panel with gaps, and follow-up that ends early for some."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n_sets):
        start = int(rng.integers(4, 8))
        others = rng.choice(np.arange(n_sets, n_sets + 30), 3, replace=False)
        rows.append((number, f"p{number}", start, True, 1.0))
        rows += [(number, f"p{other}", start, False, 1 / 3) for other in others]
    names = ["set_id", "person_id", "start_period", "is_mentored", "weight"]
    sets = pd.DataFrame(rows, columns=names)
    people = sorted(set(sets["person_id"]))
    panel = pd.DataFrame(
        [(who, period) for who in people for period in range(11)], columns=["person_id", "period"]
    )
    panel["pay"] = rng.normal(size=len(panel)).cumsum() / 10
    panel = panel[rng.random(len(panel)) < 0.9].reset_index(drop=True)
    follow_up = sets[["set_id", "person_id", "start_period"]].merge(
        pd.DataFrame({"period": range(11)}), how="cross"
    )
    follow_up = follow_up[follow_up["period"] >= follow_up["start_period"]]
    follow_up = follow_up[rng.random(len(follow_up)) < 0.9].drop(columns="start_period")
    follow_up = follow_up.assign(weight=rng.uniform(0.5, 2, len(follow_up)))
    return sets, panel, follow_up


def found(sets, panel, follow_up, outcome="pay") -> MatchedDifference:
    return matched_difference(
        sets, panel, outcome=outcome, periods_since_start=MOMENTS, follow_up=follow_up
    )


def figures(result: MatchedDifference) -> np.ndarray:
    """All that is told of a result: points, bands, windows, the joint test, robust intervals."""
    points = result.tidy().select_dtypes("number").to_numpy().ravel()
    windows = result.over_windows([(0, 1), (-3, -2)]).select_dtypes("number").to_numpy().ravel()
    test = result.joint_test([-4, -3, -2], slopes=[-3.0, -2.0, -1.0])
    trends = result.parallel_trends(before=[-4, -3, -2], at=2, reference=-1)
    more = [test.statistic, test.smallest_detectable, *trends.interval(1.0), trends.breakdown()]
    return np.r_[points, windows, more]


def test_everything_is_estimated_so_that_the_tests_below_compare_numbers():
    assert np.isfinite(figures(found(*design()))).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_nothing(seed):
    tables = design(seed)
    shuffled = (table.sample(frac=1, random_state=seed) for table in tables)
    assert figures(found(*shuffled)) == pytest.approx(figures(found(*tables)), rel=SAME, abs=SAME)


def test_other_names_for_people_and_sets_change_nothing():
    tables = design()
    names = {who: -number for number, who in enumerate(sorted(set(tables[1]["person_id"])))}
    renamed = [table.assign(person_id=table["person_id"].map(names)) for table in tables]
    for place in (0, 2):
        renamed[place] = renamed[place].assign(set_id="s" + renamed[place]["set_id"].astype("str"))
    assert figures(found(*renamed)) == pytest.approx(figures(found(*tables)), rel=SAME, abs=SAME)


def test_another_unit_scales_differences_and_errors_and_leaves_tests_as_they_are():
    sets, panel, follow_up = design()
    one, other = (
        found(sets, panel.assign(pay=scale * panel["pay"] + 5), follow_up) for scale in (1, -100)
    )
    for column in ("estimate", "std_error"):
        sign = -100 if column == "estimate" else 100
        assert other.points[column].to_numpy() == pytest.approx(
            sign * one.points[column].to_numpy(), rel=1e-9
        )
    assert other.tidy()["p_value"].to_numpy() == pytest.approx(one.tidy()["p_value"].to_numpy())
    assert other.critical_value() == one.critical_value()
    trends = [
        result.parallel_trends(before=[-4, -3, -2], at=2, reference=-1) for result in (one, other)
    ]
    assert trends[1].breakdown() == pytest.approx(trends[0].breakdown(), abs=1e-6)
    low, high = trends[0].interval(1.0)
    assert trends[1].interval(1.0) == pytest.approx((-100 * high, -100 * low), rel=1e-8)


def test_the_seed_moves_the_band_and_nothing_else():
    sets, panel, follow_up = design()
    settings = {"outcome": "pay", "periods_since_start": MOMENTS, "follow_up": follow_up}
    one, other = (matched_difference(sets, panel, seed=seed, **settings) for seed in (0, 1))
    bands = ["band_low", "band_high"]
    pd.testing.assert_frame_equal(one.tidy().drop(columns=bands), other.tidy().drop(columns=bands))
    assert one.critical_value() == pytest.approx(other.critical_value(), abs=0.05)
    again = matched_difference(sets, panel, seed=0, **settings)
    pd.testing.assert_frame_equal(one.tidy(), again.tidy())


def test_nothing_that_is_given_is_changed():
    tables = design()
    before = [table.copy(deep=True) for table in tables]
    figures(found(*tables))
    for table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
