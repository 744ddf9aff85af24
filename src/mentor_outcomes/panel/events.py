"""What happened to people: promotions and exits."""

import ibis

from mentor_outcomes.panel.histories import OPEN_END
from mentor_outcomes.study import StudySection


def events(stays: ibis.Table, promoted: ibis.Table, section: StudySection) -> ibis.Table:
    """One row per person, day and kind of event within the observed window, both ends included.

    `promoted` as of `jobs.promotions`: all promotions that either definition finds, those that are
    mass changes too. An exit is dated the last day employed.
    """
    promotion = promoted.select(
        "person_id",
        "occurred_on",
        event=ibis.literal("promotion"),
        found_by=promoted.found_by,
        is_mass_change=promoted.is_mass_change,
    )
    left = stays.filter(stays.left_on < OPEN_END)
    exit_ = left.select(
        "person_id",
        occurred_on=left.left_on,
        event=exit_event(left.exit_kind),
        found_by=ibis.null("string"),
        is_mass_change=ibis.literal(False),
    )
    all_events = ibis.union(promotion, exit_, distinct=False)
    return all_events.filter(
        all_events.occurred_on.between(section.observed_from, section.observed_to)
    )


def exit_event(exit_kind: ibis.Value) -> ibis.Value:
    """The event that an exit of this kind is."""
    return ibis.ifelse(exit_kind == "voluntary", "voluntary_exit", "other_exit")
