"""Panels in which everything that a design may not see is replaced by absurd values.

For the mentored that is whatever is dated on or after their own time zero; for everybody whatever
is dated after the last start; and every outcome, of whatever date.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from mentor_outcomes import schema

ROLES_OF_OUTCOMES = ("outcome", "result")
_LATEST = pd.Timestamp(date(2999, 1, 1))


def poisoned(
    tables: Mapping[str, pd.DataFrame], *, role: str, rng: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """The panel's three tables as the design gets them, and an absurd future in each.

    What stays: who the people are, the days on which first mentorships start and of which kind
    they are, and of the day of the start itself that the person is employed since when, and
    whether on leave: the contract (CONTRIBUTING.md, Time zero) asks for these on that very day.
    """
    first = tables["first_mentorships"]
    own = first[first["role"] == role].set_index("person_id")["started_on"]
    last_start = own.max()
    return {
        "person_months": _months(tables["person_months"], own, last_start, rng),
        "spells_at_risk": _spells(tables["spells_at_risk"], own, last_start, rng),
        "first_mentorships": first.assign(mentor_id=_absurd(first["mentor_id"], rng)),
    }


def _months(months, own, last_start, rng) -> pd.DataFrame:
    """Periods that end on or after the own start, or after the last of all."""
    limit = months["person_id"].map(own)
    is_later = (months["period_end"] >= limit) | (months["period_end"] > last_start)
    return _replaced(months, schema.PERSON_MONTHS, is_later, rng)


def _spells(spells, own, last_start, rng) -> pd.DataFrame:
    """Stretches from the day of the own start on, or after the last; and ends after either."""
    start = spells["person_id"].map(own)
    holds_start = (spells["from_on"] <= start) & (spells["until_on"] > start)
    is_later = (spells["from_on"] >= start) | (spells["from_on"] > last_start)
    known_that_day = ["hired_on", "is_on_leave"]
    absurd = _replaced(spells, schema.SPELLS_AT_RISK, is_later, rng)
    absurd.loc[holds_start, known_that_day] = spells.loc[holds_start, known_that_day]
    ends_later = (spells["until_on"] > start) | (spells["until_on"] > last_start)
    absurd["until_on"] = spells["until_on"].mask(ends_later, _LATEST)
    is_gone = is_later & ~holds_start & (rng.random(len(spells)) < 0.5)
    # Whoever has no other row stays, so that the people are the same.
    is_gone &= is_gone.groupby(spells["person_id"]).transform("sum") < spells.groupby("person_id")[
        "person_id"
    ].transform("size")
    return absurd[~is_gone]


def _replaced(frame, table: schema.Table, is_later: pd.Series, rng) -> pd.DataFrame:
    """Later values of every column that is no identifier, and outcomes of all rows."""
    new = frame.copy()
    for name in frame.columns:
        role = table.role_of(name)
        if role in ROLES_OF_OUTCOMES:
            new[name] = _absurd(frame[name], rng)
        elif role != "identifier" and name != "from_on":
            new[name] = frame[name].where(~is_later, _absurd(frame[name], rng))
    return new


def _absurd(values: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Values of the same type that no record holds, hardly two alike; flags at random."""
    n = len(values)
    if pd.api.types.is_bool_dtype(values):
        return pd.Series(rng.random(n) < 0.5, index=values.index)
    if pd.api.types.is_datetime64_dtype(values):
        days = pd.to_timedelta(rng.integers(0, 300_000, n), unit="D")
        made = pd.Series(pd.Timestamp(1800, 1, 1) + days, index=values.index)
        return made.astype(values.dtype)
    if pd.api.types.is_numeric_dtype(values):
        return pd.Series(rng.integers(-10_000, 10_000, n), index=values.index).astype(values.dtype)
    return pd.Series(
        [f"poison {number}" for number in rng.integers(0, n, n)], index=values.index, dtype="str"
    )
