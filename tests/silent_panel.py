"""An invented panel whose silence hangs on what is on record, in a way that can be chosen."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import expit

from tests.selective_panel import (
    FIRST_WAVE_PERIOD,
    SECTION,
    WAVE_EVERY,
    SelectivePanel,
    selective_panel,
)

MOOD_EFFECT = 0.5
"""Points, of everybody, from the first wave after the start on."""
LogOdds = Callable[[np.ndarray, np.ndarray], np.ndarray]


def silent_panel(
    rng: np.random.Generator, log_odds: LogOdds, *, n: int = 1200, habit_sd: float = 0.0
) -> SelectivePanel:
    """`selective_panel` with answers at the odds of (promise, is mentored), and habits.

    Moods of the promising rise, with no trend in anybody else's; so where the mentored who answer
    are more promising than the comparators who do, that passes for an effect.
    """
    panel = selective_panel(rng, n=n)
    months = panel.person_months
    asked = months[months["period"] % WAVE_EVERY == FIRST_WAVE_PERIOD].reset_index(drop=True)
    opened = SECTION.calendar.starts(asked["period"]) + pd.Timedelta(days=9)
    opened = pd.Series(opened).dt.as_unit("us")
    started_on = panel.first_mentorships.set_index("person_id")["started_on"]
    is_mentored = (asked["person_id"].map(started_on) < opened).to_numpy()
    promise, period = asked["promise"].to_numpy(), asked["period"].to_numpy()
    codes, people = pd.factorize(asked["person_id"], sort=True)
    habit = habit_sd * rng.normal(size=len(people))[codes]
    answered = rng.random(len(asked)) < expit(log_odds(promise, is_mentored) + habit)
    mood = 4 + promise * (0.3 + 0.02 * period) + rng.normal(0, 0.3, len(asked))
    mood = mood + MOOD_EFFECT * is_mentored
    waves = pd.DataFrame(
        {
            "person_id": asked["person_id"],
            "wave": period // WAVE_EVERY,
            "opened_on": opened,
            "period": period,
            "answered": answered,
            "mood": np.where(answered, mood, np.nan),
        }
    )
    return replace(panel, person_waves=waves)
