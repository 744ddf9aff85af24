"""How many people are compared in one of two designs alone: the release tells by that number."""

from dataclasses import replace

import pytest

from mentor_outcomes.estimates.panel_answers.matched_on_last import LastValueDesign, last_value_rows
from mentor_outcomes.estimates.weights.censoring import follow_up_weights
from tests.leaving_study import leaving_study


@pytest.fixture(scope="module")
def study():
    return leaving_study(6, n=500)


def without(study, *set_ids):
    sets = study.tables.sets
    return sets[~sets["set_id"].isin(set_ids)]


def compared(study, sets) -> set:
    """People of these sets with pay before and two years after, and followed until then."""
    start = study.question("log_pay").section.calendar.period_of(sets["time_zero"])
    pay = study.tables.person_months[["person_id", "period"]]
    rows = sets.assign(before=start - 1, period=start + 24)
    rows = rows.merge(pay.rename(columns={"period": "before"}), on=["person_id", "before"])
    rows = rows.merge(pay, on=["person_id", "period"])
    followed = follow_up_weights(study.tables.weights)[["set_id", "person_id", "period"]]
    return set(rows.merge(followed, on=["set_id", "person_id", "period"])["person_id"])


def test_people_in_both_designs_do_not_count_and_those_of_either_alone_do(study):
    """Each design lacks some sets that the other has; most sets are in both."""
    ids = study.tables.sets["set_id"].unique()
    own, other = without(study, *ids[:6]), without(study, *ids[-9:])
    question = study.question("log_pay")
    outcome = replace(question.outcome, sensitivities=("matched_on_last_value",))
    rows = last_value_rows(
        replace(question, outcome=outcome),
        LastValueDesign(sets=own, weights=study.tables.weights),
        replace(study.tables, sets=other),
    )
    (at_24,) = [row for row in rows if row["horizon_months"] == 24]
    mine, theirs = compared(study, own), compared(study, other)
    apart = len(mine - theirs) + len(theirs - mine)
    assert mine - theirs and theirs - mine
    assert apart < len(mine & theirs)
    assert at_24["n_events"] == apart
