"""Full-time yearly base pay in the study's currency, whatever amounts a provider sends."""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.study import Ingest, StudySection
from mentor_outcomes.tables.checks import (
    aside_after_extract,
    noting_backdated,
    without_repeats,
    without_strangers,
    without_superseded,
)
from mentor_outcomes.tables.codes import frequencies, ids_in
from mentor_outcomes.tables.received import refuse_rows
from mentor_outcomes.tables.rows import Rows, Rule

WEEKS_PER_YEAR = 52
PER_YEAR = {
    "year": 1,
    "month": 12,
    "half_month": 24,
    "two_weeks": WEEKS_PER_YEAR / 2,
    "week": WEEKS_PER_YEAR,
}
"""How many such amounts make a year; hours need the weekly hours of full time."""

FULL_TIME_HOURS = (10, 60)
"""Weekly hours that full-time work may have: others are a percentage, or a month's or a year's."""

_SAME_DIGITS = 10
"""Pay that is equal to so many digits has not changed: a twelfth of a year's pay is rounded."""


def pay_of(rows: Rows, people: pd.Series, section: StudySection, ingest: Ingest) -> Rows:
    """One row per person and day of a change: full-time yearly base pay, above 0.

    Raises SourceError or StudyError where amounts cannot be made yearly, full-time or of one
    currency without a guess.
    """
    rows = aside_after_extract(without_strangers(rows, "person_id", people), "effective_on")
    if "amount" in rows.frame:
        rows = _last_of_day(without_superseded(_annual(rows, section, ingest)))
    elif "currency" in rows.frame:
        rows = _exchanged(rows, section, ingest)
    rows = without_repeats(rows, ["person_id", "effective_on"])
    rows = rows.without(rows.frame["annual_pay"] <= 0, NOT_ABOVE_0)
    return _changes(noting_backdated(rows, "effective_on"))


def _changes(rows: Rows) -> Rows:
    """Rows that say again what the person's row before says are no change."""
    ordered = rows.frame.sort_values(["person_id", "effective_on"], kind="stable")
    values = ordered.drop(columns=["effective_on", "entered_on"], errors="ignore")
    before = values.groupby("person_id").shift()
    ratio = values["annual_pay"] / before["annual_pay"]
    is_same = np.abs(ratio - 1) < 0.5 * 10.0 ** (1 - _SAME_DIGITS)
    for name in values.columns.difference(["person_id", "annual_pay"]):
        is_same &= (values[name] == before[name]) | (values[name].isna() & before[name].isna())
    return rows.with_frame(ordered).aside(is_same, "no change of pay")


def _last_of_day(rows: Rows) -> Rows:
    """Of several rows of a day in sequence the last says what holds at its end."""
    if "sequence" not in rows.frame:
        return rows
    rows = rows.with_frame(rows.frame.assign(sequence=rows.frame["sequence"].fillna(1)))
    last = rows.frame.groupby(["person_id", "effective_on"])["sequence"].transform("max")
    rows = rows.aside(rows.frame["sequence"] < last, "changed again on the same day")
    return rows.with_frame(rows.frame.drop(columns="sequence"))


def _with_currency(rows: Rows) -> Rows:
    """Rows that have a currency, where any has one."""
    if "currency" in rows.frame and rows.frame["currency"].notna().any():
        return rows.without(rows.frame["currency"].isna(), NO_CURRENCY)
    return rows


def _exchanged(rows: Rows, section: StudySection, ingest: Ingest) -> Rows:
    """Yearly full-time pay in the study's currency."""
    rows = _with_currency(rows)
    annual_pay = rows.frame["annual_pay"] * _worth(rows, section, ingest)
    return rows.with_frame(rows.frame.drop(columns="currency").assign(annual_pay=annual_pay))


def _annual(rows: Rows, section: StudySection, ingest: Ingest) -> Rows:
    """With `annual_pay` in place of amount, period, share of full time, hours and currency."""
    rows = _with_currency(rows)
    factor = _per_year(rows, ingest)
    rows, share = _full_time_share(rows, is_hourly=factor["is_hourly"])
    worth = _worth(rows, section, ingest)
    annual = rows.frame["amount"] * factor["per_year"].loc[rows.frame.index] * worth / share
    kept = rows.frame.drop(columns=list(_PARTS), errors="ignore")
    rows = rows.with_frame(kept.assign(annual_pay=annual))
    return rows.without(~np.isfinite(annual), NO_HOURS)


_PARTS = ("amount", "per", "currency", "fte", "hours_per_week")


def _per_year(rows: Rows, ingest: Ingest) -> pd.DataFrame:
    """How many of each amount make a year of full-time work, and whether it is paid by the hour."""
    frame, layout = rows.frame, rows.received.layout
    per = frame["per"] if "per" in frame else pd.Series(pd.NA, frame.index, dtype="str")
    if layout.pay_per is not None:
        per = per.fillna(layout.pay_per)
    where = f"sources.{rows.received.name}"
    refuse_rows(
        rows.received,
        per.isna().reindex(rows.received.frame.index, fill_value=False),
        "do not say what the amount is paid for",
        expected="year, month, half_month, two_weeks, week or hour for every amount.",
        remedy=f"name the column under {where}.columns.per, or write `pay_per: year` (or month, "
        "...) there, where all amounts are alike.",
    )
    is_hourly = per == "hour"
    factor = per.map(PER_YEAR).astype("float64")
    if is_hourly.any():
        factor = factor.where(~is_hourly, _full_time_hours(rows, ingest) * WEEKS_PER_YEAR)
    return pd.DataFrame({"per_year": factor, "is_hourly": is_hourly})


def _full_time_hours(rows: Rows, ingest: Ingest) -> pd.Series:
    """Weekly hours of full-time work in each row's job; missing where nothing tells."""
    frame = rows.frame
    if ingest.full_time_hours_per_week is not None:
        return pd.Series(ingest.full_time_hours_per_week, index=frame.index)
    if "hours_per_week" in frame and "fte" in frame:
        hours = frame["hours_per_week"] / frame["fte"].where(frame["fte"] > 0)
        return hours.where(hours.between(*FULL_TIME_HOURS))
    raise SourceError(
        f"{rows.received.paths[0]} has hourly pay, and nothing says how many hours full-time work "
        "is.",
        expected="weekly hours, to make a year's pay of hourly pay.",
        remedy="write ingest.full_time_hours_per_week in params.yaml, or name the columns "
        f"hours_per_week and fte under sources.{rows.received.name}.columns.",
    )


def _full_time_share(rows: Rows, is_hourly: pd.Series) -> tuple[Rows, pd.Series]:
    """Usable rows, and what amounts are divided by: 1, or the share of full time they are for."""
    layout, where = rows.received.layout, f"sources.{rows.received.name}"
    if layout.pay_is is None:
        raise StudyError(
            f"nothing says whether the amounts of {where} are those of full-time work.",
            expected="pay_is: full_time, or actual (what a part-timer really gets).",
            remedy=f"write pay_is under {where} in params.yaml.",
        )
    if layout.pay_is == "full_time":
        return rows, pd.Series(1.0, index=rows.frame.index)
    if "fte" not in rows.frame and not is_hourly.all():
        raise SourceError(
            f"{rows.received.paths[0]} holds actual pay, and no share of full time.",
            expected="fte in the same file: half the pay for half the time is full pay.",
            remedy=f"export the file with it, and name the column under {where}.columns.fte.",
        )
    if "fte" not in rows.frame:
        return rows, pd.Series(1.0, index=rows.frame.index)
    share = rows.frame["fte"].where(~is_hourly, 1.0)
    is_usable = (share > 0) & (share <= 2)
    return rows.without(~is_usable, NO_SHARE), share[is_usable]


def _worth(rows: Rows, section: StudySection, ingest: Ingest) -> pd.Series:
    """Units of the study's currency that one unit of each amount is worth."""
    if "currency" not in rows.frame:
        return pd.Series(1.0, index=rows.frame.index)
    currency = rows.frame["currency"].fillna(section.currency)
    rates = {**ingest.currency_rates, section.currency: 1.0}
    unknown = ~currency.isin(rates)
    if unknown.any():
        seen = frequencies(currency[unknown], may_show_rare=False, hidden=ids_in(rows.received))
        named = ", ".join(f"{code} ({n} rows)" for code, n in seen.items()) or "all rare"
        stub = ", ".join(f"{code}: ..." for code in seen) or "USD: ..."
        raise SourceError(
            f"{rows.received.paths[0]} has {int(unknown.sum())} amounts in currencies without a "
            f"rate: {named}.",
            expected=f"{section.currency}, or a currency with a rate.",
            remedy=f"write under ingest in params.yaml, each with what one unit is worth in "
            f"{section.currency}: `currency_rates: {{{stub}}}`. One fixed rate a currency: "
            "exchange rates are no raises.",
        )
    return currency.map(rates).astype("float64")


NOT_ABOVE_0 = Rule(
    "pay_not_above_0",
    "annual_pay",
    "have annual_pay of 0 or less",
    "full-time yearly base pay above 0: it is compared on a log scale.",
    "remove these rows, or send the full-time pay of those who are not paid now.",
)
NO_CURRENCY = Rule(
    "no_currency",
    "currency",
    "have an amount and no currency, where other rows have one",
    "a currency for every amount, or for none: then all are in the study's.",
    "complete the currency at the source.",
)
NO_SHARE = Rule(
    "no_share_of_full_time",
    "fte",
    "have actual pay and no fte above 0 and up to 2",
    "the share of full time that the pay is for.",
    "complete fte at the source.",
)
NO_HOURS = Rule(
    "no_hours",
    "hours_per_week",
    "have hourly pay and no weekly hours that full-time work may have",
    "weekly hours and the share of full time they are, or ingest.full_time_hours_per_week.",
    "complete them at the source.",
)
