"""Job rows as states in force, and which of them are promotions."""

import ibis

from mentor_outcomes.panel.histories import until_next, within_employment

STATE = ("grade", "job_family", "unit_id", "site", "manager_id")
_OF_STAY = ("person_id", "spell")


def job_states(job_history: ibis.Table, stays: ibis.Table) -> ibis.Table:
    """One row per person, stay and day with a job row: the state at the end of that day.

    Beside the columns of the job history:

    grade_since       first day of the grade within this stay (a mass change begins a new one)
    is_change         one of `STATE` differs from the state before in this stay
    is_promotion      some row of that day is a promotion
    past_promotions   days with a promotion so far, over all stays
    valid_from, valid_until   in force from morning to morning, never beyond the stay

    A promotion is a row whose grade is higher than that of the row before it in the same stay, in
    the order of (effective_on, sequence), which is not a mass change and comes after the first
    day: a rehire into a higher grade is a hire.
    """
    rows = _with_promotions(within_employment(job_history, stays, day="effective_on"))
    last_rows = _last_of_day(rows)
    by_day = ibis.window(group_by=_OF_STAY, order_by="effective_on")
    so_far = {"order_by": "effective_on", "preceding": None, "following": 0}
    begins = ibis.greatest(last_rows.effective_on, last_rows.hired_on)
    is_same_grade = last_rows.grade == last_rows.grade.lag().over(by_day)
    changed = [~last_rows[name].identical_to(last_rows[name].lag().over(by_day)) for name in STATE]
    states = last_rows.mutate(
        grade_began=ibis.ifelse(is_same_grade, ibis.null("date"), begins),
        is_change=ibis.or_(*changed),
        past_promotions=last_rows.is_promotion.cast("int64")
        .sum()
        .over(ibis.window(group_by="person_id", **so_far)),
    )
    states = states.mutate(
        grade_since=states.grade_began.max().over(ibis.window(group_by=_OF_STAY, **so_far))
    )
    history = until_next(states, by=_OF_STAY, day="effective_on")
    return history.drop("grade_began", "sequence", "is_mass_change", "event_code", "hired_on")


def promotions(job_history: ibis.Table, stays: ibis.Table) -> ibis.Table:
    """One row per person and day of a promotion, in the whole recorded history.

    Found by a rise of the grade, by the event code or by both (`found_by`), and whether it is a
    mass change: the days, kinds and words of `promotion_counts` of the stage `ingest`, which says
    how several rows of a day are told as one. A promotion of `job_states` is one that the grade
    finds and that is no mass change. Checked in tests/pipeline/test_promotions_agree.py.
    """
    rows = within_employment(job_history, stays, day="effective_on")
    by_grade = _is_rise(rows)
    by_code = (rows.event_code.cast("string") == "promotion").fill_null(False)
    flags = {
        "by_grade": by_grade,
        "by_code": by_code,
        "single_by_grade": by_grade & ~rows.is_mass_change,
        "single_by_code": by_code & ~rows.is_mass_change,
    }
    flagged = rows.select(
        "person_id", "effective_on", **{name: flag.cast("int64") for name, flag in flags.items()}
    )
    days = flagged.group_by("person_id", "effective_on").agg(
        **{name: flagged[name].max() == 1 for name in flags}
    )
    days = days.filter(days.by_grade | days.by_code)
    return days.select(
        "person_id",
        occurred_on="effective_on",
        found_by=ibis.cases(
            (days.by_grade & days.by_code, "both"), (days.by_grade, "grade_only"), else_="code_only"
        ),
        is_mass_change=~days.single_by_grade & (days.by_grade | ~days.single_by_code),
    )


def _with_promotions(rows: ibis.Table) -> ibis.Table:
    return rows.mutate(is_promotion=_is_rise(rows) & ~rows.is_mass_change)


def _is_rise(rows: ibis.Table) -> ibis.Value:
    """Whether the grade is above that of the row before in the stay, after its first day."""
    in_order = ibis.window(group_by=_OF_STAY, order_by=["effective_on", "sequence"])
    is_higher = rows.grade > rows.grade.lag().over(in_order)
    return (is_higher & (rows.effective_on > rows.hired_on)).fill_null(False)


def _last_of_day(rows: ibis.Table) -> ibis.Table:
    of_day = ibis.window(group_by=[*_OF_STAY, "effective_on"])
    days = rows.mutate(
        last_sequence=rows.sequence.max().over(of_day),
        is_promotion=rows.is_promotion.cast("int64").max().over(of_day) == 1,
    )
    return days.filter(days.sequence == days.last_sequence).drop("last_sequence")
