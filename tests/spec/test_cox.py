"""Cox regression on six people: likelihood, score and errors as arithmetic.

Two tied events at time 2, one at 5 and one at 7, when its person is alone. With r the hazard
ratio, the risk sets weigh 2r + 4 at time 2 (a, d exposed; b, c, e, f not), r + 2 at 5, and 1 at 7.
"""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import cox_regression

SIX = """
    person  entry  exit  event  mentored  pair
         a      0     2      1         1     1
         b      0     2      1         0     1
         c      0     3      0         0     2
         d      0     5      1         1     2
         e      0     6      0         0     3
         f      0     7      1         0     3
"""
EXACT = 1e-9  # Newton's steps end below this


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), sep=r"\s+", na_values=".")


def fitted(records, **more):
    return cox_regression(
        records, entry="entry", exit="exit", event="event", covariates=["mentored"], **more
    )


def test_breslow_solves_its_score_by_hand():
    """L = 2b - 2 log(2r + 4) - log(r + 2); score 2 - 3r / (r + 2) = 0 at r = 4."""
    fit = fitted(table(SIX), ties="breslow")
    assert np.exp(fit.coefficients[0]) == pytest.approx(4, rel=EXACT)
    assert fit.loglik == pytest.approx(2 * np.log(4) - 2 * np.log(12) - np.log(6), abs=EXACT)
    assert fit.loglik_null == pytest.approx(-2 * np.log(6) - np.log(3), abs=EXACT)
    assert 1 / fit.covariance[0, 0] == pytest.approx(3 * 2 / 3 * 1 / 3, rel=EXACT)


def test_efron_takes_half_of_the_tied_events_out_for_the_second_of_them():
    """The second denominator is 2r + 4 - (r + 1) / 2; the score is 0 at r = 1 + sqrt(31 / 3)."""
    fit = fitted(table(SIX))
    r = 1 + np.sqrt(31 / 3)
    assert np.exp(fit.coefficients[0]) == pytest.approx(r, rel=EXACT)
    assert fit.loglik == pytest.approx(
        2 * np.log(r) - np.log(2 * r + 4) - np.log(1.5 * r + 3.5) - np.log(r + 2), abs=EXACT
    )
    assert fit.loglik_null == pytest.approx(-np.log(6) - np.log(5) - np.log(3), abs=EXACT)
    shares = np.array([2 * r / (2 * r + 4), 1.5 * r / (1.5 * r + 3.5), r / (r + 2)])
    assert 1 / fit.covariance[0, 0] == pytest.approx((shares * (1 - shares)).sum(), rel=EXACT)


def test_clustered_errors_are_the_score_residuals_summed_by_hand():
    """At r = 4 the residuals are 1, -5, 1, -1, 2, 2 ninths, and the information is 2/3."""
    records = table(SIX)
    by_person = fitted(records, ties="breslow", cluster="person")
    assert by_person.covariance[0, 0] == pytest.approx(36 / 81 / (2 / 3) ** 2, rel=EXACT)
    by_pair = fitted(records, ties="breslow", cluster="pair")
    assert by_pair.covariance[0, 0] == pytest.approx((16 + 0 + 16) / 81 / (2 / 3) ** 2, rel=EXACT)
    assert by_pair.n_clusters == 3
    assert by_pair.error_type == (
        "sandwich of score residuals, clustered by pair, no small-sample correction; "
        "weights taken as known"
    )


def test_errors_by_two_kinds_of_cluster_count_every_pair_of_rows_that_share_one():
    """By pair 16 + 0 + 16, by mentor 4^2 + (-6)^2 + 2^2, by both 1 + 25 + 1 + 1 + 4 + 4."""
    records = table(SIX).assign(mentor=["k", "l", "k", "l", "m", "k"])
    fit = fitted(records, ties="breslow", cluster=("pair", "mentor"))
    assert fit.covariance[0, 0] == pytest.approx((32 + 56 - 36) / 81 / (2 / 3) ** 2, rel=EXACT)
    assert fit.n_clusters == 3
    assert fit.error_type == (
        "sandwich of score residuals, clustered two ways by pair and mentor (V1 + V2 - V12), "
        "no small-sample correction; weights taken as known"
    )


def test_without_a_cluster_column_each_row_can_be_its_own():
    fit = fitted(table(SIX), ties="breslow", robust=True)
    assert fit.covariance[0, 0] == pytest.approx(36 / 81 / (2 / 3) ** 2, rel=EXACT)
    assert fit.model_covariance[0, 0] == pytest.approx(3 / 2, rel=EXACT)
    assert "each row its own cluster" in fit.error_type


def test_whoever_enters_on_the_day_of_an_event_is_not_yet_at_risk():
    late = table("""
        person  entry  exit  event  mentored
             g      2     9      0         1
    """)
    with_late = fitted(pd.concat([table(SIX), late]), ties="breslow")
    # At 2 still 2r + 4; at 5 and 7 another r: 2 - 2r/(r+2) - 2r/(2r+2) - r/(r+1) = 0.
    r = np.exp(with_late.coefficients[0])
    assert 2 - 2 * r / (r + 2) - 2 * r / (2 * r + 2) - r / (r + 1) == pytest.approx(0, abs=EXACT)
    assert with_late.n_rows_at_risk == 7


def test_an_event_on_the_day_of_entry_counts_half_a_day_later():
    """All six others are at risk then, and the event of day 0 comes before that of day 2."""
    day_zero = table("""
        person  entry  exit  event  mentored
             g      0     0      1         1
    """)
    fit = fitted(pd.concat([table(SIX), day_zero]), ties="breslow")
    assert fit.loglik_null == pytest.approx(-np.log(7) - 2 * np.log(6) - np.log(3), abs=EXACT)


def test_a_mentorship_that_begins_cuts_a_row_and_changes_the_risk_sets():
    """e is mentored from day 3 on: at 5 the risk set weighs 2r + 1."""
    records = table(SIX).query("person != 'e'")
    cut = table("""
        person  entry  exit  event  mentored
             e      0     3      0         0
             e      3     6      0         1
    """)
    fit = fitted(pd.concat([records, cut]), ties="breslow")
    r = np.exp(fit.coefficients[0])
    assert 2 - 4 * r / (2 * r + 4) - 2 * r / (2 * r + 1) == pytest.approx(0, abs=EXACT)


def test_strata_have_risk_sets_of_their_own():
    """a, b and d: b - 2 log(2r + 1), whose score is 0 at r = 1/2; c, e and f are all unmentored."""
    records = table(SIX).assign(site=[1, 1, 2, 1, 2, 2])
    fit = fitted(records, strata="site", ties="breslow")
    assert np.exp(fit.coefficients[0]) == pytest.approx(1 / 2, rel=EXACT)
    assert fit.loglik == pytest.approx(np.log(1 / 2) - 2 * np.log(2), abs=EXACT)
    assert fit.loglik_null == pytest.approx(-2 * np.log(3), abs=EXACT)


def test_a_case_weight_of_two_is_two_people_with_breslow_ties():
    records = table(SIX)
    doubled = pd.concat([records, records[records["person"] == "d"]])
    weighted = records.assign(weight=np.where(records["person"] == "d", 2.0, 1.0))
    once = fitted(weighted, ties="breslow", weights="weight", robust=False)
    twice = fitted(doubled, ties="breslow")
    assert once.coefficients == pytest.approx(twice.coefficients, abs=EXACT)
    assert once.covariance == pytest.approx(twice.covariance, abs=EXACT)
    assert once.error_type == "model-based (inverse information); weights taken as counts"


def test_weights_alone_make_errors_robust():
    """Residuals 1, -5, 1, -1, 2, 2 ninths and information 2/3, whatever the size of the weights."""
    for weight in (1.0, 0.5, 1e-20, 1e20):
        fit = fitted(table(SIX).assign(weight=weight), ties="breslow", weights="weight")
        assert fit.coefficients[0] == pytest.approx(np.log(4), abs=EXACT)
        assert fit.covariance[0, 0] == pytest.approx(36 / 81 / (2 / 3) ** 2, rel=EXACT)
        assert fit.model_covariance[0, 0] == pytest.approx(3 / 2 / weight, rel=EXACT)
        assert "each row its own cluster" in fit.error_type
        plain = fitted(
            table(SIX).assign(weight=weight), ties="breslow", weights="weight", robust=False
        )
        assert plain.covariance[0, 0] == pytest.approx(3 / 2 / weight, rel=EXACT)


def test_tidy_says_estimate_interval_and_p_value():
    row = fitted(table(SIX), ties="breslow", cluster="person").tidy().iloc[0]
    assert (row["term"], row["quantity"]) == ("mentored", "log_hazard_ratio")
    assert row["std_error"] == pytest.approx(1, rel=EXACT)
    # The 97.5 % point of the normal distribution, and the two tails beyond log 4.
    assert row["ci_low"] == pytest.approx(np.log(4) - 1.959963984540054)
    assert row["p_value"] == pytest.approx(0.16565, abs=5e-5)
    assert (row["n_events"], row["n_clusters"]) == (4, 6)


def test_of_two_kinds_of_cluster_the_number_of_the_fewer_is_told():
    """Errors are as dependable as the fewer allow: three pairs, four mentors."""
    records = table(SIX).assign(mentor=["k", "l", "k", "l", "m", "n"])
    for cluster in (("pair", "mentor"), ("mentor", "pair")):
        fit = fitted(records, ties="breslow", cluster=cluster)
        assert fit.n_clusters == 3
        assert fit.tidy()["n_clusters"].item() == 3
