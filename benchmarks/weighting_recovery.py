"""Do the designs find a known effect under strong observed confounding? In memory.

    python -m benchmarks.weighting_recovery [N_SEEDS] [N_PEOPLE]

Each seed invents people who differ in rating, tenure, family and an unrecorded value, treated or
not by a logit in these, with an effect of their own that grows with the rating. Each design is
held against its own truth: the average of these effects over the people its estimand is about.
Printed, one row per design: mean truth, bias, SD of estimate less truth, bias over that SD with
its Monte-Carlo error, and mean effective size of the comparison arm. `none` is without a design.
"""

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import expit

from mentor_outcomes.groups import Trimming, balancing_weights, nearest_match
from mentor_outcomes.logit import design_matrix, pooled_logit

COVARIATES = ["rating", "tenure", "family"]
DESIGNS = {
    "inverse probability, att": {"method": "inverse_probability", "estimand": "att"},
    "inverse probability, ate": {"method": "inverse_probability", "estimand": "ate"},
    "inverse probability, .05 to .95": {
        "method": "inverse_probability",
        "estimand": "ate",
        "trim": Trimming(propensity_range=(0.05, 0.95)),
    },
    "overlap, ato": {"method": "overlap_weights", "estimand": "ato"},
    "entropy balancing, att": {"method": "entropy_balancing", "estimand": "att"},
    "entropy balancing with variances, ate": {
        "method": "entropy_balancing",
        "estimand": "ate",
        "moments": "means_and_variances",
    },
}
MATCHING = "nearest match, 3 within .2 SD"


def invented(rng: np.random.Generator, n_people: int) -> pd.DataFrame:
    """One row per person: covariates, treatment, its probability, own effect, outcome.

    The untreated outcome is curved in the rating, so that balance of means alone does not do for
    everybody, and the effect is 1 plus half the rating.
    """
    rating = rng.normal(0, 1, n_people)
    tenure = rng.exponential(1, n_people)
    family = rng.choice(["sales", "office", "plant"], n_people, p=[0.3, 0.3, 0.4])
    log_odds = -1.2 + 0.9 * rating + 0.4 * tenure + 0.7 * (family == "sales")
    is_unknown = rng.random(n_people) < 0.1
    log_odds -= 0.4 * np.where(is_unknown, tenure, 0) - 0.3 * is_unknown
    probability = expit(log_odds)
    is_treated = rng.random(n_people) < probability
    effect = 1 + 0.5 * rating
    drift = 1.0 * rating + 0.3 * rating**2 + 0.5 * tenure * ~is_unknown + (family == "sales")
    outcome = drift + effect * is_treated + rng.normal(0, 1, n_people)
    return pd.DataFrame(
        {
            "rating": rating,
            "tenure": np.where(is_unknown, np.nan, tenure),
            "family": family,
            "is_treated": is_treated,
            "probability": probability,
            "effect": effect,
            "outcome": outcome,
        }
    )


def estimates(people: pd.DataFrame) -> Iterator[dict]:
    """One row per design: its estimate on these people, and the truth it is held against."""
    treated = people["is_treated"].to_numpy()
    yield _row("none", people, np.ones(len(people)), about=treated)
    for name, asked in DESIGNS.items():
        found = balancing_weights(people, is_treated="is_treated", covariates=COVARIATES, **asked)
        if asked["estimand"] == "att":
            about = treated
        elif asked["estimand"] == "ato":
            about = people["probability"] * (1 - people["probability"])
        else:
            about = found.weights > 0
        yield _row(name, people, found.weights.to_numpy(), about=about)
    matched = nearest_match(
        scored(people), is_treated="is_treated", score="score", ratio=3, caliper="reach"
    )
    weights = matched.weights.to_numpy()
    yield _row(MATCHING, people, weights, about=treated & (weights > 0))


def scored(people: pd.DataFrame) -> pd.DataFrame:
    """The people with log odds of treatment as `score`, and .2 of their SD as `reach`."""
    columns = design_matrix(people, COVARIATES).columns
    nobody = np.zeros(len(people), dtype=int)
    score = pooled_logit(people["is_treated"], columns, intercepts=nobody).log_odds(columns, nobody)
    return people.assign(score=score, reach=0.2 * score.std())


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per design, over the seeds."""
    groups = rows.assign(error=rows["estimate"] - rows["truth"]).groupby("design", sort=False)
    table = groups.agg(
        truth=("truth", "mean"),
        bias=("error", "mean"),
        sd=("error", "std"),
        effective_comparison=("effective_comparison", "mean"),
    )
    table.insert(3, "bias_over_sd", table["bias"] / table["sd"])
    # The Monte-Carlo error of a mean, in SDs.
    table.insert(4, "error", groups.size() ** -0.5)
    return table


def replicated(n_seeds: int, n_people: int) -> pd.DataFrame:
    """One row per seed and design."""
    return pd.DataFrame(
        row
        for seed in range(n_seeds)
        for row in estimates(invented(np.random.default_rng(seed), n_people))
    )


def _row(name: str, people: pd.DataFrame, weights: np.ndarray, about) -> dict:
    treated = people["is_treated"].to_numpy()
    outcome = people["outcome"].to_numpy()
    own = weights[~treated]
    return {
        "design": name,
        "estimate": np.average(outcome[treated], weights=weights[treated])
        - np.average(outcome[~treated], weights=own),
        "truth": np.average(people["effect"], weights=about),
        "effective_comparison": own.sum() ** 2 / (own**2).sum(),
    }


def main() -> None:
    n_seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    n_people = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    print(f"{n_seeds} seeds of {n_people:,} people")
    print(summary(replicated(n_seeds, n_people)).round(3).to_string())


if __name__ == "__main__":
    main()
