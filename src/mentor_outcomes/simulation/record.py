"""The record: what happened in the one world that HR saw, rehires included."""

from dataclasses import dataclass, fields, replace

import numpy as np

from mentor_outcomes.simulation.careers import DAYS_PER_MONTH, Histories, run_careers
from mentor_outcomes.simulation.draws import Draws
from mentor_outcomes.simulation.organisation import (
    Stays,
    Units,
    first_stays,
    make_units,
    rehire_candidates,
    together,
    unit_paths,
)
from mentor_outcomes.simulation.parameters import Parameters
from mentor_outcomes.simulation.reorganisation import (
    Reorganisation,
    moved_stays,
    plan_reorganisation,
)
from mentor_outcomes.simulation.states import Setting, State
from mentor_outcomes.simulation.timeline import NEVER, Timeline
from mentor_outcomes.simulation.traits import HALF_YEAR, trait_path
from mentor_outcomes.study import Simulation

MONTHS_BEYOND_WINDOW = 3
"""So that requests for a start just after the window are on file."""


@dataclass(frozen=True, slots=True)
class Record:
    """Every stay with its history; `unit` is its unit, shape (months of the window, stays)."""

    setting: Setting
    units: Units
    unit: np.ndarray
    reorganisation: Reorganisation
    histories: Histories

    @property
    def stays(self) -> Stays:
        return self.setting.stays

    @property
    def timeline(self) -> Timeline:
        return self.setting.timeline

    @property
    def left_on(self) -> np.ndarray:
        """Last day employed, NEVER: still there."""
        return self.histories.final.left_on

    @property
    def mentored_on(self) -> np.ndarray:
        """Day of the first mentorship; NEVER also where the person had left by then."""
        started = self.histories.final.mentored_on
        return np.where(started < self.left_on, started, NEVER)


def make_record(switches: Simulation, seed: int, timeline: Timeline, p: Parameters) -> Record:
    """Run everybody to just beyond the observed window; leavers who come back run once more."""
    units = make_units(switches.n_people, Draws(seed), p)
    stays = first_stays(switches.n_people, units, Draws(seed), timeline, p)
    candidates = rehire_candidates(Draws(seed), len(stays), p)
    draws = Draws(seed, n_stays=len(stays) + len(candidates))
    plan = plan_reorganisation(units, draws, timeline, p)

    first = _run(stays, units, plan, draws, timeline, p, switches)
    again = _run(_rehired(first, candidates), units, plan, draws, timeline, p, switches)
    return _both(first, again)


def _run(stays, units, plan, draws, timeline, p, switches) -> Record:
    path = unit_paths(stays, units, draws, timeline, p, quiet_month=plan.month)
    setting = Setting(
        stays=stays,
        timeline=timeline,
        draws=draws,
        parameters=p,
        switches=switches,
        reorganised_in=plan.month,
        is_reorganised=moved_stays(path, plan),
        satisfaction=hidden_satisfaction(stays, draws, timeline, p, switches),
        barred_from=np.zeros(len(stays), dtype="int64"),
        barred_before=np.zeros(len(stays), dtype="int64"),
    )
    histories = run_careers(setting, timeline.end_of_window + MONTHS_BEYOND_WINDOW)
    return Record(setting, units, path, plan, histories)


def hidden_satisfaction(stays, draws, timeline, p, switches) -> np.ndarray:
    """Latent satisfaction by half-year, in SDs; empty unless leaving depends on it."""
    if not switches.exit_on_satisfaction:
        return np.empty((0, len(stays)))
    n_half_years = timeline.n_months // HALF_YEAR + 1
    return trait_path("job_satisfaction", stays, draws, n_half_years, p)


def _rehired(first: Record, candidates: np.ndarray) -> Stays:
    """Second stays of those candidates who left and whose gap ends inside the window.

    They come back as they went: grade, pay, ratings, promotions and mentoring so far.
    """
    timeline, workforce = first.timeline, first.setting.parameters.workforce
    n_first = len(first.stays)
    shortest, longest = workforce.rehire_gap_months
    gaps = first.setting.draws.generator("rehire", 1).uniform(shortest, longest, len(candidates))
    left_on = first.left_on[candidates]
    back = timeline.month_of(left_on + (gaps * DAYS_PER_MONTH).astype("int64"))
    comes = (left_on < timeline.observed_to) & (back < timeline.end_of_window)
    rows, months = candidates[comes], back[comes]
    exit_month = timeline.month_of(left_on[comes])
    histories = first.histories
    stays = first.stays.take(rows)
    months_until_exit = np.arange(len(histories.grade))[:, None] <= exit_month
    hired_on = timeline.starts[months] + 14 * (stays.draw % 2)
    return replace(
        stays,
        draw=n_first + np.flatnonzero(comes),
        is_rehire=np.ones(len(rows), dtype=bool),
        entry_month=months,
        hired_on=hired_on,
        unit=first.unit[exit_month, rows].astype("int64"),
        grade=histories.grade[exit_month, rows].astype("int64"),
        in_grade_since=hired_on,
        past_promotions=stays.past_promotions
        + (histories.is_promoted[:, rows] & months_until_exit).sum(axis=0),
        last_rating=_as_number(histories.last_rating[exit_month, rows]),
        rating_before_last=_as_number(histories.rating_before_last[exit_month, rows]),
        log_pay=histories.log_pay[exit_month, rows],
        mentored_on=first.mentored_on[rows],
    )


def _as_number(rating: np.ndarray) -> np.ndarray:
    return np.where(rating > 0, rating, np.nan)


def _both(first: Record, second: Record) -> Record:
    histories = Histories(
        **{
            item.name: np.concatenate(
                [getattr(first.histories, item.name), getattr(second.histories, item.name)], axis=1
            )
            for item in fields(Histories)
            if item.name != "final"
        },
        final=State(
            **{
                item.name: np.concatenate(
                    [
                        getattr(first.histories.final, item.name),
                        getattr(second.histories.final, item.name),
                    ]
                )
                for item in fields(State)
            }
        ),
    )
    a, b = first.setting, second.setting
    setting = replace(
        a,
        stays=together(a.stays, b.stays),
        is_reorganised=np.concatenate([a.is_reorganised, b.is_reorganised]),
        satisfaction=np.concatenate([a.satisfaction, b.satisfaction], axis=1),
        barred_from=np.concatenate([a.barred_from, b.barred_from]),
        barred_before=np.concatenate([a.barred_before, b.barred_before]),
    )
    unit = np.concatenate([first.unit, second.unit], axis=1)
    return Record(setting, first.units, unit, first.reorganisation, histories)
