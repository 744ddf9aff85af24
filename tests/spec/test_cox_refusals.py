"""What a Cox regression refuses, and in which words; what it bears."""

import re
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError, SeparationError
from mentor_outcomes.estimates import cox_regression
from mentor_outcomes.estimates.survival import cox_maximum
from mentor_outcomes.estimates.survival.cox_errors import without_negative_eigenvalues

SIX = """
    person  entry  exit  event  mentored  pair
         a      0     2      1         1     1
         b      0     2      1         0     1
         c      0     3      0         0     2
         d      0     5      1         1     2
         e      0     6      0         0     3
         f      0     7      1         0     3
"""


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), sep=r"\s+", na_values=".")


def fitted(records, **more):
    return cox_regression(
        records, entry="entry", exit="exit", event="event", covariates=["mentored"], **more
    )


def test_a_two_way_variance_below_zero_is_refused():
    """Residuals 1, -5, 1, -1, 2, 2 add up to zero in both kinds of cluster, not in their pairs."""
    records = table(SIX).assign(pair=[1, 2, 2, 1, 2, 2], mentor=[1, 1, 2, 2, 1, 1])
    with pytest.raises(EstimationError, match="of mentored is not positive when clustered by pair"):
        fitted(records, ties="breslow", cluster=("pair", "mentor"))


def test_negative_eigenvalues_are_set_to_zero():
    """Those of ((1, 2), (2, 1)) are 3, along (1, 1), and -1."""
    cut, n_cut = without_negative_eigenvalues(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert cut == pytest.approx(np.full((2, 2), 1.5))
    assert n_cut == 1
    kept, n_cut = without_negative_eigenvalues(np.array([[2.0, 1.0], [1.0, 2.0]]))
    assert kept == pytest.approx(np.array([[2.0, 1.0], [1.0, 2.0]]))
    assert n_cut == 0


def test_an_eigenvalue_that_was_cut_is_named_in_the_kind_of_error():
    """Seven covariates, but only three of one kind of cluster and three of the other."""
    rng = np.random.default_rng(5)
    names = [f"x{j}" for j in range(7)]
    records = pd.DataFrame(rng.normal(size=(90, 7)), columns=names).assign(
        entry=0,
        exit=rng.integers(1, 30, 90),
        event=1,
        one=np.arange(90) % 3,
        other=np.arange(90) // 30,
    )
    fit = cox_regression(
        records,
        entry="entry",
        exit="exit",
        event="event",
        covariates=names,
        cluster=("one", "other"),
    )
    assert re.search(r"\(V1 \+ V2 - V12\), [1-7] negative eigenvalues? set to zero", fit.error_type)
    assert np.linalg.eigvalsh(fit.covariance).min() > -1e-12


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"event": 0}, "none of 6 rows ends in the event"),
        ({"mentored": 1}, "one value in all rows"),
        ({"mentored": [1, 0, np.nan, 1, 0, 0]}, "1 of 6 rows have no finite mentored"),
        ({"entry": [0, 3, 0, 0, 0, 0]}, "1 of 6 rows end before they begin"),
        ({"event": [1, 1, 0, 1, 0, 2]}, "1 of 6 rows hold neither 0 nor 1 in event"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_words(change, found):
    with pytest.raises(EstimationError, match=found):
        fitted(table(SIX).assign(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"mentored": [1, 1, 0, 1, 0, 0], "exit": [2, 3, 4, 5, 6, 7]},
        {"mentored": [1, 1, 0, 1, 0, 1]},  # all events among the mentored
        {"mentored": [0, 0, 1, 0, 1, 0]},  # none
    ],
)
def test_a_likelihood_that_rises_without_end_is_separation(change):
    with pytest.raises(
        SeparationError, match="log hazard ratio of mentored has no finite estimate"
    ):
        fitted(table(SIX).assign(**change))


def test_a_covariate_that_tells_when_the_event_comes_is_named():
    """Hazards of those at risk would have to differ without bound: whoever is next has the most."""
    n = 200
    records = pd.DataFrame({"entry": 0, "exit": np.arange(1, n + 1), "event": 1})
    with pytest.raises(EstimationError, match=r"ratio of promise (grows|has no finite)"):
        cox_regression(
            records.assign(promise=n - records["exit"], noise=np.arange(n) % 7),
            entry="entry",
            exit="exit",
            event="event",
            covariates=["promise", "noise"],
        )


def test_one_person_tells_nothing():
    alone = table("""
        person  entry  exit  event  mentored
             a      0     3      0         0
             a      3     6      1         1
    """)
    with pytest.raises(EstimationError, match="mentored has one value in all rows at risk"):
        fitted(alone)
    with pytest.raises(EstimationError, match="all 6 rows have one person"):
        fitted(table(SIX).assign(person="a"), cluster="person")


def test_weights_too_unequal_to_be_added_up_are_refused():
    """Those at risk at 5 weigh a billionth of those before and after."""
    early, late = (
        table(SIX).query("exit < 4"),
        table(SIX).assign(entry=100, exit=lambda x: x.exit + 100),
    )
    lonely = table(SIX).assign(entry=4, exit=5)
    records = pd.concat([early, lonely, late]).assign(weight=[1.0] * 3 + [1e-9] * 6 + [1.0] * 6)
    with pytest.raises(
        EstimationError, match="at 1 of 5 event times those at risk weigh too little"
    ):
        fitted(records, weights="weight")


def test_a_covariate_that_runs_with_the_clock_is_estimated_all_the_same():
    """Adding the row's time to it, the same for all at risk together, changes nothing."""
    rng = np.random.default_rng(8)
    month = np.tile(np.arange(60.0), 40)
    records = pd.DataFrame({"entry": month, "exit": month + 1, "event": rng.random(2400) < 0.2})
    records["lead"] = rng.random(2400)
    model = {"entry": "entry", "exit": "exit", "event": "event", "robust": True}
    plain = cox_regression(records, covariates=["lead"], **model)
    for sign in (30, -30):
        running = records.assign(lead=records["lead"] + sign * month)
        fit = cox_regression(running, covariates=["lead"], **model)
        assert fit.coefficients == pytest.approx(plain.coefficients, abs=1e-7)
        assert fit.covariance == pytest.approx(plain.covariance, rel=1e-6)


def test_hazards_that_sink_and_rise_beyond_what_can_be_summed_are_refused():
    """The hazard given `lead` is at month 30 a millionth of a millionth of that at 0 and 60."""
    rng = np.random.default_rng(9)
    month = np.tile(np.arange(60.0), 40)
    lead = rng.random(2400)
    records = pd.DataFrame({"entry": month, "exit": month + 1})
    records["event"] = rng.random(2400) < 0.2 * lead
    records["lead"] = lead + (month - 30) ** 2 / 10
    with pytest.raises(EstimationError, match="ratio of lead grows until the hazards"):
        cox_regression(records, entry="entry", exit="exit", event="event", covariates=["lead"])


def test_a_search_that_does_not_end_says_so(monkeypatch):
    monkeypatch.setattr(cox_maximum, "MAX_ITERATIONS", 1)
    with pytest.raises(EstimationError, match="on mentored did not converge in 1 steps"):
        fitted(table(SIX))


@pytest.mark.parametrize("cluster", [(), ("pair", "pair"), ("pair", "person", "exit")])
def test_errors_are_clustered_by_one_column_or_two(cluster):
    with pytest.raises(EstimationError, match="errors are to be clustered by"):
        fitted(table(SIX), cluster=cluster)


def test_a_covariate_that_others_determine_is_named():
    records = table(SIX).assign(unmentored=lambda frame: 1 - frame["mentored"])
    with pytest.raises(EstimationError, match="unmentored does not vary among those at risk"):
        cox_regression(
            records,
            entry="entry",
            exit="exit",
            event="event",
            covariates=["mentored", "unmentored"],
        )


@pytest.mark.parametrize("unit", [1e160, 1e-200])
def test_values_too_large_or_too_small_to_be_squared_are_refused(unit):
    with pytest.raises(EstimationError, match="the values of mentored are too large or too small"):
        fitted(table(SIX).assign(mentored=lambda rows: rows["mentored"] * unit))


def test_a_missing_column_and_a_weight_of_zero_are_refused():
    with pytest.raises(EstimationError, match="no column salary"):
        cox_regression(table(SIX), entry=None, exit="exit", event="event", covariates=["salary"])
    with pytest.raises(EstimationError, match="weight of zero or less"):
        fitted(table(SIX).assign(weight=[1, 1, 0, 1, 1, 1]), weights="weight")


def test_a_text_for_a_list_of_covariates_is_refused_whole():
    with pytest.raises(EstimationError, match=r"write covariates=\['mentored'\]"):
        cox_regression(table(SIX), entry="entry", exit="exit", event="event", covariates="mentored")
