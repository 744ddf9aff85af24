"""Hazards in discrete time with one covariate of two values: odds and cumulative hazards by hand.

Period 1: of 10 mentored 4 have the event, of 10 others 2. Period 2: of 6 mentored 3, of 8 others 2.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from mentor_outcomes.errors import EstimationError, SeparationError
from mentor_outcomes.estimates import discrete_hazard

EXACT = 1e-9
ONE_PERIOD = {(1, 1): (4, 10), (1, 0): (2, 10)}
TWO_PERIODS = ONE_PERIOD | {(2, 1): (3, 6), (2, 0): (2, 8)}


def rows(counts) -> pd.DataFrame:
    """One row per person and period, from (period, mentored) -> (events, people)."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "period": period,
                    "mentored": mentored,
                    "event": np.arange(people) < events,
                    "person": np.arange(people) + 100 * mentored,
                }
            )
            for (period, mentored), (events, people) in counts.items()
        ],
        ignore_index=True,
    )


def fitted(records: pd.DataFrame, **more):
    chosen = {"event": "event", "period": "period", "covariates": ["mentored"]}
    return discrete_hazard(records, **(chosen | more))


def test_a_logit_of_one_period_is_the_log_odds_ratio_with_woolfs_error():
    fit = fitted(rows(ONE_PERIOD))
    assert fit.coefficients[0] == pytest.approx(np.log((4 / 6) / (2 / 8)), abs=EXACT)
    assert fit.covariance[0, 0] == pytest.approx(1 / 4 + 1 / 6 + 1 / 2 + 1 / 8, rel=EXACT)
    assert fit.intercepts[0] == pytest.approx(np.log(2 / 8), abs=EXACT)
    assert fit.intercept_errors[0] ** 2 == pytest.approx(1 / 2 + 1 / 8, rel=EXACT)
    assert fit.loglik == pytest.approx(
        4 * np.log(0.4) + 6 * np.log(0.6) + 2 * np.log(0.2) + 8 * np.log(0.8), abs=EXACT
    )


def test_a_cloglog_of_one_period_is_the_log_ratio_of_cumulative_hazards():
    """Variance of log(-log(1 - p)): p / (n (1 - p) log(1 - p)^2)."""
    fit = fitted(rows(ONE_PERIOD), link="cloglog")
    assert fit.coefficients[0] == pytest.approx(np.log(np.log(0.6) / np.log(0.8)), abs=EXACT)
    parts = [p / (10 * (1 - p) * np.log(1 - p) ** 2) for p in (0.4, 0.2)]
    assert fit.covariance[0, 0] == pytest.approx(sum(parts), rel=EXACT)
    assert fit.intercept_errors[0] ** 2 == pytest.approx(parts[1], rel=EXACT)
    assert fit.baseline()["hazard"].tolist() == pytest.approx([0.2], abs=EXACT)


def test_clustered_by_row_the_logit_of_one_period_has_the_same_error():
    """A saturated logit: sum of (y - p)^2 / (n p (1 - p))^2 is 1 / (n p (1 - p))."""
    records = rows(ONE_PERIOD)
    plain, robust = fitted(records), fitted(records, cluster="person")
    assert robust.covariance == pytest.approx(plain.covariance, rel=EXACT)
    assert robust.intercept_errors == pytest.approx(plain.intercept_errors, rel=EXACT)
    twice = fitted(pd.concat([records, records]), cluster="person")
    assert twice.covariance == pytest.approx(plain.covariance, rel=EXACT)
    assert fitted(pd.concat([records, records])).covariance == pytest.approx(
        plain.covariance / 2, rel=EXACT
    )


def test_without_covariates_the_hazards_are_the_shares_of_a_life_table():
    for link in ("logit", "cloglog"):
        fit = fitted(rows(TWO_PERIODS), covariates=[], link=link)
        assert fit.baseline()["hazard"].tolist() == pytest.approx([6 / 20, 5 / 14], abs=EXACT)
        assert fit.tidy().empty
        assert fit.deviance == pytest.approx(
            -2 * (6 * np.log(0.3) + 14 * np.log(0.7) + 5 * np.log(5 / 14) + 9 * np.log(9 / 14)),
            abs=EXACT,
        )


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_it_is_statsmodels_glm_with_a_dummy_per_period(link):
    records = rows(TWO_PERIODS)
    dummies = pd.get_dummies(records["period"]).assign(mentored=records["mentored"]).astype(float)
    family = sm.families.Binomial(
        sm.families.links.CLogLog() if link == "cloglog" else sm.families.links.Logit()
    )
    glm = sm.GLM(records["event"].astype(float), dummies, family=family).fit(tol=1e-14)
    fit = fitted(records, link=link)
    found = np.append(fit.intercepts, fit.coefficients)
    errors = np.append(fit.intercept_errors, fit.tidy()["std_error"])
    assert found == pytest.approx(glm.params.to_numpy(), abs=1e-7)
    assert errors == pytest.approx(glm.bse.to_numpy(), abs=1e-7)
    assert fit.loglik == pytest.approx(glm.llf, abs=EXACT)


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_an_intercept_for_two_periods_can_be_written_as_columns(link):
    """One intercept and a step at period 2 say the same as two intercepts."""
    records = rows(TWO_PERIODS).assign(second=lambda r: (r["period"] == 2).astype(int))
    periods = fitted(records, link=link, cluster="person")
    columns = fitted(records, link=link, cluster="person", baseline=["second"])
    assert columns.covariates == ("second", "mentored")
    assert columns.coefficients[1] == pytest.approx(periods.coefficients[0], abs=EXACT)
    assert columns.covariance[1, 1] == pytest.approx(periods.covariance[0, 0], rel=1e-7)
    assert columns.intercepts[0] == pytest.approx(periods.intercepts[0], abs=EXACT)
    assert columns.intercept_errors[0] == pytest.approx(periods.intercept_errors[0], rel=1e-7)
    assert columns.coefficients[0] == pytest.approx(np.diff(periods.intercepts)[0], abs=EXACT)


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_a_period_without_events_has_hazard_zero_and_is_named(link):
    quiet = rows(TWO_PERIODS | {(3, 1): (0, 3), (3, 0): (0, 6)})
    fit, without = fitted(quiet, link=link), fitted(rows(TWO_PERIODS), link=link)
    assert fit.periods_without_events == (3.0,)
    assert fit.coefficients == pytest.approx(without.coefficients, abs=EXACT)
    assert fit.covariance == pytest.approx(without.covariance, abs=EXACT)
    assert fit.loglik == pytest.approx(without.loglik, abs=EXACT)
    baseline = fit.baseline()
    assert baseline["hazard"].iloc[2] == 0
    assert np.isnan(baseline["std_error"].iloc[2])
    assert fit.n_rows == len(quiet)


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_people_keep_their_rows_together_across_a_first_period_without_events(link):
    """The rows that are left out come first; errors are clustered by those that stay."""
    quiet = rows({(0, 1): (0, 7), (0, 0): (0, 5)} | TWO_PERIODS)
    fit = fitted(quiet, link=link, cluster="person")
    without = fitted(rows(TWO_PERIODS), link=link, cluster="person")
    assert fit.periods_without_events == (0.0,)
    assert fit.covariance == pytest.approx(without.covariance, rel=EXACT)
    plain = fitted(quiet, link=link)
    assert fit.covariance != pytest.approx(plain.covariance, rel=1e-3)


def test_tidy_says_which_ratio_it_is():
    records = rows(TWO_PERIODS)
    assert fitted(records).tidy()["quantity"].tolist() == ["log_odds_ratio"]
    table = fitted(records, link="cloglog", cluster="person").tidy()
    assert table["quantity"].tolist() == ["log_hazard_ratio"]
    assert "clustered by person" in table["error_type"][0]
    assert table["n_clusters"].tolist() == [20]


BASE = rows(TWO_PERIODS)


@pytest.mark.parametrize("link", ["logit", "cloglog"])
@pytest.mark.parametrize(
    ("records", "more", "error", "words"),
    [
        (BASE.assign(event=False), {}, EstimationError, "none of 34 person-periods has the event"),
        (BASE[:1], {}, EstimationError, "everybody at risk has the event in 1 of 1 periods"),
        (BASE[5:6], {}, EstimationError, "none of 1 person-periods"),
        (
            rows(TWO_PERIODS | {(7, 1): (2, 2), (7, 0): (1, 1)}),
            {},
            EstimationError,
            r"in 1 of 3 periods \(period 7\)",
        ),
        (rows({(1, 1): (4, 10), (1, 0): (0, 10)}), {}, SeparationError, "mentored"),
        (rows({(1, 1): (0, 10), (1, 0): (4, 10)}), {}, SeparationError, "nobody with mentored"),
        (
            BASE.assign(score=BASE["event"] + BASE["mentored"] / 2),
            {"covariates": ["score"]},
            SeparationError,
            "score",
        ),
        (BASE.assign(mentored=1), {}, EstimationError, "mentored does not vary"),
        (
            BASE.assign(same=BASE["mentored"] * 3.0 + BASE["period"]),
            {"covariates": ["mentored", "same"]},
            EstimationError,
            "repeat each other",
        ),
        (BASE.assign(mentored=np.nan), {}, EstimationError, "no finite mentored"),
        (BASE.assign(event=2), {}, EstimationError, "neither 0 nor 1"),
        (BASE.assign(all=1), {"cluster": "all"}, EstimationError, "have one all"),
        (BASE, {"baseline": "period"}, EstimationError, "baseline is period"),
        (BASE, {"baseline": ["mentored"]}, EstimationError, "named more than once"),
        (BASE, {"covariates": ["site"]}, EstimationError, "no column site"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_plain_words(link, records, more, error, words):
    with pytest.raises(error, match=words):
        fitted(records, link=link, **more)


def test_an_unknown_link_is_refused():
    with pytest.raises(EstimationError, match="link is probit"):
        fitted(BASE, link="probit")
