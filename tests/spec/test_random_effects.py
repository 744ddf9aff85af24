"""Random effects by hand, and what within and between are whatever the components."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import fixed_effects, hausman, random_effects
from mentor_outcomes.estimates.panel.hausman import hausman_of_means

EXACT = 1e-10
COLUMNS = {"unit": "person", "period": "year", "outcome": "pay"}


def six_rows() -> pd.DataFrame:
    """Three people, two years; hours change by 2, 2 and 4, pay by 2, 4 and 6."""
    return pd.DataFrame(
        {
            "person": ["a", "a", "b", "b", "c", "c"],
            "year": [1, 2] * 3,
            "hours": [0.0, 2, 2, 4, 1, 5],
            "pay": [0.0, 2, 4, 8, 9, 15],
        }
    )


def made(people=60, years=6, seen=0.75, seed=4) -> pd.DataFrame:
    """People in some of the years, better paid if they work long for reasons of their own."""
    rng = np.random.default_rng(seed)
    person, year = np.repeat(np.arange(people), years), np.tile(np.arange(years), people)
    talent = rng.normal(size=people)
    frame = pd.DataFrame({"person": person, "year": year, "school": (person * 7) % 5})
    frame["hours"] = talent[person] + rng.normal(size=len(frame)) + 0.2 * year
    frame["rating"] = rng.normal(size=len(frame))
    frame["pay"] = (
        0.5 * frame["hours"] + 2 * talent[person] + 0.1 * year + rng.normal(size=len(frame))
    )
    frame["team"] = person % 12
    return frame[rng.random(len(frame)) < seen].reset_index(drop=True)


def fit(panel, regressors=("hours",), **more):
    return random_effects(panel, **COLUMNS, regressors=regressors, **more)


def test_components_and_theta_by_hand():
    """Deviations of hours -1,1,-1,1,-2,2 and of pay -1,1,-2,2,-3,3: slope 18/12 = 1.5.

    Residuals .5,.5,0: within squares 2(.25 + .25 + 0) = 1, of 6 - 3 - 1 rows: 1/2. Means of hours
    1, 3, 3 and of pay 1, 6, 12: slope 4, level -3, residuals 0, -3, 3: squares times two years 36,
    of which (3 - 2) x .5 is within; (36 - .5) / (6 - 2 x 2) = 17.75 is between.
    """
    found = fit(six_rows())
    assert found.coefficients == pytest.approx([1.5, -3.0, 4.0], abs=EXACT)
    assert found.components.within == pytest.approx(0.5, abs=EXACT)
    assert found.components.between == pytest.approx(17.75, abs=EXACT)
    assert found.theta == pytest.approx([1 - np.sqrt(0.5 / (0.5 + 2 * 17.75))] * 3, abs=EXACT)
    assert not found.components.was_negative


def test_clustered_errors_by_hand():
    """Within scores, summed by person, over 12: a -.5 x -1 twice gives -1/12, b 1/12, c 0."""
    found = fit(six_rows(), error="HC0")
    within = found.tidy()["std_error"].iloc[0]
    assert within == pytest.approx(np.sqrt(2) / 12, abs=EXACT)
    corrected = fit(six_rows()).tidy()["std_error"].iloc[0]
    assert corrected / within == pytest.approx(np.sqrt(3 / 2 * 5 / 3), abs=EXACT)


def test_one_coefficient_is_least_squares_on_rows_less_theta_times_their_mean():
    panel = six_rows()
    found = fit(panel, means=False)
    theta = found.theta[0]
    moved = panel[["hours", "pay"]] - theta * panel.groupby("person")[["hours", "pay"]].transform(
        "mean"
    )
    design = np.column_stack([np.full(6, 1 - theta), moved["hours"]])
    expected = np.linalg.lstsq(design, moved["pay"].to_numpy(), rcond=None)[0]
    assert found.coefficients == pytest.approx(expected, abs=EXACT)
    assert found.parts == ("within and between",) * 2


@pytest.mark.parametrize("seen", [0.75, 2.0])
def test_the_within_coefficients_are_those_of_fixed_effects(seen):
    """Also in unbalanced panels, with effects of periods (Wooldridge 2019), and whatever theta."""
    panel = made(seen=seen)
    found = fit(panel, ["hours", "rating"], constants=["school"], period_effects=True)
    of_effects = fixed_effects(panel, **COLUMNS, regressors=["hours", "rating"])
    within = found.of("within")
    assert found.coefficients[within] == pytest.approx(of_effects.coefficients, rel=1e-9)
    assert [found.terms[position] for position in within] == ["hours", "rating"]


def test_between_is_least_squares_of_means_where_everybody_has_as_many_years():
    panel = made(seen=2.0)
    means = panel.groupby("person")[["hours", "school", "pay"]].mean()
    design = np.column_stack([np.ones(len(means)), means["hours"], means["school"]])
    expected = np.linalg.lstsq(design, means["pay"].to_numpy(), rcond=None)[0]
    found = fit(panel, constants=["school"])
    between = [position for position, part in enumerate(found.parts) if part == "between"]
    assert found.coefficients[between] == pytest.approx(expected, rel=1e-9)


def test_no_difference_between_people_pools_and_says_so():
    """Everybody's mean of pay is what hours say: the between variance would be negative."""
    panel = made()
    noise = np.random.default_rng(0).normal(size=len(panel))
    noise -= pd.Series(noise).groupby(panel["person"]).transform("mean").to_numpy()
    found = fit(panel.assign(pay=panel["hours"] + noise), means=False)
    assert found.components.was_negative
    assert found.components.between == 0
    assert (found.theta == 0).all()


def test_the_robust_test_is_walds_on_between_less_within():
    panel = made()
    found = hausman(panel, **COLUMNS, regressors=["hours", "rating"])
    assert found.kind == "robust"
    expected = found.difference @ np.linalg.inv(found.covariance) @ found.difference
    assert (found.chi_square, found.degrees_of_freedom) == (pytest.approx(expected), 2)
    assert found.p_value < 1e-6
    again = hausman_of_means(fit(panel, ["hours", "rating"]), ("hours", "rating"))
    assert again.chi_square == found.chi_square
    assert found.tidy()["p_value"].tolist() == [found.p_value] * 2
    assert "clustered by person" in found.error_type


def test_people_seen_once_count_between_alone():
    panel = made()
    once = pd.DataFrame({"person": [900], "year": [1], "hours": [1.0], "pay": [2.0]})
    found = fit(pd.concat([panel, once]))
    without = fit(panel)
    assert found.n_units == without.n_units + 1
    assert found.coefficients[0] == pytest.approx(without.coefficients[0], rel=1e-9)
    assert found.coefficients[2] != without.coefficients[2]


@pytest.mark.parametrize(
    ("panel", "more", "words"),
    [
        (made(), {"regressors": ["school"]}, "nobody switches school"),
        (made(), {"regressors": ["rating"], "constants": ["hours"]}, "hours change within units"),
        (
            made().assign(later=lambda f: 2.0 * f["hours"]),
            {"regressors": ["hours", "later"]},
            "repeat each other",
        ),
        (
            made().assign(level=lambda f: 3.0 * f["school"]),
            {"regressors": ["hours"], "constants": ["school", "level"]},
            "repeat each other",
        ),
        (made(), {"regressors": ["hours"], "error": "areg"}, "correction areg"),
        (made(people=2), {"regressors": ["hours"]}, "no more units than columns"),
        (made().assign(pay=1.0), {"regressors": ["hours"]}, "pay never changes"),
        (made().query("year == 1"), {"regressors": ["hours"]}, "two or more"),
        (pd.concat([made(), made()]), {"regressors": ["hours"]}, "repeat the person and year"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_words(panel, more, words):
    for means in (True, False):
        with pytest.raises(EstimationError, match=words):
            random_effects(panel, **COLUMNS, means=means, **more)


def test_two_clusters_are_too_few_for_two_differences():
    panel = made().assign(team=lambda f: f["person"] % 2)
    with pytest.raises(EstimationError, match="too few clusters"):
        hausman(panel, **COLUMNS, regressors=["hours", "rating"], cluster="team")


def test_an_unknown_test_is_refused():
    with pytest.raises(EstimationError, match="a quick test"):
        hausman(made(), **COLUMNS, regressors=["hours"], kind="quick")


def exactly(panel: pd.DataFrame, rise: float) -> pd.DataFrame:
    """Pay of the person, the year and hours, and nothing else."""
    of_person = np.random.default_rng(3).normal(size=panel["person"].max() + 1)
    pay = 10 + of_person[panel["person"]] + 0.03 * panel["year"] + rise * panel["hours"]
    return panel.assign(pay=pay)


@pytest.mark.parametrize("means", [True, False])
@pytest.mark.parametrize("rise", [0.0, 0.05])
def test_what_effects_and_regressors_say_in_full_is_rounding_and_no_finding(rise, means):
    with pytest.raises(EstimationError, match="nothing varies beside them"):
        fit(exactly(made(), rise), means=means, period_effects=True)


def test_means_that_columns_say_in_full_have_no_error_between_people():
    panel = made()
    noise = np.random.default_rng(0).normal(size=len(panel))
    noise -= pd.Series(noise).groupby(panel["person"]).transform("mean").to_numpy()
    with pytest.raises(EstimationError, match="means of the columns say all of the means of pay"):
        fit(panel.assign(pay=panel["hours"] + noise))


@pytest.mark.parametrize("means", [True, False])
@pytest.mark.parametrize("error", ["HC0", "sss"])
def test_people_who_move_between_clusters_are_refused(error, means):
    """A person's mean is in one cluster or none: in which, would hang on the order of rows."""
    panel = made().assign(team=lambda f: (f["person"] + f["year"] // 4) % 7)
    with pytest.raises(EstimationError, match=r"of 60 values of person lie in more than one team"):
        fit(panel, cluster="team", error=error, means=means)


@pytest.mark.parametrize("means", [True, False])
def test_one_cluster_is_refused_as_such(means):
    with pytest.raises(EstimationError, match="all rows are in one cluster"):
        fit(made().assign(team=1), cluster="team", error="HC0", means=means)
