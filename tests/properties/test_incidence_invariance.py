"""What must not change incidences, curves and tests: order, names, units, cuts, weights' scale."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import (
    cumulative_incidence,
    gray_test,
    kaplan_meier,
    log_rank,
    mean_time,
)

SAME = 1e-9  # sums in another order; chi-squares of some ten
TIMES = {"entry": "entry", "exit": "exit"}
AT = np.array([0.0, 1.0, 2.0, 5.0, 8.0])
CLUSTERS = ("person", ["person", "mentor"])
SEEDS = (1, 2, 3)


def invented(seed: int, n: int = 150) -> pd.DataFrame:
    """Ties, delayed entry, events on the day of entry, weights; people and mentors recur."""
    rng = np.random.default_rng(seed)
    entry = np.where(rng.random(n) < 0.6, 0, rng.integers(0, 4, n)).astype(float)
    cause = rng.choice(["", "left", "promoted", "retired"], n, p=[0.4, 0.2, 0.3, 0.1])
    length = rng.integers(0, 10, n)
    return pd.DataFrame(
        {
            "person": [f"p{number}" for number in rng.integers(0, n // 2, n)],
            "mentor": [f"m{number}" for number in rng.integers(0, n // 5, n)],
            "entry": entry,
            "exit": entry + np.where(cause == "", np.maximum(length, 1), length),
            "cause": cause,
            "event": cause == "promoted",
            "arm": rng.choice(["comparison", "former", "mentored"], n),
            "site": rng.choice(["north", "south"], n),
            "weight": rng.uniform(0.2, 2.0, n),
        }
    )


def curves(records: pd.DataFrame, cluster, *, unit: float = 1.0) -> np.ndarray:
    """Every number of the curves in a row; times in `unit`s of those of `invented`."""
    shared = {
        "by": "arm",
        "weights": "weight",
        "cluster": cluster,
        "at": AT * unit,
        "same_day": 0.5 * unit,
        **TIMES,
    }
    risks = cumulative_incidence(records, cause="cause", **shared)
    times = mean_time(records, cause="cause", **shared)
    free = kaplan_meier(records, event="event", **shared)
    figures = ["estimate", "std_error", "ci_low", "ci_high"]
    return np.concatenate(
        [
            risks.estimates.ravel(),
            risks.covariance.ravel(),
            risks.n_at_risk.ravel(),
            risks.n_events.ravel(),
            risks.tidy(interval="log-log")[figures].to_numpy().ravel(),
            times.estimates.ravel() / unit,
            times.covariance.ravel() / unit**2,
            free.tidy(interval="log-log")[figures].to_numpy().ravel(),
            free.medians()["estimate"].to_numpy() / unit,
        ]
    )


def compared(records: pd.DataFrame, *, unit: float = 1.0) -> np.ndarray:
    """Chi-squares, observed and expected of log-rank and Peto, with and without strata."""
    found = [
        log_rank(
            records,
            event="event",
            by="arm",
            strata=strata,
            weight=weight,
            same_day=0.5 * unit,
            **TIMES,
        )
        for strata in (None, "site")
        for weight in ("log-rank", "peto")
    ]
    return np.concatenate(
        [[test.chi_square, *test.observed, *test.expected, *test.covariance.flat] for test in found]
    )


def grays(records: pd.DataFrame, *, unit: float = 1.0) -> np.ndarray:
    found = [
        gray_test(
            records,
            exit="exit",
            cause="cause",
            of=of,
            by="arm",
            strata=strata,
            same_day=0.5 * unit,
        )
        for strata in (None, "site")
        for of in ("left", "promoted", "retired")
    ]
    return np.concatenate(
        [[test.chi_square, *test.expected, *test.covariance.flat] for test in found]
    )


def everything(records: pd.DataFrame, *, unit: float = 1.0) -> np.ndarray:
    by_cluster = [curves(records, cluster, unit=unit) for cluster in CLUSTERS]
    return np.concatenate([*by_cluster, compared(records, unit=unit), grays(records, unit=unit)])


def assert_same(found: np.ndarray, expected: np.ndarray) -> None:
    assert np.isfinite(expected).mean() > 0.9
    assert found == pytest.approx(expected, abs=SAME, nan_ok=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_and_the_names_of_people_and_mentors_change_nothing(seed):
    records = invented(seed)
    shuffled = records.sample(frac=1, random_state=seed)
    renamed = shuffled.assign(
        person=shuffled["person"].map(lambda name: f"q{name[::-1]}"),
        mentor=shuffled["mentor"].map(lambda name: 999 - int(name[1:])),
    )
    assert_same(everything(renamed), everything(records))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_names_of_groups_change_nothing_in_the_tests_of_them(seed):
    """So that whichever group comes last may be left out of the chi-square."""
    records = invented(seed)
    renamed = records.assign(arm=records["arm"].map({"comparison": "z", "former": "a"}).fillna("m"))
    for test in (
        lambda rows: log_rank(rows, event="event", by="arm", strata="site", **TIMES),
        lambda rows: gray_test(rows, exit="exit", cause="cause", of="promoted", by="arm"),
    ):
        assert test(renamed).chi_square == pytest.approx(test(records).chi_square, abs=SAME)


@pytest.mark.parametrize("seed", SEEDS)
def test_days_or_months_give_the_same_estimates(seed):
    records = invented(seed)
    in_months = records.assign(entry=records["entry"] / 30.4375, exit=records["exit"] / 30.4375)
    assert_same(everything(in_months, unit=1 / 30.4375), everything(records))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("share", [0.3, 0.5, 1.0])
def test_rows_cut_at_any_time_change_nothing(seed, share):
    """At whole days, on which others have events, or between them (share of the length: 0.3)."""
    records = invented(seed)
    inside = share * (records["exit"] - records["entry"])
    middle = records["entry"] + (inside if share < 0.5 else np.floor(inside * 0.5))
    is_cut = (middle > records["entry"]) & (middle < records["exit"])
    before = records[is_cut].assign(exit=middle[is_cut], cause="", event=False)
    after = records.assign(entry=middle.where(is_cut, records["entry"]))
    cut = pd.concat([before, after])
    assert len(cut) > len(records) + 50
    for cluster in CLUSTERS:
        assert_same(curves(cut, cluster), curves(records, cluster))
    assert_same(compared(cut), compared(records))


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_twice_as_large_change_nothing(seed):
    records = invented(seed)
    doubled = records.assign(weight=2 * records["weight"])
    for cluster in CLUSTERS:
        assert_same(curves(doubled, cluster), curves(records, cluster))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_row_of_weight_two_is_two_rows_of_one_cluster(seed):
    records = invented(seed).assign(weight=np.tile([1.0, 2.0], 75))
    twice = records.loc[records.index.repeat(records["weight"].astype(int))].assign(weight=1.0)
    for cluster in CLUSTERS:
        assert_same(curves(twice, cluster), curves(records, cluster))


@pytest.mark.parametrize("seed", SEEDS)
def test_kaplan_meier_is_what_no_cause_takes(seed):
    records = invented(seed).assign(left=lambda rows: rows["cause"] != "")
    shared = {**TIMES, "by": "arm", "weights": "weight", "cluster": "person", "at": AT}
    free = cumulative_incidence(records, cause="cause", **shared).tidy()
    free = free[free["state"] == "event-free"][["estimate", "std_error"]].to_numpy()
    found = kaplan_meier(records, event="left", **shared).tidy()[["estimate", "std_error"]]
    assert_same(found.to_numpy(), free)


def test_records_are_left_as_they_were():
    records = invented(4)
    copy = records.copy(deep=True)
    everything(records)
    pd.testing.assert_frame_equal(records, copy)
