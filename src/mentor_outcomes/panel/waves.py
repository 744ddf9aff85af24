"""Person-waves: everyone employed when a survey wave opened, answered or not."""

from collections.abc import Sequence

import ibis

from mentor_outcomes.calendar import Calendar


def person_waves(
    stays: ibis.Table,
    *,
    answers: ibis.Table,
    linkage: ibis.Table,
    scores: ibis.Table,
    scales: Sequence[str],
    calendar: Calendar,
) -> ibis.Table:
    """One row per wave and person employed on its first day; one column per scale, in points.

    A wave opens on the day that `linkage` (SURVEY_LINKAGE) has for it, else on the first day anyone
    answered it; waves that open after observed_to are left
    out, those before observed_from stay (a score before an early start is one of these). An answer
    by somebody hired after the wave opened has no row: they could not have been asked that day.
    """
    waves = opened_waves(answers, linkage, calendar)
    employed = [stays.hired_on <= waves.opened_on, stays.left_on >= waves.opened_on]
    asked = stays.select("person_id", "hired_on", "left_on").inner_join(waves, employed)
    asked = asked.select(
        "person_id", "wave", "opened_on", period=period_of_day(asked.opened_on, calendar)
    )
    given = answers.select("person_id", "wave", "answered_on", answered=True)
    answered = _of_wave(asked, given)
    scored = _of_wave(answered, _wide(scores, scales))
    return scored.mutate(answered=scored.answered.fill_null(False))


def opened_waves(answers: ibis.Table, linkage: ibis.Table, calendar: Calendar) -> ibis.Table:
    """One row per wave with an answer that opened by observed_to: the day it opened."""
    first = answers.group_by("wave").agg(first_on=answers.answered_on.min())
    known = linkage.select(known_wave="wave", known_on="opened_on")
    waves = first.left_join(known, first.wave == known.known_wave)
    opened = waves.select("wave", opened_on=ibis.coalesce(waves.known_on, waves.first_on))
    return opened.filter(opened.opened_on <= calendar.observed_to)


def _wide(scores: ibis.Table, scales: Sequence[str]) -> ibis.Table:
    columns = {
        scale: ibis.ifelse(scores["scale"] == scale, scores.score, ibis.null("float64")).max()
        for scale in scales
    }
    return scores.group_by(["person_id", "wave"]).agg(**columns)


def _of_wave(asked: ibis.Table, rows: ibis.Table) -> ibis.Table:
    rows = rows.rename(row_id="person_id", row_wave="wave")
    same = [asked.person_id == rows.row_id, asked.wave == rows.row_wave]
    return asked.left_join(rows, same).drop("row_id", "row_wave")


def period_of_day(day: ibis.Value, calendar: Calendar) -> ibis.Value:
    """Index of the period that holds each day."""

    def whole_periods(of: ibis.Value) -> ibis.Value:
        return (of.year() * 12 + of.month() - 1) // calendar.months_per_period

    return whole_periods(day) - whole_periods(ibis.literal(calendar.observed_from))
