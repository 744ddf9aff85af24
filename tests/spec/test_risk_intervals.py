"""Records that cannot be read as asked are refused in words, whatever the model."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import (
    cox_regression,
    cumulative_incidence,
    fine_gray,
    gray_test,
    kaplan_meier,
    log_rank,
    mean_count,
)

SIX = pd.DataFrame(
    {
        "exit": [1, 2, 3, 4, 5, 6],
        "event": [1, 1, 0, 1, 1, 0],
        "left": 0,
        "x": [0, 1, 1, 0, 1, 0],
        "site": list("nnsnss"),
    }
)
COLUMNS = {"entry": None, "exit": "exit", "event": "event"}


@pytest.mark.parametrize(
    "asked",
    [
        lambda: cox_regression(SIX, covariates=["x"], strata=["site"], **COLUMNS),
        lambda: cox_regression(SIX, covariates=[["x"]], **COLUMNS),
        lambda: log_rank(SIX, by=["site"], **COLUMNS),
        lambda: kaplan_meier(SIX, by=["site"], at=3, **COLUMNS),
        lambda: mean_count(SIX, terminal="left", by=["site"], at=3, **COLUMNS),
        lambda: mean_count(SIX, terminal="left", weights=["x"], at=3, **COLUMNS),
    ],
)
def test_a_list_where_one_column_is_named_is_refused(asked):
    with pytest.raises(EstimationError, match="was given where one column is named"):
        asked()


@pytest.mark.parametrize("name", ["exit", "event", "x"])
def test_a_column_that_is_there_twice_is_refused(name):
    records = pd.concat([SIX, SIX[[name]]], axis=1)
    with pytest.raises(EstimationError, match=f"several columns of the records are called {name}"):
        cox_regression(records, covariates=["x"], **COLUMNS)
    spare = pd.concat([SIX, SIX[["site"]]], axis=1)
    assert cox_regression(spare, covariates=["x"], **COLUMNS).n_rows == 6


def test_complex_numbers_are_no_covariate():
    with pytest.raises(EstimationError, match="the column x holds complex128"):
        cox_regression(SIX.assign(x=SIX["x"] * 1j), covariates=["x"], **COLUMNS)


@pytest.mark.parametrize("word", ["Censored", "CENSORED", " censored", " ", "  "])
def test_a_misspelled_word_for_censored_is_no_cause(word):
    records = SIX.assign(cause=["p", word, "q", "p", "q", "censored"])
    for asked in (
        lambda: cumulative_incidence(records, entry=None, exit="exit", cause="cause", at=3),
        lambda: gray_test(records, exit="exit", cause="cause", of="p", by="site"),
        lambda: fine_gray(records, exit="exit", cause="cause", of="p", covariates=["x"]),
    ):
        with pytest.raises(EstimationError, match="1 rows of cause hold '"):
            asked()
    held = records.assign(cause=["p", "", "q", None, "uncensored", "censored"])
    found = cumulative_incidence(held, entry=None, exit="exit", cause="cause", at=3)
    assert found.states == ("p", "q", "uncensored", "event-free")


@pytest.mark.parametrize("dtype", ["int64", "float64"])
def test_times_up_to_2_to_the_53_are_held(dtype):
    largest = SIX.assign(exit=(SIX["exit"] + 2**53 - 6).astype(dtype))
    assert kaplan_meier(largest, at=2.0**53 - 4, **COLUMNS).tidy()["n_events"].item() == 2
    beyond = SIX.assign(exit=(SIX["exit"] * 2 + 2**53).astype(dtype))
    with pytest.raises(EstimationError, match="6 of 6 rows have a exit beyond 2"):
        kaplan_meier(beyond, at=1, **COLUMNS)


@pytest.mark.parametrize("confidence", [95, 1.5, 1, 0, -0.5, np.nan, "0.95"])
def test_a_confidence_is_a_share(confidence):
    curve = kaplan_meier(SIX, at=3, **COLUMNS)
    fit = cox_regression(SIX, covariates=["x"], **COLUMNS)
    for asked in (
        lambda: curve.tidy(confidence),
        lambda: curve.tidy(confidence, interval="log-log"),
        lambda: curve.medians(confidence),
        lambda: fit.tidy(confidence),
    ):
        with pytest.raises(EstimationError, match=f"a confidence of {confidence} was asked for"):
            asked()


def test_a_group_is_not_compared_with_itself():
    records = SIX.assign(cause=np.where(SIX["event"] == 1, "p", ""))
    risks = cumulative_incidence(records, entry=None, exit="exit", cause="cause", by="site", at=3)
    counts = mean_count(SIX, terminal="left", by="site", at=3, **COLUMNS)
    for result in (risks, counts):
        with pytest.raises(EstimationError, match="the group n was to be compared with itself"):
            result.difference("n", "n")
        assert len(result.difference("n", "s")) > 0
