"""Where starts follow what happens meanwhile, weights find the effect, and without them it is off.

Mood drifts from month to month; who is in high spirits is mentored rather, and gets more pay. Mood
is known at the reference, but those not mentored yet months later are those whose mood fell since.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from mentor_outcomes.estimates import GroupTimeEffects, group_time_effects
from mentor_outcomes.estimates.weights.unstarted import CHANCE, chances_unstarted, with_chances
from mentor_outcomes.study import Groups, StudySection

EFFECT = 0.5
N_PEOPLE, N_MONTHS, N_DRAWS = 1000, 7, 25
Z = 1.959963984540054
CALENDAR = StudySection(
    "seven months", date(2020, 1, 1), date(2020, 7, 31), date(2019, 1, 1), "voluntary"
).calendar
GROUPS = Groups(min_tenure_months=0, covariates=("mood",))


def drawn(rng: np.random.Generator, drift: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Person-months with mood and pay, and the first mentorships.

    drift   how much a month's mood takes up that is new: without any the reference says all
    """
    shape = (N_PEOPLE, N_MONTHS + 1)
    mood = np.zeros(shape)
    mood[:, 0] = rng.normal(size=N_PEOPLE)
    for month in range(1, N_MONTHS + 1):
        mood[:, month] = np.sqrt(1 - drift**2) * mood[:, month - 1] + drift * rng.normal(
            size=N_PEOPLE
        )
    # Columns are the periods -1, 0, ...: a start follows the mood at the end of the month before.
    begins = rng.random((N_PEOPLE, N_MONTHS)) < expit(-2.2 + 0.8 * mood[:, :-1])
    start = np.where(begins.any(axis=1), begins.argmax(axis=1), N_MONTHS)
    raised = np.concatenate([np.zeros((N_PEOPLE, 1)), 0.3 * mood[:, :-1].cumsum(axis=1)], axis=1)
    period = np.arange(-1, N_MONTHS)
    pay = raised + EFFECT * (period >= start[:, None]) + 0.3 * rng.normal(size=shape)
    months = pd.DataFrame(
        {
            "person_id": np.repeat(np.arange(N_PEOPLE), N_MONTHS + 1),
            "period": np.tile(period, N_PEOPLE),
            "mood": mood.ravel(),
            "pay": pay.ravel(),
            "tenure_months": 24.0,
            "is_on_leave": False,
        }
    )
    has_started = start < N_MONTHS
    days = CALENDAR.starts(np.minimum(start, N_MONTHS - 1)) + pd.Timedelta(days=14)
    starts = pd.DataFrame({"person_id": np.arange(N_PEOPLE), "started_on": days})[has_started]
    return months, starts.assign(is_prevalent=False)


def fit(months: pd.DataFrame, starts: pd.DataFrame, *, weighted: bool) -> GroupTimeEffects:
    chances = chances_unstarted(months, starts, CALENDAR, GROUPS)
    began = months["person_id"].map(starts.set_index("person_id")["started_on"])
    rows = months.assign(
        start=CALENDAR.period_of(began),
        **{CHANCE: with_chances(months, chances, months["period"])},
    )
    return group_time_effects(
        rows,
        unit="person_id",
        period="period",
        start="start",
        outcome="pay",
        comparison="not_yet",
        covariates=["mood"],
        minimum_people=5,
        chance_unstarted=CHANCE if weighted else None,
    )


def told(effects: GroupTimeEffects) -> list[float]:
    """Overall effect and error, and those four months after the start."""
    overall = effects.tidy(aggregate="group").iloc[-1]
    late = effects.tidy(aggregate="dynamic").set_index("at").loc[4]
    return [row[name] for row in (overall, late) for name in ("estimate", "std_error")]


def draws(drift: float, *, weighted: bool, n_draws: int) -> np.ndarray:
    """(n_draws, 4), the same organisations whether weighted or not."""
    rng = np.random.default_rng(20251126)
    return np.array([told(fit(*drawn(rng, drift), weighted=weighted)) for _ in range(n_draws)])


@pytest.fixture(scope="module")
def weighted() -> np.ndarray:
    return draws(0.7, weighted=True, n_draws=N_DRAWS)


@pytest.mark.parametrize("column", [0, 2], ids=["overall", "four months after"])
def test_weighted_the_effect_is_found_and_its_error_known(weighted, column):
    error, std_error = weighted[:, column] - EFFECT, weighted[:, column + 1]
    assert abs(error.mean()) < 3 * error.std() / np.sqrt(N_DRAWS)
    # 95 % and 1, each within three errors of so few draws.
    assert np.mean(np.abs(error) < Z * std_error) >= 0.82
    assert 0.6 < std_error.mean() / error.std() < 1.5


@pytest.mark.parametrize("column", [0, 2], ids=["overall", "four months after"])
def test_unweighted_it_is_off_by_several_errors(weighted, column):
    n_draws = 8
    error = draws(0.7, weighted=False, n_draws=n_draws)[:, column] - EFFECT
    assert error.mean() > 5 * error.std() / np.sqrt(n_draws)
    assert error.mean() > 3 * abs(weighted[:, column].mean() - EFFECT)


def test_where_nothing_new_happens_the_covariate_at_the_reference_is_enough():
    error = draws(0.0, weighted=False, n_draws=8)[:, 0] - EFFECT
    assert abs(error.mean()) < 3 * error.std() / np.sqrt(8)
