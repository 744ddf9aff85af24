"""The pooled logit: exact, and plain-spoken where it cannot answer."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit

from mentor_outcomes.errors import EstimationError, StudyError
from mentor_outcomes.logit import design_matrix, pooled_logit

SAME = 1e-8
"""Both maximise the same likelihood; Newton stops when no row moves by 1e-9."""


def person_months(n=4000, n_periods=12, seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "tenure": rng.exponential(60, n) + 6,
            "rating": rng.normal(3, 0.8, n),
            "is_female": rng.integers(0, 2, n).astype(float),
        }
    )
    periods = rng.integers(-1, n_periods, n)
    chance = expit(-3 + 0.1 * periods + 0.6 * (frame["rating"] - 3) - 0.005 * frame["tenure"])
    return frame, periods, rng.random(n) < chance


def with_dummies(outcome, frame, periods, weights=None):
    dummies = pd.get_dummies(pd.Series(periods, index=frame.index), prefix="p", dtype=float)
    full = pd.concat([frame, dummies], axis=1)
    family = sm.families.Binomial()
    return sm.GLM(outcome.astype(float), full, family=family, freq_weights=weights).fit(tol=1e-14)


def test_equals_statsmodels_with_a_dummy_column_per_period():
    frame, periods, outcome = person_months()
    fit = pooled_logit(outcome, frame, intercepts=periods)
    dummies = pd.get_dummies(pd.Series(periods), dtype=float)
    oracle = sm.Logit(outcome.astype(float), pd.concat([frame, dummies], axis=1)).fit(
        disp=0, tol=1e-14, maxiter=50
    )
    assert np.allclose(fit.coefficients, oracle.params[:3], rtol=0, atol=SAME)
    assert np.allclose(fit.intercepts, oracle.params[3:], rtol=0, atol=SAME)
    assert np.allclose(fit.covariance, oracle.cov_params().iloc[:3, :3], rtol=1e-6)
    assert np.allclose(fit.hazard(frame, periods), oracle.predict(), rtol=0, atol=SAME)
    assert fit.log_likelihood == pytest.approx(oracle.llf, abs=SAME)
    assert fit.codes.tolist() == list(range(-1, 12))


def test_weights_count_rows_as_often_as_they_say():
    frame, periods, outcome = person_months(seed=5)
    weights = np.random.default_rng(1).uniform(0.2, 3, len(frame))
    fit = pooled_logit(outcome, frame, intercepts=periods, weights=weights)
    oracle = with_dummies(outcome, frame, periods, weights)
    assert np.allclose(fit.coefficients, oracle.params[:3], rtol=0, atol=SAME)
    twice = pooled_logit(outcome, frame, intercepts=periods, weights=np.full(len(frame), 2.0))
    once = pooled_logit(outcome, frame, intercepts=periods)
    assert np.allclose(twice.coefficients, once.coefficients, rtol=0, atol=SAME)


def test_without_regressors_the_hazard_is_the_share_of_events_in_the_period():
    outcome = np.array([1, 0, 0, 0, 1, 0])
    periods = np.array([0, 0, 0, 0, 1, 1])
    fit = pooled_logit(outcome, np.empty((6, 0)), intercepts=periods)
    assert np.allclose(fit.intercepts, logit([1 / 4, 1 / 2]))
    assert np.allclose(fit.hazard(np.empty((2, 0)), [0, 1]), [1 / 4, 1 / 2])


def test_a_saturated_model_gives_back_the_shares_of_each_cell():
    # Period 0: 1 of 4 at x = 0, 2 of 4 at x = 1. Odds 1/3 and 1: coefficient log 3.
    outcome = np.array([1, 0, 0, 0, 1, 1, 0, 0])
    x = np.array([0, 0, 0, 0, 1, 1, 1, 1.0])[:, None]
    fit = pooled_logit(outcome, x, intercepts=np.zeros(8, dtype=int), names=["x"])
    assert fit.coefficients == pytest.approx([np.log(3)], abs=SAME)
    assert fit.intercepts == pytest.approx([np.log(1 / 3)], abs=SAME)


def test_a_period_without_events_has_hazard_zero_and_changes_nothing_else():
    frame, periods, outcome = person_months()
    outcome = outcome & (periods != 4)
    fit = pooled_logit(outcome, frame, intercepts=periods)
    others = periods != 4
    alone = pooled_logit(outcome[others], frame[others], intercepts=periods[others])
    assert np.allclose(fit.coefficients, alone.coefficients, rtol=0, atol=SAME)
    assert fit.intercepts[fit.codes == 4] == -np.inf
    assert (fit.hazard(frame, periods)[periods == 4] == 0).all()
    assert fit.n_rows == len(frame)


def test_a_level_that_never_goes_with_an_event_has_hazard_zero():
    frame, periods, outcome = person_months()
    is_top = np.random.default_rng(2).random(len(frame)) < 0.1
    outcome = outcome & ~is_top
    fit = pooled_logit(outcome, frame.assign(top=is_top.astype(float)), intercepts=periods)
    alone = pooled_logit(outcome[~is_top], frame[~is_top], intercepts=periods[~is_top])
    assert fit.coefficients[3] == -np.inf
    assert np.allclose(fit.coefficients[:3], alone.coefficients, rtol=0, atol=SAME)
    hazard = fit.hazard(frame.assign(top=is_top.astype(float)), periods)
    assert (hazard[is_top] == 0).all()
    assert (hazard[~is_top] > 0).all()


def test_a_period_in_which_everybody_starts_is_refused():
    frame, periods, outcome = person_months()
    with pytest.raises(EstimationError, match="certain"):
        pooled_logit(outcome | (periods == 4), frame, intercepts=periods)


def test_a_regressor_that_foretells_the_event_is_named():
    frame, periods, outcome = person_months()
    oracle = np.where(outcome, 10.0, 0.0) + frame["rating"]
    with pytest.raises(EstimationError, match="oracle foretells the event; it divides"):
        pooled_logit(outcome, frame.assign(oracle=oracle), intercepts=periods)


def test_a_level_that_always_goes_with_an_event_is_named():
    frame, periods, outcome = person_months()
    chosen = (outcome & (np.arange(len(outcome)) % 3 == 0)).astype(float)
    with pytest.raises(EstimationError, match="everybody with chosen has the event"):
        pooled_logit(outcome, frame.assign(chosen=chosen), intercepts=periods)


def test_regressors_that_repeat_each_other_are_named():
    frame, periods, outcome = person_months()
    with pytest.raises(EstimationError, match="rating and half_rating repeat each other"):
        pooled_logit(outcome, frame.assign(half_rating=frame["rating"] / 2 - 1), intercepts=periods)
    with pytest.raises(EstimationError, match="month does not vary within any period"):
        pooled_logit(outcome, frame.assign(month=periods * 1.0), intercepts=periods)


def test_units_and_origin_of_a_regressor_do_not_matter():
    frame, periods, outcome = person_months()
    fit = pooled_logit(outcome, frame, intercepts=periods)
    moved = frame.assign(tenure=frame["tenure"] * 1e6 + 1e8)
    again = pooled_logit(outcome, moved, intercepts=periods)
    assert again.coefficients[0] * 1e6 == pytest.approx(fit.coefficients[0], rel=1e-6)
    assert np.allclose(again.hazard(moved, periods), fit.hazard(frame, periods), rtol=1e-6)


def test_without_any_event_there_is_nothing_to_model():
    frame, periods, outcome = person_months()
    with pytest.raises(EstimationError, match="no event"):
        pooled_logit(outcome & False, frame, intercepts=periods)


def test_a_period_never_seen_is_refused_not_guessed():
    frame, periods, outcome = person_months()
    fit = pooled_logit(outcome, frame, intercepts=periods)
    with pytest.raises(EstimationError, match="2 rows lie in periods"):
        fit.hazard(frame.head(3), [0, 12, 99])


PEOPLE = pd.DataFrame(
    {
        "age": [30.0, 40.0, np.nan, 50.0],
        "gender": ["m", "f", "m", None],
        "site": ["b", "a", "a", "b"],
        "grade": [1.0, 2.0, 2.0, 3.0],
        "is_on_leave": [True, False, False, False],
        "fte": [1.0, 1.0, 1.0, 1.0],
    }
).astype({"gender": "str", "site": "str"})


def test_text_becomes_indicators_of_all_but_the_most_frequent_level():
    made = design_matrix(PEOPLE, ["gender", "site"])
    assert made.columns["gender=f"].tolist() == [0, 1, 0, 0]
    assert made.columns["gender_missing"].tolist() == [0, 0, 0, 1]
    assert made.columns["site=b"].tolist() == [1, 0, 0, 1]  # a tie: a is the reference
    assert list(made.columns.columns) == ["gender=f", "gender_missing", "site=b"]


def test_a_missing_number_is_marked_and_stands_at_the_mean_of_the_others():
    made = design_matrix(PEOPLE, ["age", "is_on_leave"])
    assert made.columns["age"].tolist() == [30 - 40, 40 - 40, 0, 50 - 40]
    assert made.columns["age_missing"].tolist() == [0, 0, 1, 0]
    assert made.columns["is_on_leave"].tolist() == [1, 0, 0, 0]


def test_columns_that_say_nothing_are_dropped_and_named():
    frame = PEOPLE.assign(bonus=PEOPLE["age"], tests=np.nan)
    made = design_matrix(frame, ["age", "bonus", "fte", "tests"])
    assert made.dropped == {
        "bonus": "equal to age",
        "bonus_missing": "equal to age_missing",
        "fte": "constant",
        "tests": "constant",
        "tests_missing": "constant",
    }


def test_a_grade_can_count_as_levels():
    made = design_matrix(PEOPLE, ["grade"], categories=["grade"])
    assert made.columns["grade=1"].tolist() == [1, 0, 0, 0]
    assert made.columns["grade=3"].tolist() == [0, 0, 0, 1]


def test_other_rows_get_the_same_columns_and_none_for_a_level_never_seen():
    made = design_matrix(PEOPLE, ["site", "age"])
    other = made.like(PEOPLE.head(2).assign(site=["b", "c"], age=[np.nan, 41.0]))
    assert other["age"].tolist() == [0, 1]
    assert other["site=b"].iloc[0] == 1
    assert np.isnan(other["site=b"].iloc[1])


def test_an_outcome_may_not_be_a_covariate():
    with pytest.raises(StudyError, match="log_pay_12_months_before, its earlier value"):
        design_matrix(PEOPLE.assign(log_pay_12_months_before=1.0), ["log_pay"])
    with pytest.raises(StudyError, match="of the role exposure"):
        design_matrix(PEOPLE, ["is_mentored_ever"])


def test_a_misspelt_covariate_is_answered_with_the_nearest():
    with pytest.raises(StudyError, match="did you mean gender"):
        design_matrix(PEOPLE, ["gendre"])
