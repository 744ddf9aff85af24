"""Who answers may hang on the record otherwise among the mentored, where answers are enough."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit

from mentor_outcomes import schema
from mentor_outcomes.estimates import response_weights
from mentor_outcomes.estimates.result_rows import as_table, blocked, estimated
from mentor_outcomes.estimates.weights.response import Response, response_of, with_model
from mentor_outcomes.study import Groups, Outcome

GROUPS = Groups(covariates=("rating",), exact=("family",), truncate_weights_at=1.0)


def invented(n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Person-waves and person-months of one wave; ratings count one way or the other by arm."""
    rng = np.random.default_rng(12)
    rating, mentored = rng.normal(3, 1, n), rng.random(n) < 0.4
    family = np.where(rng.random(n) < 0.5, "north", "south")
    odds = 0.2 + np.where(mentored, 0.9, -0.7) * (rating - 3)
    months = pd.DataFrame({"person_id": range(n), "period": 4, "is_mentored_ever": mentored})
    waves = pd.DataFrame({"person_id": range(n), "wave": 1, "period": 5})
    mood = np.where(rng.random(n) < expit(odds), 1.0, np.nan)
    return waves.assign(mood=mood), months.assign(rating=rating, family=family)


def fitted(waves: pd.DataFrame, months: pd.DataFrame, *, by_arm: bool) -> pd.Series:
    """1 / chance of those who answered, by statsmodels."""
    mentored, rating = months["is_mentored_ever"].astype(float), months["rating"]
    columns = {"one": 1.0, "rating": rating, "north": 1.0 * (months["family"] == "north")}
    columns["mentored"] = mentored
    if by_arm:
        columns["product"] = mentored * rating
    design = pd.DataFrame(columns, index=months.index)
    fit = sm.Logit(waves["mood"].notna().astype(float), design).fit(disp=0, tol=1e-12)
    return 1 / fit.predict(design)[waves["mood"].notna()]


@pytest.mark.parametrize(("n", "by_arm"), [(400, True), (40, False)])
def test_weights_are_those_of_a_logit_with_products_where_answers_are_enough(n, by_arm):
    """Of 40 people fewer than ten of an arm answer, or are silent: one slope for both."""
    waves, months = invented(n)
    found = response_weights(waves, months, answered="mood", groups=GROUPS)
    weight = found["response_weight"].to_numpy()
    assert weight == pytest.approx(fitted(waves, months, by_arm=by_arm).to_numpy(), rel=1e-6)
    assert weight != pytest.approx(fitted(waves, months, by_arm=not by_arm).to_numpy(), rel=1e-2)


def test_a_wave_in_which_nobody_answers_has_no_weights_and_troubles_no_other():
    waves, months = invented(400)
    silent = waves.assign(wave=2, period=11, mood=np.nan)
    later = pd.concat([months, months.assign(period=10)], ignore_index=True)
    with np.errstate(all="raise"):
        found = response_weights(
            pd.concat([waves, silent], ignore_index=True), later, answered="mood", groups=GROUPS
        )
    alone = response_weights(waves, months, answered="mood", groups=GROUPS)
    assert (found["wave"] == 1).all()
    assert found["response_weight"].to_numpy() == pytest.approx(
        alone["response_weight"].to_numpy(), rel=1e-6
    )


OUTCOME = Outcome("scale", "higher", 0.2)
OWN, ONE = "slopes may differ among the mentored", "the same slopes for both arms"


def response(waves, months, groups=GROUPS) -> Response:
    return response_of("mood", OUTCOME, waves, months, groups)


def foretold(waves, months) -> pd.DataFrame:
    """Of the mentored all of a high rating, and nobody else, answer."""
    high = months["rating"] > 3
    answers = np.where(months["is_mentored_ever"], high, waves["mood"].notna())
    return waves.assign(mood=np.where(answers, 1.0, np.nan))


@pytest.mark.parametrize(
    ("n", "words"), [(400, [OWN]), (40, [ONE, "answers are too few"])], ids=["many", "few"]
)
def test_which_model_was_fitted_is_told(n, words):
    told = response(*invented(n)).model
    assert all(word in told for word in words)


def test_a_product_that_foretells_is_left_out_and_that_is_told():
    waves, months = invented(400)
    waves = foretold(waves, months)
    found = response(waves, months)
    assert found.refusal is None
    assert ONE in found.model and "no finite answer" in found.model
    weight = found.weights["response_weight"].to_numpy()
    assert weight == pytest.approx(fitted(waves, months, by_arm=False).to_numpy(), rel=1e-6)


def test_a_product_that_repeats_whether_mentored_is_left_out_too():
    """All of the mentored have one rating."""
    waves, months = invented(400)
    months = months.assign(rating=months["rating"].where(~months["is_mentored_ever"], 4.0))
    found = response(waves, months)
    assert found.refusal is None
    assert ONE in found.model


def test_what_foretells_without_products_too_is_refused_as_before():
    waves, months = invented(400)
    answers = np.where(months["rating"] > 3, 1.0, np.nan)
    found = response(waves.assign(mood=answers), months)
    assert "who answered cannot be modelled" in found.refusal
    assert (found.weights, found.model) == (None, None)


def test_the_rows_that_are_weighted_say_the_model():
    about = {"outcome": "mood", "role": "protege", "contrast": "any", "estimand": "effect"}
    about |= {"unit": "points", "quantity": "difference", "error_type": "by person"}
    figures = {"estimate": 0.2, "std_error": 0.1, "ci_low": 0.0, "ci_high": 0.4, "p_value": 0.05}
    rows = [
        estimated(about | {"method": "matched_difference"}, figures),
        estimated(about | {"method": "matched_difference", "variant": "without weights"}, figures),
        estimated(about | {"method": "naive"}, figures),
        estimated(about | {"method": "parallel_trends", "error_type": "none"}, figures),
        blocked(about | {"method": "lee_bounds"}, "too few"),
    ]
    table = as_table(rows, schema.ESTIMATES)
    told = with_model(table, Response(model="answers weighted so"))["error_type"].tolist()
    assert told == ["by person; answers weighted so", "by person", "by person", "none", "none"]
    pd.testing.assert_frame_equal(with_model(table, Response()), table)
