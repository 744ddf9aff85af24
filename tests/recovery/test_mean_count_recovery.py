"""A known mean count is found and covered, though who is often promoted also leaves sooner."""

import numpy as np
import pandas as pd

from mentor_outcomes.estimates import mean_count
from tests.recovery.test_survival import assert_recovered

N_STUDIES = 200
DAYS = 700.0
LEAVES = 0.0012
FRAILTIES = (0.2, 1.8)


def career(rng, n: int, rate: float, arm: str, prefix: str) -> pd.DataFrame:
    """Rows of people with a frailty that raises both rates, lost at a day of their own.

    Given the frailty f, promotions come at rate f x `rate` and leaving at f x LEAVES a day.
    """
    frailty = rng.choice(FRAILTIES, n)
    gone = rng.exponential(1 / (frailty * LEAVES))
    end = np.minimum(np.minimum(gone, rng.uniform(200, 1200, n)), 1000.0)
    n_events = rng.poisson(frailty * rate * end)
    person = np.repeat(np.arange(n), n_events)
    events = pd.DataFrame({"person": person, "exit": rng.uniform(0, end[person]), "event": True})
    last = pd.DataFrame({"person": np.arange(n), "exit": end, "event": False})
    rows = pd.concat([events, last.assign(left=gone == end)]).fillna({"left": False})
    rows = rows.sort_values(["person", "exit"])
    return rows.assign(
        entry=rows.groupby("person")["exit"].shift(fill_value=0.0),
        left=rows["left"].astype(bool),
        arm=arm,
        person=prefix + rows["person"].astype(str),
    )


def truth(rate: float) -> float:
    """Of each frailty f: rate / LEAVES x (1 - exp(-f LEAVES t)) events by t."""
    return float(np.mean([rate / LEAVES * (1 - np.exp(-f * LEAVES * DAYS)) for f in FRAILTIES]))


def test_a_difference_of_mean_counts_and_its_error_are_found():
    rng = np.random.default_rng(20241122)
    columns = {"entry": "entry", "exit": "exit", "event": "event", "terminal": "left", "by": "arm"}
    estimates, errors, alone, as_lost = [], [], [], []
    for _ in range(N_STUDIES):
        records = pd.concat(
            [career(rng, 250, 0.002, "mentored", "m"), career(rng, 250, 0.0012, "comparison", "c")]
        )
        found = mean_count(records, cluster="person", at=[DAYS], **columns)
        row = found.difference("mentored", "comparison").iloc[0]
        estimates.append(row["estimate"])
        errors.append(row["std_error"])
        by_row = mean_count(records, at=[DAYS], **columns).difference("mentored", "comparison")
        alone.append(by_row["std_error"].item())
        lost = mean_count(records.assign(left=False), at=[DAYS], **columns)
        as_lost.append(np.subtract(*lost.estimates[::-1, 0]))
    assert_recovered(estimates, errors, truth(0.002) - truth(0.0012))
    # A person's rows taken as independent: too small; leaving taken for being lost: too large.
    assert np.mean(alone) < 0.9 * np.mean(errors)
    assert np.mean(as_lost) > 1.2 * np.mean(estimates)


def test_an_error_is_the_spread_of_one_arm_too():
    rng = np.random.default_rng(7)
    columns = {"entry": "entry", "exit": "exit", "event": "event", "terminal": "left"}
    rows = [
        mean_count(career(rng, 300, 0.002, "x", "p"), cluster="person", at=[DAYS], **columns)
        .tidy()
        .iloc[0]
        for _ in range(N_STUDIES)
    ]
    assert_recovered(
        [row["estimate"] for row in rows], [row["std_error"] for row in rows], truth(0.002)
    )
