"""Fine-Gray on six people: weights, score and errors as arithmetic.

    a  has a competing event at 1      b  has the event at 2      c  is censored at 3
    d  has the event at 4              e, f  are censored at 5 and 6

a, b, e are mentored; r is their hazard ratio. Of c, d, e, f at risk at 3 one is censored: after it
three quarters are left, and so a stays with weight 3/4. The risk sets weigh 3r + 3 at time 2 and
(1 + 3/4) r + 2 at time 4. The score 1 - r / (r + 1) - 7r / (7r + 8) is 0 at r = sqrt(8 / 7).
"""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError, SeparationError
from mentor_outcomes.estimates import cox_regression, fine_gray
from mentor_outcomes.estimates.survival._subdistribution import subdistribution_times
from mentor_outcomes.estimates.survival._uncensored import censoring_group

SIX = """
    person  exit  cause     mentored  pair
         a     1  left             1     1
         b     2  promoted         1     1
         c     3  .                0     2
         d     4  promoted         0     2
         e     5  .                1     3
         f     6  .                0     3
"""
EXACT = 1e-9  # Newton's steps end below this
R = np.sqrt(8 / 7)
FIRST, SECOND = R / (R + 1), 7 * R / (7 * R + 8)  # mentored share of the risk sets at 2 and 4
STEPS = 1 / (3 * R + 3), 1 / (7 / 4 * R + 2)


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), sep=r"\s+", na_values=".")


def fitted(records: pd.DataFrame, **more):
    chosen = {"exit": "exit", "cause": "cause", "of": "promoted", "covariates": ["mentored"]}
    return fine_gray(records, **(chosen | more))


def scores_by_hand() -> np.ndarray:
    """(x - share) x (event - r^x w step), summed over the two times, of a ... f."""
    mentored = -R * (1 - FIRST) * STEPS[0], -R * (1 - SECOND) * STEPS[1]
    others = FIRST * STEPS[0], SECOND * STEPS[1]
    return np.array(
        [
            mentored[0] + 3 / 4 * mentored[1],
            (1 - FIRST) + mentored[0],
            others[0],
            -SECOND + others[0] + others[1],
            mentored[0] + mentored[1],
            others[0] + others[1],
        ]
    )


def test_the_score_is_solved_by_hand():
    fit = fitted(table(SIX))
    assert np.exp(fit.coefficients[0]) == pytest.approx(R, rel=EXACT)
    assert fit.loglik == pytest.approx(
        np.log(R) - np.log(3 * R + 3) - np.log(7 / 4 * R + 2), abs=EXACT
    )
    assert fit.loglik_null == pytest.approx(-np.log(6) - np.log(15 / 4), abs=EXACT)
    assert (fit.n_people, fit.n_events, fit.n_competing, fit.n_censored) == (6, 2, 1, 3)


@pytest.mark.parametrize(
    ("more", "of_censoring"),
    [
        ({"censoring": "known"}, [0, 0, 0, 0, 0, 0]),
        # 1/4 x (own censoring - hazard 1/4), for c, d, e, f at risk at 3
        ({"tied_censoring": "with_events"}, [0, 0, 3 / 16, -1 / 16, -1 / 16, -1 / 16]),
        # the same / (1 - 1/4): the derivative of the product limit itself
        ({"tied_censoring": "after_events"}, [0, 0, 1 / 4, -1 / 12, -1 / 12, -1 / 12]),
    ],
)
def test_errors_are_the_influences_squared(more, of_censoring):
    """q(3), what the hazard of censoring at 3 moves: of a, at time 4."""
    q = 3 / 4 * R * (1 - SECOND) * STEPS[1]
    influence = scores_by_hand() + q * np.array(of_censoring)
    information = FIRST * (1 - FIRST) + SECOND * (1 - SECOND)
    records = table(SIX)
    by_person = fitted(records, **more)
    assert by_person.covariance[0, 0] == pytest.approx(
        (influence**2).sum() / information**2, rel=EXACT
    )
    by_pair = fitted(records, cluster="pair", **more)
    pairs = influence.reshape(3, 2).sum(axis=1)
    assert by_pair.covariance[0, 0] == pytest.approx((pairs**2).sum() / information**2, rel=EXACT)
    assert by_pair.n_clusters == 3
    assert "clustered by pair" in by_pair.tidy()["error_type"][0]


def test_who_has_an_event_when_another_is_censored_was_at_risk_of_it_or_not():
    """Competing event at 1, an event and a censoring at 2, an event at 3, censoring at 4."""
    exit = np.array([1.0, 2, 2, 3, 4])
    is_event = np.array([False, True, False, True, False])
    is_censored = np.array([False, False, True, False, True])
    left = {}
    for convention in ("with_events", "after_events"):
        group = censoring_group(exit, is_censored, convention)
        times = subdistribution_times(
            exit, is_event, ~is_event & ~is_censored, np.zeros(5, dtype=int), [group]
        )
        left[convention] = times.uncensored[0].tolist()
    assert left == {
        "with_events": pytest.approx([1, 3 / 4]),
        "after_events": pytest.approx([1, 2 / 3]),
    }


def test_each_censoring_group_has_its_own_weights_and_counts_while_anybody_is_followed():
    """Group 2's last member is censored at 4: who left it early is out of the risk set at 5."""
    exit = np.array([1.0, 1, 5, 4, 6, 3])
    is_event = np.array([False, False, True, False, False, True])
    is_censored = np.array([False, False, False, True, True, False])
    members = np.array([0, 1, 0, 1, 0, 1])
    groups = [
        censoring_group(exit[members == g], is_censored[members == g], "after_events")
        for g in (0, 1)
    ]
    times = subdistribution_times(exit, is_event, ~is_event & ~is_censored, members, groups)
    assert times.uncensored.tolist() == [[1, 1], [1, 0]]


def test_without_competing_events_it_is_cox_with_breslow_ties():
    rng = np.random.default_rng(1)
    records = pd.DataFrame(
        {
            "person": np.arange(80),
            "exit": rng.integers(1, 12, 80),
            "mentored": rng.random(80) < 0.5,
            "x": rng.normal(size=80),
            "event": rng.random(80) < 0.6,
        }
    )
    records["cause"] = np.where(records["event"], "promoted", "")
    fit = fitted(records, covariates=["mentored", "x"])
    cox = cox_regression(
        records,
        entry=None,
        exit="exit",
        event="event",
        covariates=["mentored", "x"],
        ties="breslow",
        cluster="person",
    )
    assert fit.coefficients == pytest.approx(cox.coefficients, abs=EXACT)
    assert fit.covariance == pytest.approx(cox.covariance, abs=EXACT)
    assert fit.loglik == pytest.approx(cox.loglik, abs=EXACT)


def test_with_rows_that_are_weighted_by_hand_it_is_cox():
    """a once more from 3 to 6, with weight 3/4 (Geskus, 2011, Biometrics 67:39)."""
    records = table(SIX).assign(entry=0.0, weight=1.0)
    records["event"] = records["cause"] == "promoted"
    rows = pd.concat([records, records[:1].assign(entry=3.0, exit=6.0, weight=0.75)])
    rows.loc[rows["person"] == "a", "exit"] = [3.0, 6.0]
    cox = cox_regression(
        rows,
        entry="entry",
        exit="exit",
        event="event",
        covariates=["mentored"],
        weights="weight",
        cluster="person",
        ties="breslow",
    )
    fit = fitted(records, censoring="known")
    assert fit.coefficients == pytest.approx(cox.coefficients, abs=EXACT)
    assert fit.covariance == pytest.approx(cox.covariance, abs=EXACT)


def test_an_event_at_time_zero_counts_half_a_day_later():
    records = table(SIX)
    records.loc[records["person"] == "a", "exit"] = 0
    later = records.assign(exit=records["exit"].where(records["exit"] > 0, 0.5))
    assert fitted(records).coefficients == fitted(later).coefficients


def test_tidy_names_the_quantity_and_bounds_it():
    row = fitted(table(SIX)).tidy().iloc[0]
    assert row["term"] == "mentored"
    assert row["quantity"] == "log_subdistribution_hazard_ratio"
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert row["n_events"] == 2
    assert "censoring weights estimated" in row["error_type"]


def changed(**columns) -> pd.DataFrame:
    return table(SIX).assign(**columns)


@pytest.mark.parametrize(
    ("records", "more", "words"),
    [
        (changed(cause=np.nan), {}, "all are censored"),
        (changed(cause=""), {}, "all are censored"),
        (changed(), {"of": "demoted"}, "none of 6 people has the event demoted"),
        (changed()[1:2], {}, "mentored has one value"),
        (changed(mentored=1), {}, "mentored has one value"),
        (changed(twice=changed()["mentored"] * 2), {"covariates": ["mentored", "twice"]}, "twice"),
        (changed(mentored=[0, 1, 0, 1, 0, 0]), {}, "no finite estimate"),
        (changed(mentored=[1, 0, 1, 0, 1, 1]), {}, "no finite estimate"),
        (
            changed(begin=[0, 1, 0, 0, 2, 0]),
            {"entry": "begin"},
            r"2 of 6 people have an entry \(begin\)",
        ),
        (changed(mentored=[1, np.nan, 0, 0, 1, 0]), {}, "1 of 6 rows have no finite mentored"),
        (changed(exit=[1, 2, -3, 4, 5, 6]), {}, "1 of 6 rows end before they begin"),
        (changed(cause=[1, 2, 0, 2, 0, 0]), {}, "holds int64"),
        (changed(all=1), {"cluster": "all"}, "all 6 rows have one all"),
        (changed(), {"by_censoring": "site"}, "no column site"),
        (changed(), {"tied_censoring": "never"}, "tied_censoring is never"),
        (changed(), {"censoring": "guessed"}, "censoring is guessed"),
        (changed(), {"covariates": []}, "covariates are none"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_plain_words(records, more, words):
    with pytest.raises(EstimationError, match=words):
        fitted(records, **more)


def test_all_events_in_one_arm_are_a_separation():
    with pytest.raises(SeparationError, match="log hazard ratio of mentored"):
        fitted(changed(mentored=[0, 1, 0, 1, 0, 0]))


def test_who_had_a_competing_event_leaves_when_nobody_of_their_censoring_group_is_followed():
    """Group a is followed to 2: at risk are five at 2, then b's three at 3, and two at 5."""
    records = pd.DataFrame(
        {
            "exit": [1.0, 2, 3, 5, 6],
            "cause": ["left", "promoted", "promoted", "promoted", ""],
            "group": [*"aabbb"],
            "x": [1.0, 0, 1, 0, 1],
        }
    )
    fit = fine_gray(
        records,
        exit="exit",
        cause="cause",
        of="promoted",
        covariates=["x"],
        by_censoring="group",
    )
    assert fit.loglik_null == pytest.approx(-np.log(5 * 3 * 2), abs=1e-12)
