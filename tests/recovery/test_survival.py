"""Known hazard ratios and risks, found and covered; errors as large as the spread."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import cox_regression, cumulative_incidence

N_STUDIES = 200
SPREAD = 0.15  # of an SD over 200 studies by chance: three times 1 / sqrt(2 x 200)
COVERAGE = (0.90, 0.99)  # of 95 % intervals over 200 studies: 3 SDs of chance either side


def exponential(rng, hazard) -> np.ndarray:
    """Whole days to an event of this daily hazard; the day on which it falls ends it."""
    return np.ceil(rng.exponential(1 / np.asarray(hazard)))


def assert_recovered(estimates, errors, truth: float) -> None:
    estimates, errors = np.array(estimates), np.array(errors)
    sd = estimates.std(ddof=1)
    assert estimates.mean() == pytest.approx(truth, abs=3.5 * sd / np.sqrt(len(estimates)))
    assert errors.mean() / sd == pytest.approx(1, abs=SPREAD)
    covered = np.mean(np.abs(estimates - truth) < 1.96 * errors)
    assert COVERAGE[0] <= covered <= COVERAGE[1]


def careers(rng, n: int, log_hazard_ratio: float) -> pd.DataFrame:
    """People seen from a random day of tenure on; a mentorship starts some day and acts from then.

    Everyone is listed twice, as people are who serve in several sets: only clustered errors know.
    """
    seen_from = rng.integers(0, 300, n)
    starts = np.ceil(rng.exponential(400, n))
    unmentored = exponential(rng, np.full(n, 0.002))
    mentored = starts + exponential(rng, np.full(n, 0.002 * np.exp(log_hazard_ratio)))
    event_on = np.where(unmentored <= starts, unmentored, mentored)
    frame = pd.DataFrame({"person": np.arange(n), "from": seen_from, "start": starts})
    frame = frame.assign(end=np.minimum(event_on, 1000), event=event_on <= 1000)
    frame = frame[frame["end"] > frame["from"]]
    before = frame[frame["from"] < frame["start"]]
    before = before.assign(
        entry=before["from"],
        exit=np.minimum(before["end"], before["start"]),
        event=before["event"] & (before["end"] <= before["start"]),
        mentored=False,
    )
    after = frame[frame["end"] > frame["start"]]
    after = after.assign(
        entry=np.maximum(after["from"], after["start"]), exit=after["end"], mentored=True
    )
    once = pd.concat([before, after])
    return pd.concat([once, once])


def test_cox_finds_a_hazard_ratio_and_its_clustered_errors_are_the_spread():
    rng = np.random.default_rng(20241122)
    estimates, errors, plain = [], [], []
    for _ in range(N_STUDIES):
        records = careers(rng, 250, log_hazard_ratio=0.5)
        columns = {"entry": "entry", "exit": "exit", "event": "event"}
        fit = cox_regression(records, covariates=["mentored"], cluster="person", **columns)
        model_based = cox_regression(records, covariates=["mentored"], **columns)
        estimates.append(fit.coefficients[0])
        errors.append(np.sqrt(fit.covariance[0, 0]))
        plain.append(np.sqrt(model_based.covariance[0, 0]))
    assert_recovered(estimates, errors, 0.5)
    assert np.mean(plain) / np.std(estimates) < 0.8  # listed twice: too small by the root of 2


def risk(hazard: float, competing: float, days: float) -> float:
    """Cumulative incidence of a cause under constant hazards."""
    total = hazard + competing
    return hazard / total * (1 - np.exp(-total * days))


def trial(rng, n: int) -> pd.DataFrame:
    """Mentored people and comparators who serve in up to three sets; some serve in both arms."""
    promoted = {"mentored": 0.0012, "comparison": 0.0008}
    people = []
    for arm, hazard in promoted.items():
        days = exponential(rng, np.full(n, hazard))
        left = exponential(rng, np.full(n, 0.0006))
        end = np.minimum(np.minimum(days, left), rng.integers(500, 1200, n))
        cause = np.select([end == days, end == left], ["promoted", "left"], "")
        shift = 0 if arm == "mentored" else n // 2  # half of the people are in both arms
        people.append(
            pd.DataFrame({"person": np.arange(n) + shift, "arm": arm, "exit": end, "cause": cause})
        )
    mentored, comparison = people
    times_used = rng.integers(1, 4, n)
    return pd.concat([mentored, comparison.loc[np.repeat(comparison.index, times_used)]])


def test_aalen_johansen_finds_a_risk_difference_with_reused_comparators():
    rng = np.random.default_rng(20241123)
    truth = risk(0.0012, 0.0006, 730) - risk(0.0008, 0.0006, 730)
    estimates, errors = [], []
    for _ in range(N_STUDIES):
        result = cumulative_incidence(
            trial(rng, 150),
            entry=None,
            exit="exit",
            cause="cause",
            by="arm",
            cluster="person",
            at=[730],
        )
        row = result.difference("mentored", "comparison").query("state == 'promoted'").iloc[0]
        estimates.append(row["estimate"])
        errors.append(row["std_error"])
    assert_recovered(estimates, errors, truth)


def test_weights_that_grow_undo_censoring_that_depends_on_promise():
    """The promising are promoted and find a mentor more often; known weights per 30 days."""
    rng = np.random.default_rng(20241124)
    n, days = 4000, 720
    promising = rng.random(n) < 0.5
    event_on = exponential(rng, np.where(promising, 0.0015, 0.0005))
    start_hazard = np.where(promising, 0.002, 0.0004)
    censored_on = exponential(rng, start_hazard)
    end = np.minimum(np.minimum(event_on, censored_on), days)
    cause = np.where((event_on <= censored_on) & (event_on <= days), "promoted", "")
    pieces = pd.DataFrame({"person": np.arange(n), "end": end, "hazard": start_hazard})
    pieces = pieces.assign(cause=cause).merge(
        pd.DataFrame({"entry": np.arange(0, days, 30)}), how="cross"
    )
    pieces = pieces[pieces["entry"] < pieces["end"]]
    pieces = pieces.assign(
        exit=np.minimum(pieces["end"], pieces["entry"] + 30),
        weight=np.exp(pieces["hazard"] * (pieces["entry"] + 15)),
    )
    pieces["cause"] = pieces["cause"].where(pieces["exit"] == pieces["end"], "")
    truth = (risk(0.0015, 0, days) + risk(0.0005, 0, days)) / 2

    def found(weights: str | None) -> pd.Series:
        columns = {"entry": "entry", "exit": "exit", "cause": "cause", "cluster": "person"}
        result = cumulative_incidence(pieces, weights=weights, at=[days], **columns)
        return result.tidy().query("state == 'promoted'").iloc[0]

    weighted, unweighted = found("weight"), found(None)
    assert weighted["ci_low"] < truth < weighted["ci_high"]
    assert unweighted["ci_high"] < truth
