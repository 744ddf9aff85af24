"""Exact balance, sums of weights, and answers that no order, name or unit decides."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.special import expit

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.groups import balancing_weights, entropy_balance, nearest_match
from mentor_outcomes.logit import design_matrix

ASKED = {
    "ipw att": ("inverse_probability", "att"),
    "ipw ate": ("inverse_probability", "ate"),
    "overlap": ("overlap_weights", "ato"),
    "entropy att": ("entropy_balancing", "att"),
    "entropy ate": ("entropy_balancing", "ate"),
}
COVARIATES = ["age", "pay", "family"]
ROUNDING = 1e-9
"""Of a weight: sums of the same numbers in another order or unit, through a few Newton steps."""
MOMENT = 1e-8
"""Of an average, in SDs."""


def invented(seed: int, n_people: int = 150) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    people = pd.DataFrame(
        {
            "age": rng.normal(40, 9, n_people),
            "pay": rng.lognormal(10, 0.4, n_people),
            "family": rng.choice(["a", "b", "c"], n_people),
        },
        index=[f"p{i}" for i in range(n_people)],
    )
    log_odds = 0.06 * (people["age"] - 43) + 0.5 * (people["family"] == "a")
    people["treated"] = rng.random(n_people) < expit(log_odds)
    people.loc[rng.random(n_people) < 0.1, "pay"] = np.nan
    return people


def weights(people: pd.DataFrame, name: str, **rest) -> pd.Series:
    method, estimand = ASKED[name]
    found = balancing_weights(
        people,
        is_treated="treated",
        covariates=COVARIATES,
        method=method,
        estimand=estimand,
        **rest,
    )
    return found.weights


def same(found: pd.Series, expected: pd.Series) -> None:
    pd.testing.assert_series_equal(found, expected, rtol=ROUNDING, atol=ROUNDING)


@pytest.mark.parametrize("name", ASKED)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_weights_average_one_in_each_arm_and_follow_rows_names_and_units(name, seed):
    people = invented(seed)
    before = people.copy(deep=True)
    found = weights(people, name)
    pd.testing.assert_frame_equal(people, before)
    treated = people["treated"]
    assert found.index.equals(people.index)
    assert found[treated].sum() == pytest.approx(treated.sum())
    assert found[~treated].sum() == pytest.approx((~treated).sum())
    if name.endswith("att"):
        assert (found[treated] == 1).all()
    order = np.random.default_rng(seed).permutation(len(people))
    same(weights(people.iloc[order], name), found.iloc[order])
    renamed = people.set_axis(np.arange(len(people))[::-1], axis="index")
    same(weights(renamed, name).set_axis(people.index), found)
    in_months = people.assign(age=12 * people["age"] - 240, pay=people["pay"] / 1000)
    same(weights(in_months, name), found)
    mixed = people.assign(age=people["age"] + people["family"].map({"a": 5, "b": 0, "c": 0}))
    same(weights(mixed, name), found)
    other_words = people.assign(family=people["family"].map({"a": "z", "b": "y", "c": "x"}))
    same(weights(other_words, name), found)
    twice = pd.concat([people, people])
    same(weights(twice, name).iloc[: len(people)], found)


@pytest.mark.parametrize("name", ["overlap", "entropy att", "entropy ate"])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_averages_are_balanced_exactly(name, seed):
    people = invented(seed)
    found = weights(people, name)
    columns = design_matrix(people, COVARIATES).columns.to_numpy()
    treated = people["treated"].to_numpy()
    means = [np.average(columns[arm], axis=0, weights=found[arm]) for arm in (treated, ~treated)]
    if name == "entropy att":
        means.append(columns[treated].mean(axis=0))
    if name == "entropy ate":
        means.append(columns.mean(axis=0))
    assert np.ptp(means / columns.std(axis=0), axis=0).max() < MOMENT


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_with_variances_both_moments_are_those_of_the_treated(seed):
    people = invented(seed)
    try:
        found = weights(people, "entropy att", moments="means_and_variances")
    except EstimationError:  # few people: not always within reach
        assume(False)
    columns = design_matrix(people, COVARIATES).columns.to_numpy()
    treated = people["treated"].to_numpy()
    scaled = (columns - columns[treated].mean(axis=0)) / columns.std(axis=0)
    mean = np.average(scaled[~treated], axis=0, weights=found[~treated])
    variance = np.average(scaled[~treated] ** 2, axis=0, weights=found[~treated])
    assert np.abs(mean).max() < MOMENT
    assert np.abs(variance - scaled[treated].var(axis=0)).max() < MOMENT


def test_the_arms_may_change_places_under_overlap_weights():
    people = invented(3)
    turned = people.assign(treated=~people["treated"])
    same(weights(turned, "overlap"), weights(people, "overlap"))


def largest_weights(values: np.ndarray, target: np.ndarray) -> np.ndarray | None:
    """The most that each row can weigh with the target met; None if it cannot be."""
    n_rows = len(values)
    equal = {"A_eq": np.vstack([values.T, np.ones(n_rows)]), "b_eq": np.r_[target, 1]}
    found = [linprog(-row, **equal, method="highs") for row in np.eye(n_rows)]
    return None if found[0].status == 2 else np.array([-each.fun for each in found])


@given(
    values=st.lists(st.tuples(*[st.integers(-4, 4)] * 2), min_size=2, max_size=8),
    target=st.tuples(*[st.integers(-8, 8)] * 2),
)
@settings(max_examples=120, deadline=None)
def test_entropy_balancing_finds_the_least_uneven_weights_or_says_there_are_none(values, target):
    """Least uneven: all weigh that can, and log weights are linear in the values (Lagrange)."""
    values, target = np.array(values, dtype=float), np.array(target) / 2
    largest = largest_weights(values, target)
    if largest is None:
        with pytest.raises(EstimationError, match=r"lies outside|no weights give"):
            entropy_balance(values, target, names=["x", "y"])
        return
    weights = entropy_balance(values, target, names=["x", "y"]).weights
    assert weights.sum() == pytest.approx(1)
    assert weights @ values == pytest.approx(target, abs=MOMENT)
    some = largest > 1e-7
    assert ((weights > 1e-8) == some).all()
    terms = np.column_stack([np.ones(some.sum()), values[some]])
    multipliers = np.linalg.lstsq(terms, np.log(weights[some]), rcond=None)[0]
    assert terms @ multipliers == pytest.approx(np.log(weights[some]), abs=1e-6)


@st.composite
def small_crowds(draw):
    """A few people; scores in tenths, so that ties are common."""
    n_people = draw(st.integers(2, 12))
    rows = [
        (
            i == 0 or (i > 1 and draw(st.booleans())),
            draw(st.integers(-5, 5)) / 10,
            draw(st.sampled_from(["p", "q", None])),
            draw(st.sampled_from([0.0, 0.2, np.nan])),
        )
        for i in range(n_people)
    ]
    order = draw(st.permutations(range(n_people)))
    people = pd.DataFrame(rows, columns=["treated", "score", "site", "reach"])
    return people.iloc[list(order)]


def brute_force(people, ratio, caliper, exact) -> dict:
    """Weight by treated and other person, pair by pair."""
    found = {}
    for who, own in people[people["treated"]].iterrows():
        limit = own[caliper] if isinstance(caliper, str) else caliper
        distances = {}
        for other, row in people[~people["treated"]].iterrows():
            distance = round(abs(row["score"] - own["score"]) * 10)
            is_near = limit is None or distance <= limit * 10 + 1e-6
            if is_near and all(own[n] == row[n] and pd.notna(row[n]) for n in exact):
                distances[other] = distance
        if not distances:
            continue
        n_chosen = min(ratio, len(distances))
        last = sorted(distances.values())[n_chosen - 1]
        tied = [other for other, distance in distances.items() if distance == last]
        n_closer = sum(distance < last for distance in distances.values())
        found[who, who] = 1.0
        for other, distance in distances.items():
            if distance <= last:
                share = 1 if distance < last else (n_chosen - n_closer) / len(tied)
                found[who, other] = share / n_chosen
    return found


def sets_of(found) -> dict:
    return found.sets.set_index(["set_id", found.sets.index])["weight"].to_dict()


@given(
    people=small_crowds(),
    ratio=st.integers(1, 4),
    caliper=st.sampled_from([None, 0.0, 0.1, 0.3, "reach"]),
    exact=st.sampled_from([[], ["site"]]),
)
@settings(max_examples=150, deadline=None)
def test_nearest_matching_equals_brute_force(people, ratio, caliper, exact):
    before = people.copy(deep=True)
    asked = {"is_treated": "treated", "score": "score", "ratio": ratio, "caliper": caliper}
    expected = brute_force(people, ratio, caliper, exact)
    if not expected:
        with pytest.raises(EstimationError, match="finds anybody"):
            nearest_match(people, **asked, exact=exact)
        return
    found = nearest_match(people, **asked, exact=exact)
    pd.testing.assert_frame_equal(people, before)
    assert sets_of(found) == pytest.approx(expected, abs=1e-12)
    assert found.n_matched == len({who for who, _ in expected})
    assert found.n_treated == people["treated"].sum()
    others = found.weights[~people["treated"]]
    assert others.sum() == pytest.approx(found.n_matched)


@given(seed=st.integers(0, 10_000), ratio=st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_nearest_matching_follows_rows_names_and_units(seed, ratio):
    rng = np.random.default_rng(seed)
    people = invented(seed).assign(score=lambda rows: (rows["age"] / 10).round(1))
    asked = {"is_treated": "treated", "score": "score", "exact": ["family"], "ratio": ratio}
    found = nearest_match(people, **asked, caliper=0.3)
    names = dict(zip(people.index, rng.permutation(len(people)).tolist(), strict=True))
    moved = people.sample(frac=1, random_state=seed).rename(index=names)
    moved = moved.assign(score=10 - 5 * moved["score"])
    again = nearest_match(moved, **asked, caliper=1.5)
    renamed = {
        (names[who], names[other]): weight for (who, other), weight in sets_of(found).items()
    }
    assert sets_of(again) == pytest.approx(renamed, abs=1e-12)
    assert again.tidy().equals(found.tidy()) or np.allclose(again.tidy(), found.tidy())
