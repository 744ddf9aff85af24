"""What would have become of the mentored: with their mentor, with none, with one later.

Three worlds on the same draws, for everyone whose first recorded mentorship starts inside the
observed window; everybody else is as they were. The months run on after the window, so that each
start has its whole horizon.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from mentor_outcomes.simulation.answers import item_answers, observed_score
from mentor_outcomes.simulation.careers import Histories, run_careers
from mentor_outcomes.simulation.hr_exports import Filed
from mentor_outcomes.simulation.parameters import EXIT_KINDS
from mentor_outcomes.simulation.record import Record
from mentor_outcomes.simulation.states import NOT_LEFT, Setting
from mentor_outcomes.simulation.timeline import NEVER
from mentor_outcomes.simulation.waves import trait_levels, waves
from mentor_outcomes.simulation.writing import as_label
from mentor_outcomes.study import Scale

WORLDS = ("mentored", "never", "later")
"""As it happened; no mentorship ever; this start called off in its month, later ones as may be."""

_DAYS_BEYOND_HORIZON = 5  # later than any horizon counted in average months from any day
_DAYS_BEFORE = 190  # at least one wave before each start


@dataclass(frozen=True, slots=True)
class PotentialOutcomes:
    """What happens to each mentored person in each world; days count from time zero, the start.

    events   one row per person and world: person_id, world, time_zero, promotion_days,
             exit_days, exit_kind, mentored_days. Promotion as if the person stayed, mass changes
             left out; the first exit, rehires ignored; inf: not within the horizon
    pay      one row per person, world and months_since (0 is the calendar month that holds the
             start): log_pay at that month's end, nobody leaving
    scores   one row per person, world and wave (opened_on), from half a year before the start to
             its horizon: a column per scale, the score with every item answered, nobody leaving
    """

    events: pd.DataFrame
    pay: pd.DataFrame
    scores: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Worlds:
    """The mentored once per world, world by world; time_zero is repeated alike."""

    setting: Setting
    histories: Histories
    person_id: pa.Array
    world: np.ndarray
    time_zero: np.ndarray


def potential_outcomes(
    filed: Filed, scales: Mapping[str, Scale], *, longest_horizon_months: int
) -> PotentialOutcomes:
    """Run the mentored again in three worlds."""
    worlds = _run_worlds(filed)
    return PotentialOutcomes(
        events=_events(worlds),
        pay=_pay(worlds, longest_horizon_months),
        scores=_scores(worlds, scales, longest_horizon_months),
    )


def mentored_in_window(record: Record) -> np.ndarray:
    """Stays in which a person's first recorded mentorship starts inside the window."""
    started, timeline = record.mentored_on, record.timeline
    inside = (timeline.observed_from <= started) & (started <= timeline.observed_to)
    return np.flatnonzero(inside & (started >= record.stays.hired_on))


def _run_worlds(filed: Filed) -> _Worlds:
    record = filed.record
    rows = mentored_in_window(record)
    start = record.timeline.month_of(record.mentored_on[rows])
    nothing, forever = np.zeros_like(start), np.full_like(start, record.timeline.n_months)
    every = np.tile(rows, len(WORLDS))
    setting = replace(
        record.setting,
        stays=record.stays.take(every),
        is_reorganised=record.setting.is_reorganised[every],
        satisfaction=record.setting.satisfaction[:, every],
        barred_from=np.concatenate([nothing, nothing, start]),
        barred_before=np.concatenate([nothing, forever, start + 1]),
    )
    return _Worlds(
        setting=setting,
        histories=run_careers(setting, record.timeline.n_months),
        person_id=filed.person(every),
        world=np.repeat(np.arange(len(WORLDS)), len(rows)),
        time_zero=np.tile(record.mentored_on[rows], len(WORLDS)),
    )


def _events(worlds: _Worlds) -> pd.DataFrame:
    final = worlds.histories.final
    first_days = worlds.setting.timeline.starts[: len(worlds.histories.is_promoted), None]
    happens = worlds.histories.is_promoted & (first_days > worlds.time_zero)
    promoted_on = np.where(happens.any(axis=0), first_days[:, 0][happens.argmax(axis=0)], NEVER)
    return pd.DataFrame(
        {
            **_who(worlds, slice(None)),
            "time_zero": _dates(worlds.time_zero),
            "promotion_days": _days_after(promoted_on, worlds.time_zero),
            "exit_days": _days_after(final.left_on, worlds.time_zero),
            "exit_kind": pd.array(
                as_label(np.where(final.exit_kind == NOT_LEFT, -1, final.exit_kind), EXIT_KINDS),
                dtype="str",
            ),
            "mentored_days": _days_after(final.mentored_on, worlds.time_zero),
        }
    )


def _who(worlds: _Worlds, rows) -> dict:
    positions = np.arange(len(worlds.world))[rows]
    return {
        "person_id": pd.array(worlds.person_id.take(pa.array(positions)), dtype="str"),
        "world": pd.array(as_label(worlds.world[positions], WORLDS), dtype="str"),
    }


def _dates(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[us]")


def _days_after(day: np.ndarray, time_zero: np.ndarray) -> np.ndarray:
    return np.where(day < NEVER, (day - time_zero).astype("float64"), np.inf)


def _pay(worlds: _Worlds, longest_horizon_months: int) -> pd.DataFrame:
    start = worlds.setting.timeline.month_of(worlds.time_zero)
    months_since = np.arange(longest_horizon_months + 1)
    columns = np.arange(len(start))
    log_pay = worlds.histories.log_pay[start[:, None] + months_since, columns[:, None]]
    rows = np.repeat(columns, len(months_since))
    return pd.DataFrame(
        {
            **_who(worlds, rows),
            "months_since": np.tile(months_since, len(start)),
            "log_pay": log_pay.ravel(),
        }
    )


def _scores(
    worlds: _Worlds, scales: Mapping[str, Scale], longest_horizon_months: int
) -> pd.DataFrame:
    setting = worlds.setting
    mentored_on = worlds.histories.final.mentored_on
    horizon_days = longest_horizon_months * 365.25 / 12 + _DAYS_BEYOND_HORIZON
    levels = {name: trait_levels(name, setting, mentored_on) for name in scales}
    parts = []
    for wave in waves(setting.timeline, setting.parameters.surveys):
        since = wave.opened_on - worlds.time_zero
        rows = np.flatnonzero((since >= -_DAYS_BEFORE) & (since <= horizon_days))
        scores = {}
        for name, scale in scales.items():
            level = levels[name][wave.number - 1, rows]
            draw = setting.stays.draw[rows]
            ticked = item_answers(name, scale, level, draw, wave.number, setting.draws)
            scores[name] = observed_score(ticked, scale)
        opened_on = _dates(np.full(len(rows), wave.opened_on))
        parts.append(
            pd.DataFrame(
                {**_who(worlds, rows), "wave": wave.number, "opened_on": opened_on, **scores}
            )
        )
    return pd.concat(parts, ignore_index=True)
