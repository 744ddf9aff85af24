"""What was last known of each outcome by the end of every period, as covariates of a design."""

from collections.abc import Sequence

import ibis

from mentor_outcomes.calendar import Calendar
from mentor_outcomes.panel.histories import OPEN_END, as_of, until_next
from mentor_outcomes.panel.months import employed_periods, period_ends


def latest_values(
    stays: ibis.Table,
    *,
    pay: ibis.Table,
    waves: ibis.Table,
    scores: ibis.Table,
    scales: Sequence[str],
    calendar: Calendar,
) -> ibis.Table:
    """One row per person and period, as in person_months: latest_log_pay, latest_SCALE each.

    Pay is that in force on the period's last day. A score is that of the wave last opened by then,
    if answered by then: no earlier wave stands in for one that was not answered, as none does for
    the value that a difference is taken against.

    waves    one row per wave: wave, opened_on
    scores   person_waves: person_id, wave, answered_on and a column per scale
    """
    grid = employed_periods(stays, calendar).drop("spell", "hired_on", "year_before")
    history = until_next(pay, by=["person_id"], day="effective_on")
    history = history.select(
        "person_id", "valid_from", "valid_until", latest_log_pay=history.annual_pay.log()
    )
    grid = as_of(grid, history, by=["person_id"], day="period_end")
    if not scales:
        return grid.drop("period_end")
    opened = _last_opened(waves, calendar)
    grid = grid.left_join(opened, grid.period == opened.of_period).drop("of_period")
    answers = scores.select(
        "answered_on",
        row_id="person_id",
        row_wave="wave",
        **{f"latest_{scale}": scale for scale in scales},
    )
    given = [
        grid.person_id == answers.row_id,
        grid.last_wave == answers.row_wave,
        answers.answered_on <= grid.period_end,
    ]
    known = grid.left_join(answers, given)
    return known.drop("row_id", "row_wave", "answered_on", "last_wave", "period_end")


def _last_opened(waves: ibis.Table, calendar: Calendar) -> ibis.Table:
    """One row per period in which some wave had opened: of_period, last_wave."""
    in_order = ibis.window(order_by=["opened_on", "wave"])
    history = waves.mutate(next_on=waves.opened_on.lead().over(in_order).fill_null(OPEN_END))
    periods = ibis.memtable(period_ends(calendar)).select("period", "period_end")
    in_force = [
        history.opened_on <= periods.period_end,
        history.next_on > periods.period_end,
    ]
    found = periods.inner_join(history, in_force)
    return found.select(of_period="period", last_wave="wave")
