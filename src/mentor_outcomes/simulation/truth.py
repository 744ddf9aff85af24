"""The true effects on the mentored, by the definitions the estimators use."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import days_of_months
from mentor_outcomes.errors import SchemaError
from mentor_outcomes.simulation.potential import PotentialOutcomes

EVENT_ELIGIBILITY = {"promotion": "below_top_grade", "voluntary_exit": "employed"}
_EVERYONE = "employed"
_MONTHS_BETWEEN_WAVES = 6
_KEYS = ["person_id", "world", "wave", "opened_on"]


@dataclass(frozen=True, slots=True)
class _Arms:
    """The same people with their mentor and without, in the same order, and their weights."""

    mentored: pd.DataFrame
    without: pd.DataFrame
    weight: np.ndarray

    def keep(self, rows: np.ndarray) -> "_Arms":
        return _Arms(self.mentored[rows], self.without[rows], self.weight[rows])


def true_effects(
    potential: PotentialOutcomes,
    matched: pd.DataFrame,
    *,
    horizons_months: Sequence[float],
    world: str = "never",
    stayers_only: bool = False,
) -> pd.DataFrame:
    """One row per outcome, quantity and horizon: truth, the mean effect on the matched mentored.

    Parameters
    ----------
    potential   what happens in each world
    matched     one row per matched mentored person and eligibility: person_id as in the exports,
                eligibility, time_zero, weight
    world       the world without: `never` mentored, or this start called off and maybe `later`
    stayers_only   pay and scales only of those employed at the horizon in both worlds

    Returns
    -------
    outcome, quantity, horizon_months, truth, n_people. Promotion and voluntary_exit:
    risk_mentored, risk_comparison, risk_difference (per 100 people; the event within so many
    average months and before any competing one: for promotion any exit, for leaving by choice any
    other exit) and mean_time_difference (months within the horizon after the event). log_pay:
    difference in log points that many calendar months after the month of the start. Scales:
    difference in points at the last wave opened by the horizon and less than six months before it.

    Where every scheduled wave is six months from the next, exactly one lies in that range.
    """
    parts = []
    for outcome, eligibility in EVENT_ELIGIBILITY.items():
        arms = _arms(potential, matched, eligibility, world)
        parts += [_event_rows(arms, outcome, months) for months in horizons_months]
    arms = _arms(potential, matched, _EVERYONE, world)
    for months in horizons_months:
        present = _keep_stayers(arms, months) if stayers_only else arms
        parts.append(_pay_row(potential, present, months, world))
        parts += _scale_rows(potential, present, months, world)
    return pd.concat(parts, ignore_index=True)


def _arms(potential: PotentialOutcomes, matched: pd.DataFrame, eligibility: str, world: str):
    people = matched[matched["eligibility"] == eligibility].set_index("person_id")
    by_world = potential.events.set_index("person_id")
    worlds = {name: by_world[by_world["world"] == name] for name in ("mentored", world)}
    unknown = ~people.index.isin(worlds["mentored"].index)
    if unknown.any() or not people.index.is_unique:
        raise SchemaError(
            f"{int(unknown.sum())} of {len(people)} matched people have no potential outcomes, "
            f"{int(people.index.duplicated().sum())} occur twice.",
            expected="each person once per eligibility, mentored first inside the window.",
            remedy="pass the mentored of the matched sets under the ids of the exports.",
        )
    mentored = worlds["mentored"].loc[people.index]
    shifted = int((mentored["time_zero"] != people["time_zero"]).sum())
    if shifted:
        raise SchemaError(
            f"{shifted} of {len(people)} matched people have another time zero than their start.",
            expected="time_zero on the day of the first recorded mentorship.",
            remedy="look at how first mentorships are found.",
        )
    return _Arms(mentored, worlds[world].loc[people.index], people["weight"].to_numpy("float64"))


def _rows(outcome: str, months: float, n_people: int, truths: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": outcome,
            "quantity": list(truths),
            "horizon_months": float(months),
            "truth": list(truths.values()),
            "n_people": n_people,
        }
    )


def _mean(values: np.ndarray, weight: np.ndarray) -> float:
    return float(np.sum(weight * values) / np.sum(weight)) if len(values) else np.nan


def _event_rows(arms: _Arms, outcome: str, months: float) -> pd.DataFrame:
    horizon = float(days_of_months(months))
    days = {name: _event_days(getattr(arms, name), outcome) for name in ("mentored", "without")}
    risk = {name: 100 * _mean(day <= horizon, arms.weight) for name, day in days.items()}
    time = {
        name: _mean(np.maximum(horizon - day, 0.0), arms.weight) * months / horizon
        for name, day in days.items()
    }
    return _rows(
        outcome,
        months,
        len(arms.weight),
        {
            "risk_mentored": risk["mentored"],
            "risk_comparison": risk["without"],
            "risk_difference": risk["mentored"] - risk["without"],
            "mean_time_difference": time["mentored"] - time["without"],
        },
    )


def _event_days(events: pd.DataFrame, outcome: str) -> np.ndarray:
    """Days to the event; inf where a competing event comes first."""
    exit_days = events["exit_days"].to_numpy()
    if outcome == "voluntary_exit":
        return np.where(events["exit_kind"] == "voluntary", exit_days, np.inf)
    promotion_days = events["promotion_days"].to_numpy()
    return np.where(promotion_days <= exit_days, promotion_days, np.inf)


def _keep_stayers(arms: _Arms, months: float) -> _Arms:
    horizon = float(days_of_months(months))
    stays = [frame["exit_days"].to_numpy() > horizon for frame in (arms.mentored, arms.without)]
    return arms.keep(stays[0] & stays[1])


def _pay_row(potential: PotentialOutcomes, arms: _Arms, months: float, world: str):
    at_horizon = potential.pay[potential.pay["months_since"] == months]
    table = at_horizon.pivot(index="person_id", columns="world", values="log_pay")
    table = table.loc[arms.mentored.index]
    gain = (table["mentored"] - table[world]).to_numpy()
    return _rows("log_pay", months, len(gain), {"difference": _mean(gain, arms.weight)})


def _scale_rows(
    potential: PotentialOutcomes, arms: _Arms, months: float, world: str
) -> list[pd.DataFrame]:
    scales = [name for name in potential.scores.columns if name not in _KEYS]
    scores = potential.scores[potential.scores["person_id"].isin(arms.mentored.index)]
    time_zero = scores["person_id"].map(arms.mentored["time_zero"])
    since = (scores["opened_on"] - time_zero).dt.days
    first, last = days_of_months(months - _MONTHS_BETWEEN_WAVES), days_of_months(months)
    due = scores[(since > first) & (since <= last)]
    latest = due.groupby("person_id")["opened_on"].transform("max")
    due = due[due["opened_on"] == latest]
    mentored = due[due["world"] == "mentored"].set_index("person_id")[scales]
    without = due[due["world"] == world].set_index("person_id")[scales]
    with_wave = arms.mentored.index.isin(mentored.index)
    people = arms.mentored.index[with_wave]
    gain = mentored.loc[people] - without.loc[people]
    weight = arms.weight[with_wave]
    return [
        _rows(name, months, len(people), {"difference": _mean(gain[name].to_numpy(), weight)})
        for name in scales
    ]
