"""Known effects on a scale are found again, as shares and as odds, with honest errors."""

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import norm

from mentor_outcomes.estimates import proportional_odds, share_above

REPEATS = 150
OPENED = pd.to_datetime(["2020-03-01", "2021-03-01"]).as_unit("us")
THRESHOLD, EFFECT, SD = 5.0, 0.5, 1.0


def sets_and_waves(rng: np.random.Generator, n_sets=80) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A mentored person with two of 150 colleagues, who serve in several sets.

    Scores are normal about a mean of five of the person's own; mentoring adds .5 points.
    """
    pool = np.arange(n_sets, n_sets + 150)
    others = np.column_stack([rng.choice(pool, n_sets), rng.choice(pool, n_sets)])
    others[:, 1] = np.where(others[:, 1] == others[:, 0], n_sets + 149, others[:, 1])
    person = np.column_stack([np.arange(n_sets), others]).ravel()
    sets = pd.DataFrame(
        {
            "set_id": np.repeat(np.arange(n_sets), 3),
            "person_id": person,
            "time_zero": pd.Timestamp("2020-06-05").as_unit("us"),
            "is_mentored": np.tile([True, False, False], n_sets),
            "weight": np.tile([1.0, 0.5, 0.5], n_sets),
        }
    )
    sets = sets.drop_duplicates(["set_id", "person_id"])
    everyone = np.arange(n_sets + 150)
    own = rng.normal(5.0, 0.6, len(everyone))
    waves = [
        pd.DataFrame(
            {
                "person_id": everyone,
                "wave": wave,
                "opened_on": OPENED[wave],
                "period": (2, 14)[wave],
                "mood": own
                + rng.normal(0, 0.8, len(everyone))
                + EFFECT * wave * (everyone < n_sets),
            }
        )
        for wave in (0, 1)
    ]
    return sets, pd.concat(waves, ignore_index=True)


def test_the_share_above_a_threshold_rises_by_what_is_true_and_is_covered():
    rng = np.random.default_rng(12)
    truth = norm.cdf(EFFECT / SD) - 0.5  # SD of a score: .6 and .8
    found = []
    for _ in range(REPEATS):
        sets, waves = sets_and_waves(rng)
        found.append(
            share_above(sets, waves, outcome="mood", threshold=THRESHOLD, months_since_start=[12])
            .tidy()
            .iloc[0]
        )
    table = pd.DataFrame(found)
    assert_found(table, truth)


def test_log_odds_are_found_where_people_recur_with_weights():
    """True log odds ratio .6; comparators are drawn in up to several sets, with weights."""
    rng = np.random.default_rng(21)
    truth, found = 0.6, []
    for _ in range(REPEATS):
        n = 260
        z = np.repeat([1.0, 0.0], n // 2)
        x = rng.normal(size=n)
        latent = truth * z + x + rng.logistic(size=n)
        people = pd.DataFrame({"person": np.arange(n), "z": z, "x": x, "y": np.round(latent)})
        rows = pd.concat(
            [
                people[people["z"] == 1],
                people[people["z"] == 0].sample(200, replace=True, random_state=rng),
            ]
        )
        weight = rng.uniform(0.5, 2.0, len(rows)) * expit(rows["x"])
        fit = proportional_odds(
            rows.assign(weight=weight),
            outcome="y",
            covariates=["z", "x"],
            weights="weight",
            cluster="person",
        )
        found.append(fit.tidy().iloc[0])
    assert_found(pd.DataFrame(found), truth)


def assert_found(table: pd.DataFrame, truth: float) -> None:
    """Bias within three of its own errors; errors within a tenth; 92.5-97.5 % cover."""
    spread = table["estimate"].std()
    assert abs(table["estimate"].mean() - truth) < 3 * spread / np.sqrt(REPEATS)
    assert 0.9 < table["std_error"].mean() / spread < 1.1
    covers = (table["ci_low"] <= truth) & (truth <= table["ci_high"])
    assert 0.92 <= covers.mean() <= 0.98
