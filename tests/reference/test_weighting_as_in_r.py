"""Weights on the NSW experiment and its survey comparison men, as R finds them (weighting.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.groups import Trimming, balancing_weights

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "weighting.json").read_text())
SAME = 1e-8
"""Of dollars, people and weights: both solve the same equations by Newton, 15 digits stored;
measured: 3e-11 dollars, 5e-13 of a weight."""
MOMENT = 1e-8
"""Of an average, in SDs of the covariate."""

NUMBERS = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75", "u74", "u75"]
ASKED = {
    "ipw att": {"method": "inverse_probability", "estimand": "att"},
    "ipw att truncated": {
        "method": "inverse_probability",
        "estimand": "att",
        "trim": Trimming(weight_quantile=0.99),
    },
    "ipw ate": {"method": "inverse_probability", "estimand": "ate"},
    "overlap": {"method": "overlap_weights", "estimand": "ato"},
    "entropy att": {"method": "entropy_balancing", "estimand": "att"},
    "entropy att variances": {
        "method": "entropy_balancing",
        "estimand": "att",
        "moments": "means_and_variances",
    },
    "entropy ate": {"method": "entropy_balancing", "estimand": "ate"},
}
CASES = [(sample, method) for sample in R if sample != "made_by" for method in R[sample]]


def everybody() -> pd.DataFrame:
    """One row per man."""
    people = pd.read_csv(FOLDER / "weighting.csv")
    race = np.select([people["black"] == 1, people["hisp"] == 1], ["black", "hispanic"], "other")
    is_unknown = np.arange(1, len(people) + 1) % 11 == 0
    return people.assign(
        u74=people["re74"] == 0,
        u75=people["re75"] == 0,
        race=race,
        re74_partly=people["re74"].mask(is_unknown),
    )


def sample_of(name: str) -> tuple[pd.DataFrame, list[str]]:
    people = everybody()
    if name == "experiment":
        return people[people["sample"] == "nsw"], NUMBERS
    against_cps = people[(people["treat"] == 1) | (people["sample"] == "cps")]
    return against_cps, NUMBERS if name == "cps" else ["age", "race", "re74_partly"]


def weighted(sample: str, method: str):
    people, covariates = sample_of(sample)
    return people, balancing_weights(
        people, is_treated="treat", covariates=covariates, **ASKED[method]
    )


def difference(people: pd.DataFrame, weights: pd.Series) -> float:
    """Weighted mean earnings of the treated less those of the others, in dollars of 1978."""
    means = [
        np.average(people.loc[arm, "re78"], weights=weights[arm])
        for arm in (people["treat"] == 1, people["treat"] == 0)
    ]
    return means[0] - means[1]


@pytest.mark.parametrize(("sample", "method"), CASES)
def test_weights_and_effect_on_earnings_equal_r(sample, method):
    of_r = R[sample][method]
    people, found = weighted(sample, method)
    assert found.weights.iloc[::20].tolist() == pytest.approx(of_r["some_weights"], abs=SAME)
    assert difference(people, found.weights) == pytest.approx(of_r["estimate"], abs=SAME)
    arms = found.tidy()
    assert arms["effective_sample_size"].tolist() == pytest.approx(of_r["effective"], abs=SAME)
    assert arms["largest_weight"].max() == pytest.approx(of_r["largest"], abs=SAME)


@pytest.mark.parametrize("method", ["entropy att", "entropy att variances"])
def test_entropy_balancing_reproduces_the_moments_of_the_treated(method):
    people, found = weighted("cps", method)
    values = people[NUMBERS].to_numpy(dtype=float)
    treated = (people["treat"] == 1).to_numpy()
    target, spread = values[treated].mean(axis=0), values.std(axis=0)
    own, weights = values[~treated], found.weights[~treated]
    means = np.average(own, axis=0, weights=weights)
    assert np.abs((means - target) / spread).max() < MOMENT
    if method == "entropy att variances":
        variances = np.average((own - means) ** 2, axis=0, weights=weights)
        gap = np.abs(variances - values[treated].var(axis=0)) / spread**2
        assert gap.max() < MOMENT


def test_weights_bring_men_of_a_survey_near_the_finding_of_the_experiment():
    """$1,794 by chance assignment; $8,500 less than the men of the survey before weighting."""
    experiment, _ = sample_of("experiment")
    against_cps, _ = sample_of("cps")
    by_chance = difference(experiment, pd.Series(1.0, experiment.index))
    assert by_chance == pytest.approx(1794, abs=0.5)  # as Dehejia & Wahba 1999 print it
    naive = difference(against_cps, pd.Series(1.0, against_cps.index))
    assert naive < -8000
    for method in ("ipw att", "entropy att"):
        _, found = weighted("cps", method)
        assert abs(difference(against_cps, found.weights) - by_chance) < 0.1 * abs(
            naive - by_chance
        )


def test_averages_of_everybody_are_out_of_reach_of_the_men_of_the_experiment():
    people, covariates = sample_of("cps")
    with pytest.raises(EstimationError, match="no weights give the averages of everybody"):
        balancing_weights(people, is_treated="treat", covariates=covariates, **ASKED["entropy ate"])
