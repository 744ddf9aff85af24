"""Who was mentored from when: first mentorships, and stretches of being mentored."""

import ibis

from mentor_outcomes.panel.histories import OPEN_END, merged
from mentor_outcomes.study import StudySection

PERSON_OF_ROLE = {"protege": "protege_id", "mentor": "mentor_id"}


def first_mentorships(mentorships: ibis.Table, section: StudySection) -> ibis.Table:
    """One row per role and person who began a mentorship up to observed_to: the first one.

    Of several that began on one day: formal before informal, a mentor who is not the manager
    before one who is. Where that leaves several, requested_on is the earliest, and mentor_id is
    missing if their mentors differ: nothing may hang on the order of ids.
    """
    return ibis.union(
        *(_first_in_role(mentorships, role, section) for role in PERSON_OF_ROLE), distinct=False
    )


def first_requests(mentorships: ibis.Table) -> ibis.Table:
    """One row per protege who ever asked for a mentor: the first day they did.

    Of requests never matched as of those that led to a mentorship: what came of them was not
    known that day.
    """
    asked = mentorships.filter(
        mentorships.requested_on.notnull() & mentorships.protege_id.notnull()
    )
    asked = asked.mutate(person_id=asked.protege_id)
    return asked.group_by("person_id").agg(requested_on=asked.requested_on.min())


def mentored_stretches(mentorships: ibis.Table, role: str) -> ibis.Table:
    """A history: one row per person and unbroken stretch with a mentorship in `role` going on."""
    begun = _begun(mentorships, role)
    begun = begun.mutate(ended_on=begun.ended_on.fill_null(OPEN_END))
    return merged(begun, by=["person_id"], first="started_on", last="ended_on")


def _begun(mentorships: ibis.Table, role: str) -> ibis.Table:
    begun = mentorships.mutate(person_id=mentorships[PERSON_OF_ROLE[role]])
    return begun.filter(begun.started_on.notnull() & begun.person_id.notnull())


def _first_in_role(mentorships: ibis.Table, role: str, section: StudySection) -> ibis.Table:
    begun = _begun(mentorships, role)
    begun = begun.filter(begun.started_on <= section.observed_to)
    of_person = ibis.window(group_by="person_id")
    first = begun.filter(begun.started_on == begun.started_on.min().over(of_person))
    first = first.mutate(preference=_preference(first))
    chosen = first.filter(first.preference == first.preference.min().over(of_person))
    person = chosen.group_by("person_id").agg(
        requested_on=chosen.requested_on.min(),
        started_on=chosen.started_on.min(),
        kind=chosen.kind.min(),
        mentor_is_manager=chosen.mentor_is_manager.cast("int64").min() == 1,
        mentor_id=ibis.ifelse(
            (chosen.mentor_id.min() == chosen.mentor_id.max())
            & (chosen.mentor_id.count() == chosen.count()),
            chosen.mentor_id.min(),
            ibis.null("string"),
        ),
    )
    return person.select(
        "person_id",
        "requested_on",
        "started_on",
        "kind",
        "mentor_is_manager",
        "mentor_id",
        role=ibis.literal(role),
        is_prevalent=person.started_on <= section.mentoring_recorded_from,
    )


def _preference(begun: ibis.Table) -> ibis.Value:
    by_kind = ibis.cases((begun.kind == "formal", 0), (begun.kind == "informal", 2), else_=4)
    return by_kind + begun.mentor_is_manager.cast("int64")
