"""The first steps of every flow: from the tables of the extract to the panel."""

from collections.abc import Mapping

import ibis

from mentor_outcomes import schema
from mentor_outcomes.calendar import Calendar
from mentor_outcomes.panel.histories import next_day
from mentor_outcomes.panel.mentorships import PERSON_OF_ROLE
from mentor_outcomes.panel.months import FIRST_PERIOD, period_ends
from mentor_outcomes.panel.waves import period_of_day
from mentor_outcomes.study import StudySection

_COUNTS = schema.PANEL_FLOW.column_names()[4:]


def panel_flow(
    people: ibis.Table,
    stays: ibis.Table,
    mentorships: ibis.Table,
    *,
    role: str,
    section: StudySection,
) -> ibis.Table:
    """One row per arm and criterion, as promised by schema.PANEL_FLOW.

    Arm comparison: people of the tables, those with a spell of employment, those employed from the
    eve of the first period on. Arm mentored: rows of mentorships, those begun, with a known person
    of the role, and one for each such person. Arm everyone: a person and period with at least one
    day of employment, and those employed on its last day. What follows in `groups` is counted from
    the panel, so that the two have to agree.
    """
    return ibis.union(
        _people(people, stays, section.calendar),
        _mentorships(mentorships, PERSON_OF_ROLE[role], section),
        _person_months(stays, section.calendar),
        distinct=False,
    )


def _people(people: ibis.Table, stays: ibis.Table, calendar: Calendar) -> ibis.Table:
    days = period_ends(calendar)["period_end"]
    eve, last = days.iloc[0], days.iloc[-1]
    seen = ((stays.hired_on <= last) & (stays.left_on >= eve)).cast("int64")
    employed = stays.group_by("person_id").agg(seen=seen.max()).rename(employed_id="person_id")
    ids = ibis.union(people.select("person_id"), stays.select("person_id"), distinct=True)
    known = ids.left_join(employed, ids.person_id == employed.employed_id)
    criteria = {
        "a spell of employment": known.seen.notnull(),
        "employed in the observed window or on its eve": (known.seen == 1).fill_null(False),
    }
    return _chain(
        known, known.person_id, "comparison", ("people in the tables", criteria), "people"
    )


def _mentorships(mentorships: ibis.Table, person: str, section: StudySection) -> ibis.Table:
    """Of a person's mentorships that count one remains, whichever: it stands for the person."""
    known = mentorships.select("mentorship_id", "started_on", person_id=mentorships[person])
    in_time = known.started_on <= section.observed_to
    known = known.mutate(counts=(in_time & known.person_id.notnull()).fill_null(False))
    of_person = ibis.window(group_by=["person_id", "counts"])
    one = known.mentorship_id.min().over(of_person)
    known = known.mutate(is_one=known.mentorship_id == one)
    criteria = {
        "begun": known.started_on.notnull(),
        "begun by the last observed day": (known.started_on <= section.observed_to).fill_null(
            False
        ),
        f"the {person.removesuffix('_id')} known": known.person_id.notnull(),
        "the first of its person": known.is_one,
    }
    flow = ("mentorships in the tables", criteria)
    return _chain(known, known.person_id, "mentored", flow, "mentorships")


def _chain(
    rows: ibis.Table,
    person: ibis.Value,
    arm: str,
    flow: tuple[str, Mapping[str, ibis.Value]],
    unit: str,
) -> ibis.Table:
    """The criteria in turn; `rows` holds one unit each, and `person` says whose it is."""
    everybody, criteria = flow
    failed = [(~met, place) for place, met in enumerate(criteria.values())]
    rows = rows.select(person_id=person, n_met=ibis.cases(*failed, else_=len(criteria)))
    of_person = {}
    for step in range(len(criteria) + 1):
        of_person[f"kept_{step}"] = (rows.n_met >= step).cast("int64").sum()
        of_person[f"lost_{step}"] = (rows.n_met == step - 1).cast("int64").sum()
    people = rows.group_by("person_id").agg(**of_person)
    counts = {}
    for step in range(len(criteria) + 1):
        counts |= _counts(people, step, people[f"kept_{step}"], people[f"lost_{step}"])
    return _steps(people.agg(**counts), arm, unit, (everybody, *criteria))


def _counts(people: ibis.Table, step: int, kept: ibis.Value, lost: ibis.Value) -> dict:
    """Units kept and lost at a step, and the people behind them; who is not known is nobody."""
    is_known = people.person_id.notnull()
    return {
        f"n_remaining_{step}": kept.sum(),
        f"n_removed_{step}": lost.sum(),
        f"n_people_remaining_{step}": (is_known & (kept > 0)).cast("int64").sum(),
        f"n_people_touched_{step}": (is_known & (lost > 0)).cast("int64").sum(),
    }


def _person_months(stays: ibis.Table, calendar: Calendar) -> ibis.Table:
    """Person-periods by arithmetic on the stays: the grid itself is the panel's to count.

    A period is lost where the last stay in it ends before the period does.
    """
    first_day = calendar.starts([FIRST_PERIOD])[0].date()
    seen = stays.filter((stays.hired_on <= calendar.observed_to) & (stays.left_on >= first_day))
    ended_in = period_of_day(seen.left_on, calendar)
    seen = seen.select(
        "person_id",
        "hired_on",
        first=ibis.greatest(period_of_day(seen.hired_on, calendar), FIRST_PERIOD),
        last=ibis.least(ended_in, calendar.n_periods - 1),
        ends_before=(period_of_day(next_day(seen.left_on), calendar) == ended_in)
        & (seen.left_on < calendar.observed_to),
    )
    in_order = ibis.window(group_by="person_id", order_by="hired_on")
    counted = ibis.greatest(seen["first"], seen["last"].lag().over(in_order).fill_null(-2) + 1)
    next_first = seen["first"].lead().over(in_order).fill_null(calendar.n_periods)
    lost = seen.ends_before & (next_first > seen["last"])
    periods = seen.select("person_id", n=seen["last"] - counted + 1, n_lost=lost.cast("int64"))
    people = periods.group_by("person_id").agg(n=periods.n.sum(), n_lost=periods.n_lost.sum())
    nothing = people.n - people.n
    counts = _counts(people, 0, people.n, nothing) | _counts(
        people, 1, people.n - people.n_lost, people.n_lost
    )
    criteria = ("employed on some day of the period", "employed on its last day")
    return _steps(people.agg(**counts), "everyone", "person_months", criteria)


def _steps(counts: ibis.Table, arm: str, unit: str, criteria: tuple[str, ...]) -> ibis.Table:
    """One row per criterion, from a single row with the counts of all of them."""
    rows = []
    for step, criterion in enumerate(criteria):
        own = {name: counts[f"{name}_{step}"] for name in _COUNTS if name != "n_people_removed"}
        before = counts[f"n_people_remaining_{max(step - 1, 0)}"]
        own["n_people_removed"] = before - own["n_people_remaining"]
        labels = {"arm": arm, "step": step, "unit": unit, "criterion": criterion}
        labels = {name: ibis.literal(value) for name, value in labels.items()}
        whole = {name: own[name].fill_null(0).cast("int64") for name in _COUNTS}
        rows.append(counts.select(**labels, **whole))
    return ibis.union(*rows, distinct=False)
