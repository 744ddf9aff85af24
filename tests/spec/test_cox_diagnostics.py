"""Hazards, residuals and proportionality of the six people of test_cox.py, as arithmetic.

With Breslow's ties the hazard ratio is 4. The risk sets weigh 12 at time 2 (two events), 6 at 5 and
1 at 7, so the baseline hazard's steps are 1/6, 1/6 and 1; the mentored are 2/3, 2/3 and 0 of them.
"""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import cox_regression
from mentor_outcomes.estimates.survival.cox_diagnostics import (
    baseline_hazard,
    martingale_residuals,
    proportionality,
    schoenfeld_residuals,
    score_residual_table,
)

SIX = """
    person  entry  exit  event  mentored
         a      0     2      1         1
         b      0     2      1         0
         c      0     3      0         0
         d      0     5      1         1
         e      0     6      0         0
         f      0     7      1         0
"""
EXACT = 1e-9


def six() -> pd.DataFrame:
    return pd.read_csv(StringIO(SIX), sep=r"\s+")


def fitted(records: pd.DataFrame, *, ties: str = "breslow", **more):
    return cox_regression(
        records,
        entry="entry",
        exit="exit",
        event="event",
        covariates=["mentored"],
        ties=ties,
        **more,
    )


def test_the_baseline_hazard_adds_events_over_the_weight_of_those_at_risk():
    found = baseline_hazard(fitted(six()))
    assert found["time"].tolist() == [2, 5, 7]
    assert found["n_at_risk"].tolist() == [6, 3, 1]
    assert found["n_events"].tolist() == [2, 1, 1]
    assert found["cumulative_hazard"].to_numpy() == pytest.approx([1 / 6, 1 / 3, 4 / 3], rel=EXACT)
    of_mentored = baseline_hazard(fitted(six()), {"mentored": 1})["cumulative_hazard"]
    assert of_mentored.to_numpy() == pytest.approx([4 / 6, 4 / 3, 16 / 3], rel=EXACT)


def test_with_efron_the_second_of_two_tied_events_sees_half_of_both_gone():
    found = baseline_hazard(fitted(six(), ties="efron"))
    r = 1 + np.sqrt(31 / 3)
    steps = [1 / (2 * r + 4) + 1 / (1.5 * r + 3.5), 1 / (r + 2), 1]
    assert found["cumulative_hazard"].to_numpy() == pytest.approx(np.cumsum(steps), rel=EXACT)


def test_each_stratum_has_a_baseline_hazard_of_its_own():
    """The south repeats the north at ten times the time."""
    north, south = six().assign(site="north"), six().assign(site="south")
    south = south.assign(exit=10 * south["exit"])
    found = baseline_hazard(fitted(pd.concat([south, north]), strata="site"))
    assert found["stratum"].tolist() == ["north"] * 3 + ["south"] * 3
    assert found["time"].tolist() == [2, 5, 7, 20, 50, 70]
    assert found["cumulative_hazard"].to_numpy() == pytest.approx(
        [1 / 6, 1 / 3, 4 / 3] * 2, rel=EXACT
    )


def test_martingale_residuals_are_events_less_those_expected():
    found = martingale_residuals(fitted(six()))
    assert found == pytest.approx([1 / 3, 5 / 6, -1 / 6, -1 / 3, -1 / 3, -1 / 3], abs=EXACT)


def test_score_residuals_weigh_the_martingale_s_steps_by_the_distance_from_the_mean():
    found = score_residual_table(fitted(six()))["mentored"].to_numpy()
    assert 9 * found == pytest.approx([1, -5, 1, -1, 2, 2], abs=9 * EXACT)


def test_schoenfeld_residuals_are_the_events_distances_from_the_mean():
    found = schoenfeld_residuals(fitted(six()))
    assert found["time"].tolist() == [2, 2, 5, 7]
    assert found["row"].tolist() == [0, 1, 3, 5]
    assert found["mentored"].to_numpy() == pytest.approx([1 / 3, -2 / 3, 1 / 3, 0], abs=EXACT)


def test_rows_in_no_risk_set_have_residuals_of_zero():
    late = pd.DataFrame({"person": ["g"], "entry": 7, "exit": 9, "event": 0, "mentored": 1})
    fit = fitted(pd.concat([late, six()], ignore_index=True))
    assert martingale_residuals(fit)[0] == 0
    assert score_residual_table(fit)["mentored"].iloc[0] == 0
    assert schoenfeld_residuals(fit)["row"].tolist() == [1, 2, 4, 6]


def test_proportionality_is_the_score_of_mentored_x_time_over_its_variance_given_the_estimate():
    """Score 2/3 - 4/3 + 5/3 = 1; variance 2/9 (4 + 4 + 25) - (2/9 (2 + 2 + 5))^2 / (2/3) = 4/3."""
    test = proportionality(fitted(six()), "identity")
    assert test.chi_square == pytest.approx([3 / 4, 3 / 4], rel=1e-8)
    assert test.df.tolist() == [1, 1]
    assert test.terms == ("mentored", "all covariates")
    # The two tails of a normal distribution beyond the root of 3/4.
    assert test.p_value == pytest.approx(0.3865, abs=5e-5)
    row = test.tidy().iloc[0]
    assert (row["term"], row["transform"], row["quantity"]) == (
        "mentored",
        "identity",
        "chi_square",
    )


def test_the_clustered_test_adds_up_the_squares_of_the_people_s_parts_of_the_score():
    """Times less their slope, 2 / (2/3) = 3, are -1, 2, 4; the parts -1, 5, -1, 4, 1, 1 ninths.

    All of it four times, of 24 people."""
    four = pd.concat([six().assign(person=lambda rows, n=n: rows["person"] + n) for n in "1234"])
    for weight in (1.0, 1e-20):
        fit = fitted(four.assign(weight=weight), cluster="person", weights="weight")
        test = proportionality(fit, "identity", clustered=True)
        squares = 4 * (1 + 25 + 1 + 16 + 1 + 1)
        assert test.chi_square[0] == pytest.approx((4 * 9) ** 2 / squares, rel=1e-8)
        assert "clustered by person" in test.error_type


def of_two_covariates(names: list[str], cluster: np.ndarray):
    """Hazards of x = 1 that rise, of x = 0 that fall; u = x + 2y and v = x - y say the same."""
    rng = np.random.default_rng(4)
    x, y = rng.integers(0, 2, 300), rng.normal(size=300)
    records = pd.DataFrame({"x": x, "y": y, "u": x + 2 * y, "v": x - y, "cluster": cluster})
    records["exit"] = np.where(x == 1, rng.weibull(3, 300), rng.weibull(0.6, 300))
    return cox_regression(
        records.assign(entry=0, event=1),
        entry="entry",
        exit="exit",
        event="event",
        covariates=names,
        cluster="cluster",
    )


def test_the_clustered_test_of_all_covariates_is_the_same_of_sums_of_them():
    fits = [of_two_covariates(names, np.arange(300) % 60) for names in (["x", "y"], ["u", "v"])]
    one, other = (proportionality(fit, clustered=True) for fit in fits)
    assert one.chi_square[-1] == pytest.approx(other.chi_square[-1], rel=1e-6)
    assert one.p_value[-1] < 1e-6


def test_the_clustered_test_is_refused_where_it_could_find_nothing():
    """Its chi-square is at most the number of clusters, here 19, though hazards cross plainly."""
    for n_clusters in (2, 19):
        fit = of_two_covariates(["x", "y"], np.arange(300) % n_clusters)
        with pytest.raises(EstimationError, match=f"there are {n_clusters} clusters at risk"):
            proportionality(fit, clustered=True)
    proportionality(of_two_covariates(["x", "y"], np.arange(300) % 20), clustered=True)


def test_a_hazard_beyond_a_computer_s_numbers_is_refused():
    """At zero, for years of birth: exp(-1000 x log 4) and its inverse."""
    for away in (1000, -1000):
        fit = fitted(six().assign(mentored=lambda rows, away=away: rows["mentored"] + away))
        with pytest.raises(EstimationError, match="the hazard at these values of mentored"):
            baseline_hazard(fit)
        found = baseline_hazard(fit, {"mentored": away})["cumulative_hazard"]
        assert found.to_numpy() == pytest.approx([1 / 6, 1 / 3, 4 / 3], rel=EXACT)


def test_people_listed_twice_are_no_more_evidence_to_the_clustered_test():
    rng = np.random.default_rng(2)
    once = pd.DataFrame(
        {
            "person": np.arange(80),
            "entry": 0,
            "exit": rng.integers(1, 20, 80),
            "event": rng.random(80) < 0.7,
            "mentored": rng.random(80) < 0.4,
        }
    )
    twice = pd.concat([once, once])
    single, double = (fitted(records, cluster="person") for records in (once, twice))
    by_person = [proportionality(fit, clustered=True).chi_square for fit in (single, double)]
    assert by_person[1] == pytest.approx(by_person[0], rel=1e-8)
    plain = [proportionality(fit).chi_square for fit in (single, double)]
    assert plain[1] == pytest.approx(2 * plain[0], rel=1e-8)


@pytest.mark.parametrize(
    ("transform", "values"),
    [
        ("identity", [2, 2, 5, 7]),
        ("log", np.log([2, 2, 5, 7])),
        ("rank", [1.5, 1.5, 4, 6]),
        ("events", [1.5, 1.5, 3, 4]),
        # Just before each time: all six; four of six; two of three of those.
        ("km", [0, 0, 1 - 4 / 6, 1 - 4 / 6 * 2 / 3]),
    ],
)
def test_time_enters_the_test_as_said(transform, values):
    """Three events have variance 2/9, the last, alone, none: its time does not count."""
    time = np.array(values)
    score = time @ [1 / 3, -2 / 3, 1 / 3, 0]
    variance = 2 / 9 * ((time[:3] ** 2).sum() - time[:3].sum() ** 2 / 3)
    found = proportionality(fitted(six()), transform).chi_square[0]
    assert found == pytest.approx(score**2 / variance, rel=1e-8)


def test_what_cannot_be_told_is_refused():
    fit = fitted(six())
    with pytest.raises(EstimationError, match="values of site"):
        baseline_hazard(fit, {"site": 1})
    with pytest.raises(EstimationError, match="missing or infinite"):
        baseline_hazard(fit, {"mentored": np.nan})
    with pytest.raises(EstimationError, match="transform of time is square"):
        proportionality(fit, "square")
    with pytest.raises(EstimationError, match="no clusters"):
        proportionality(fit, clustered=True)
    at_once = six().assign(exit=[2, 2, 3, 2, 6, 7], event=[1, 1, 0, 1, 0, 0])
    with pytest.raises(EstimationError, match="too few different times"):
        proportionality(fitted(at_once))


def test_a_kaplan_meier_curve_that_falls_at_once_leaves_no_time_to_test_and_is_refused():
    """Somebody alone at risk at 1 has the event: the curve is 0 from then on."""
    alone = pd.DataFrame({"person": ["z"], "entry": 0, "exit": 1, "event": 1, "mentored": 1})
    later = six().assign(entry=1, exit=lambda rows: rows["exit"] + 1)
    fit = fitted(pd.concat([alone, later]))
    with pytest.raises(EstimationError, match="take the transform events"):
        proportionality(fit, "km")
    assert proportionality(fit, "events").chi_square[0] > 0
