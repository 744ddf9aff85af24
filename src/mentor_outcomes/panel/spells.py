"""Spells at risk: employment cut where job state, leave or exposure changes."""

from datetime import timedelta

import ibis

from mentor_outcomes.panel.events import exit_event
from mentor_outcomes.panel.histories import as_of, of_person
from mentor_outcomes.panel.jobs import STATE
from mentor_outcomes.study import StudySection

_OF_STAY = ("person_id", "spell")


def spells_at_risk(
    stays: ibis.Table,
    *,
    states: ibis.Table,
    leaves: ibis.Table,
    first: ibis.Table,
    section: StudySection,
) -> ibis.Table:
    """One row per person and stretch of employment with one job state, leave and exposure.

    A stretch holds from the morning of from_on; its event is dated until_on, and somebody is at
    risk of it on (from_on, until_on]. So whatever changes on the day of an exit changes nothing
    here: the exit belongs to the state before that day. A promotion on the last day employed is
    in `events`; here the exit stands. Events on the first day at risk (hire or observed_from) end
    no stretch. A stretch has no length only where the first day at risk is the last employed.

    stays    as of `histories.employments`
    states   as of `jobs.job_states`
    leaves   a history by person and spell
    first    first mentorships in the role under study, one row per person
    """
    at_risk = _at_risk(stays, section)
    stretches = _cut(at_risk, _cut_days(at_risk, states, leaves, first))
    with_state = as_of(
        stretches,
        states.select(*_OF_STAY, *STATE, "grade_since", "valid_from", "valid_until"),
        by=_OF_STAY,
        day="from_on",
    )
    with_leave = as_of(with_state, leaves.mutate(leave=True), by=_OF_STAY, day="from_on")
    exposed = of_person(with_leave, first.select("person_id", "started_on", "is_prevalent"))
    ended = _with_promotion(exposed, states, section)
    return ended.select(
        "person_id",
        "spell",
        "from_on",
        "until_on",
        "hired_on",
        *STATE,
        in_grade_since=ended.grade_since,
        is_on_leave=ended.leave.fill_null(False),
        is_mentored=(ended.started_on <= ended.from_on).fill_null(False),
        is_prevalent=ended.is_prevalent.fill_null(False),
        end_event=ibis.cases(
            (ended.is_exit & (ended.until_on == ended.end_on), exit_event(ended.exit_kind)),
            (ended.promoted.fill_null(False), "promotion"),
            else_="none",
        ),
    )


def _at_risk(stays: ibis.Table, section: StudySection) -> ibis.Table:
    """The observed part of each stay: begin_on, end_on, and whether it ends in an exit."""
    observed = stays.filter(
        (stays.hired_on <= section.observed_to) & (stays.left_on >= section.observed_from)
    )
    is_exit = observed.left_on <= section.observed_to
    return observed.select(
        *_OF_STAY,
        "hired_on",
        "exit_kind",
        is_exit=is_exit,
        begin_on=ibis.greatest(observed.hired_on, ibis.literal(section.observed_from)),
        end_on=ibis.ifelse(
            is_exit, observed.left_on, ibis.literal(section.observed_to + timedelta(days=1))
        ),
    )


def _cut_days(
    at_risk: ibis.Table, states: ibis.Table, leaves: ibis.Table, first: ibis.Table
) -> ibis.Table:
    """Person, spell and each day on whose morning another state may begin."""
    job = states.filter(states.is_change | states.is_promotion)
    start = at_risk.inner_join(
        first.select("started_on", mentored_id="person_id"),
        [at_risk.person_id == first.person_id],
    )
    return ibis.union(
        job.select(*_OF_STAY, day="valid_from"),
        leaves.select(*_OF_STAY, day="valid_from"),
        leaves.select(*_OF_STAY, day="valid_until"),
        start.select(*_OF_STAY, day="started_on"),
        distinct=True,
    )


def _cut(at_risk: ibis.Table, days: ibis.Table) -> ibis.Table:
    """Each observed stay as stretches from_on, until_on between the cuts strictly inside it."""
    days = days.rename(cut_id="person_id", cut_spell="spell")
    inside = at_risk.inner_join(
        days,
        [
            at_risk.person_id == days.cut_id,
            at_risk.spell == days.cut_spell,
            days.day > at_risk.begin_on,
            days.day < at_risk.end_on,
        ],
    ).drop("cut_id", "cut_spell")
    begins = ibis.union(
        at_risk.mutate(from_on=at_risk.begin_on),
        inside.rename(from_on="day"),
        distinct=False,
    )
    in_order = ibis.window(group_by=_OF_STAY, order_by="from_on")
    return begins.mutate(
        until_on=ibis.coalesce(begins.from_on.lead().over(in_order), begins.end_on)
    )


def _with_promotion(stretches: ibis.Table, states: ibis.Table, section: StudySection) -> ibis.Table:
    days = states.filter(states.is_promotion & (states.valid_from <= section.observed_to))
    days = days.select(promoted_id="person_id", promoted_on="valid_from", promoted=True)
    return stretches.left_join(
        days,
        [stretches.person_id == days.promoted_id, stretches.until_on == days.promoted_on],
    ).drop("promoted_id", "promoted_on")
