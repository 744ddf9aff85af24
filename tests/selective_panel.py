"""An invented panel in which the promising start and stay: pay, moods, and what is true of them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import expit

from mentor_outcomes.study import Exposure, Groups, StudySection

SECTION = StudySection(
    "invented", date(2020, 1, 1), date(2023, 12, 31), date(2019, 1, 1), "voluntary"
)
N_PERIODS = 48
GROUPS = Groups(covariates=("promise",), exact=("family",))
EXPOSURE = Exposure()
FIRST_WAVE_PERIOD, WAVE_EVERY = 2, 6


@dataclass(frozen=True)
class SelectivePanel:
    """The tables that the panel models read, and each person's true effect.

    effect_of   person -> log points of pay (and points of mood) from the first month on
    """

    matched_sets: pd.DataFrame
    person_months: pd.DataFrame
    person_waves: pd.DataFrame
    first_mentorships: pd.DataFrame
    events: pd.DataFrame
    effect_of: pd.Series

    def true_effect(self) -> float:
        """Mean over the matched mentored, had nobody left."""
        mentored = self.matched_sets.loc[self.matched_sets["is_mentored"], "person_id"]
        return float(self.effect_of.loc[mentored].mean())


def selective_panel(
    rng: np.random.Generator, *, n: int = 1200, effect: float = 0.05
) -> SelectivePanel:
    """Promise raises pay growth, the chance of a mentor, of staying and of answering."""
    promise = rng.normal(size=n)
    family = rng.choice(["north", "south"], n)
    person = np.array([f"p{number:05d}" for number in rng.permutation(n)])
    start = rng.geometric(expit(-4.2 + 0.6 * promise)) - 1
    gone = rng.geometric(expit(-4.2 - 0.6 * promise)) - 1
    day = rng.integers(0, 28, n)
    own_effect = effect * (1 + 0.5 * promise)
    months = _months(rng, person, promise, family, start, gone, own_effect)
    has_started = (start < N_PERIODS) & (start < gone)
    has_left = gone < N_PERIODS
    started_on = _days(start, day)
    return SelectivePanel(
        matched_sets=_sets(person, promise, start, gone, started_on, has_started),
        person_months=months,
        person_waves=_waves(rng, months, pd.Series(started_on, index=person), effect),
        first_mentorships=pd.DataFrame(
            {
                "role": "protege",
                "person_id": person[has_started],
                "started_on": started_on[has_started],
                "is_prevalent": False,
            }
        ),
        events=pd.DataFrame(
            {
                "person_id": person[has_left],
                "occurred_on": _days(gone, day)[has_left],
                "event": "voluntary_exit",
            }
        ),
        effect_of=pd.Series(own_effect, index=person),
    )


def _days(period: np.ndarray, day: np.ndarray) -> pd.DatetimeIndex:
    starts = SECTION.calendar.starts(np.minimum(period, 2 * N_PERIODS))
    return (starts + pd.to_timedelta(day, unit="D")).as_unit("us")


def _months(rng, person, promise, family, start, gone, own_effect) -> pd.DataFrame:
    periods = np.arange(-1, N_PERIODS)
    who, period = np.nonzero(periods[None, :] < gone[:, None])
    period = periods[period]
    is_mentored = period >= start[who]
    pay = (
        10
        + promise[who] * (0.1 + 0.004 * period)
        + 0.003 * period
        + 0.1 * rng.normal(size=len(person))[who]
    )
    pay = pay + own_effect[who] * is_mentored + 0.01 * rng.normal(size=len(who))
    return pd.DataFrame(
        {
            "person_id": person[who],
            "period": period,
            "period_end": SECTION.calendar.ends(period).as_unit("us"),
            "grade": 1.0 + (promise[who] > 0),
            "promise": promise[who],
            "family": family[who],
            "is_on_leave": False,
            "tenure_months": 99.0,
            "is_mentored_ever": is_mentored,
            "is_mentored_now": is_mentored,
            "log_pay": pay,
        }
    )


def _waves(rng, months: pd.DataFrame, started_on: pd.Series, effect: float) -> pd.DataFrame:
    """Moods move with promise over time, and answering goes with promise."""
    asked = months[months["period"] % WAVE_EVERY == FIRST_WAVE_PERIOD].reset_index(drop=True)
    promise, period = asked["promise"], asked["period"]
    answered = rng.random(len(asked)) < expit(0.5 + 0.8 * promise)
    mood = 4 + promise * (0.3 + 0.01 * period) + rng.normal(0, 0.3, len(asked))
    opened = pd.Series(SECTION.calendar.starts(period) + pd.Timedelta(days=9)).dt.as_unit("us")
    mood = mood + 10 * effect * (asked["person_id"].map(started_on) < opened)
    return pd.DataFrame(
        {
            "person_id": asked["person_id"],
            "wave": period // WAVE_EVERY,
            "opened_on": opened,
            "period": period,
            "answered": answered,
            "answered_on": opened.where(answered),
            "mood": mood.where(answered),
        }
    )


def _sets(person, promise, start, gone, started_on, has_started) -> pd.DataFrame:
    """Each start with its three nearest in promise, of those unmentored and there on that day."""
    rows = []
    for set_id, mentored in enumerate(np.flatnonzero(has_started)):
        eligible = np.flatnonzero((start > start[mentored]) & (gone > start[mentored]))
        nearest = eligible[np.argsort(np.abs(promise[eligible] - promise[mentored]))[:3]]
        if len(nearest) == 0 or np.abs(promise[nearest] - promise[mentored]).max() > 0.3:
            continue
        for someone in (mentored, *nearest):
            is_mentored = someone == mentored
            rows.append(
                {
                    "set_id": set_id,
                    "person_id": person[someone],
                    "time_zero": started_on[mentored],
                    "is_mentored": bool(is_mentored),
                    "weight": 1.0 if is_mentored else 1 / len(nearest),
                    "score": promise[someone],
                }
            )
    sets = pd.DataFrame(rows)
    return sets.assign(role="protege", contrast="any", eligibility="employed")
