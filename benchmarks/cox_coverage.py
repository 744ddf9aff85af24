"""Do 95 % intervals of the time-varying Cox regression hold the truth? 1,000 invented studies.

    python -m benchmarks.cox_coverage [N_REPLICATIONS]

Hazards are proportional by construction: 400 people, each followed in one to three stretches that
they enter late, with an exposure that switches on within them, a covariate that differs between
stretches and on which the exposure hangs, and one of the person. Days are whole, so events are
tied. A person's stretches are alike (a Gaussian copula joins their times to the event, so that each
alone is still proportional), and errors are clustered by person. Written to benchmarks/results/
(fewer than 1,000 replications: benchmarks/out/):

    cox_coverage.csv   one row per term: truth, bias over the SD of the estimate with its Monte-
                       Carlo error, mean clustered error over SD, mean model-based error over SD
                       (which takes stretches for independent), coverage with its own such error
"""

import sys
import time
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.special import log_ndtr

from benchmarks.study_in_memory import PROJECT
from mentor_outcomes import io
from mentor_outcomes.estimates import cox_regression

TRUTH = {"is_mentored": 0.4, "promise": 0.5, "is_woman": -0.3}
"""Log hazard ratios; is_mentored varies in time."""
SEED = 20241126
N_PEOPLE = 400
ENOUGH = 1000
_LONGEST_DAYS = 900
_DAYS_OF_BASELINE = 1000.0  # cumulative baseline hazard: (day / this) ^ 1.3, rising with time
_SHAPE = 1.3
_LIKENESS = 0.7  # correlation of the normal scores of a person's times to the event


def cumulative_baseline(day: np.ndarray) -> np.ndarray:
    return (day / _DAYS_OF_BASELINE) ** _SHAPE


def study(rng: np.random.Generator, n_people: int = N_PEOPLE) -> pd.DataFrame:
    """One row per person, stretch and exposure: at risk on (entry, exit], in whole days.

    Columns: person, stretch, entry, exit, event and those of `TRUTH`. The cumulative hazard at the
    event is exponential: it is drawn, and the day found at which the stretch's own hazard gets to
    it. Stretches that end before they are entered are never seen.
    """
    stretches = _stretches(rng, n_people)
    risk = np.exp(sum(TRUTH[name] * stretches[name] for name in ("promise", "is_woman")))
    event_on = np.ceil(_day_of(stretches["needed"] / risk, stretches["starts"]))
    ends = np.minimum(event_on, stretches["seen_to"])
    seen = stretches.assign(ends=ends, happens=event_on <= stretches["seen_to"])
    seen = seen[seen["ends"] > seen["seen_from"]]
    return pd.concat([_unexposed(seen), _exposed(seen)], ignore_index=True)


def _stretches(rng: np.random.Generator, n_people: int) -> pd.DataFrame:
    """One row per stretch; how many a person has hangs on nothing that happens in them."""
    person = np.repeat(np.arange(n_people), rng.integers(1, 4, n_people))
    n = len(person)
    promise = 0.6 * rng.normal(size=n_people)[person] + 0.8 * rng.normal(size=n)
    shared = rng.normal(size=n_people)[person]
    score = np.sqrt(_LIKENESS) * shared + np.sqrt(1 - _LIKENESS) * rng.normal(size=n)
    seen_from = np.where(rng.random(n) < 0.4, 0, rng.integers(1, 400, n))
    return pd.DataFrame(
        {
            "person": person,
            "stretch": np.arange(n),
            "promise": promise,
            "is_woman": (rng.random(n_people) < 0.5)[person].astype("float64"),
            "needed": -log_ndtr(score),
            "starts": np.ceil(rng.exponential(500 * np.exp(-0.4 * promise))),
            "seen_from": seen_from,
            "seen_to": np.minimum(seen_from + rng.integers(100, 700, n), _LONGEST_DAYS),
        }
    )


def _day_of(needed: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Day at which the cumulative hazard, divided by the risk of the covariates, is `needed`."""
    before = cumulative_baseline(starts)
    beyond = before + (needed - before) * np.exp(-TRUTH["is_mentored"])
    return _DAYS_OF_BASELINE * np.where(needed <= before, needed, beyond) ** (1 / _SHAPE)


def _unexposed(seen: pd.DataFrame) -> pd.DataFrame:
    rows = seen[seen["seen_from"] < seen["starts"]]
    return _rows(
        rows,
        entry=rows["seen_from"],
        exit=np.minimum(rows["ends"], rows["starts"]),
        event=rows["happens"] & (rows["ends"] <= rows["starts"]),
        is_mentored=0.0,
    )


def _exposed(seen: pd.DataFrame) -> pd.DataFrame:
    rows = seen[seen["ends"] > seen["starts"]]
    return _rows(
        rows,
        entry=np.maximum(rows["seen_from"], rows["starts"]),
        exit=rows["ends"],
        event=rows["happens"],
        is_mentored=1.0,
    )


def _rows(stretches: pd.DataFrame, **columns) -> pd.DataFrame:
    return stretches[["person", "stretch", "promise", "is_woman"]].assign(**columns)


def replications(n_replications: int) -> pd.DataFrame:
    """One row per replication and term: estimate, clustered and model-based error."""
    columns = {"entry": "entry", "exit": "exit", "event": "event", "covariates": list(TRUTH)}
    parts, began = [], time.monotonic()
    for number, stream in enumerate(np.random.default_rng(SEED).spawn(n_replications), start=1):
        rows = study(stream)
        clustered = cox_regression(rows, cluster="person", **columns).tidy()
        plain = cox_regression(rows, **columns).tidy()
        parts.append(clustered.assign(model_error=plain["std_error"]))
        if number % 100 == 0:
            print(f"{number}/{n_replications}, {time.monotonic() - began:.0f} s", flush=True)
    return pd.concat(parts, ignore_index=True)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Per term, over the replications; see the head of the file."""
    truth = rows["term"].map(TRUTH)
    half = NormalDist().inv_cdf(0.975) * rows["std_error"]
    error = rows["estimate"] - truth
    by = rows.assign(error=error, holds=error.abs() <= half).groupby("term", sort=False)
    n, sd, coverage = by.size(), by["error"].std(), by["holds"].mean()
    bias = by["error"].mean() / sd
    return pd.DataFrame(
        {
            "n_replications": n,
            "truth": pd.Series(TRUTH),
            "bias_over_sd": bias,
            "bias_mc_error": np.sqrt((1 + bias**2 / 2) / n),
            "mean_error_over_sd": by["std_error"].mean() / sd,
            "model_error_over_sd": by["model_error"].mean() / sd,
            "coverage": coverage,
            "coverage_mc_error": np.sqrt(coverage * (1 - coverage) / n),
        }
    ).reset_index(names="term")


def main() -> None:
    n_replications = int(sys.argv[1]) if len(sys.argv) > 1 else ENOUGH
    table = summary(replications(n_replications))
    folder = "results" if n_replications >= ENOUGH else "out"
    text = table.to_csv(index=False, float_format="%.4g")
    io.write_bytes(PROJECT / "benchmarks" / folder / "cox_coverage.csv", text.encode())
    print(table.to_string(index=False, float_format=lambda value: f"{value:.3f}"))


if __name__ == "__main__":
    main()
