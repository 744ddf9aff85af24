"""Contrasts of one kind among everyone: what is exposure, and until when people are watched."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.event_answers.hazard_exposure import first_starts, of_contrast
from mentor_outcomes.estimates.event_answers.naive_events import naive_records
from mentor_outcomes.estimates.event_answers.spell_hazards import spell_records
from mentor_outcomes.groups.design import _in_contrast
from mentor_outcomes.groups.records import Records
from mentor_outcomes.study import Outcome
from tests.panel_records import SECTION, records, rows

EXIT = Outcome(
    kind="event",
    better="lower",
    smallest_worthwhile=2,
    event="voluntary_exit",
    competing=("other_exit",),
)
STARTS = records(
    schema.FIRST_MENTORSHIPS,
    """
    role     person_id  started_on  kind      mentor_is_manager  mentor_id
    protege  f          2020-03-01  formal    .                  k
    protege  i          2020-05-01  informal  yes                k
    protege  e          2020-02-01  informal  .                  k
    protege  o          2019-06-01  informal  .                  k
    protege  u          2020-07-01  .         yes                k
    mentor   n          2020-02-01  formal    .                  n
    """,
)
# Everybody is hired on the first day of 2019; o was mentored, otherwise, before 2020 began.
SPELLS = records(
    schema.SPELLS_AT_RISK,
    """
    person_id  from_on     until_on    hired_on    grade  is_mentored  end_event
    e          2020-01-01  2020-02-01  2019-01-01  3      .            voluntary_exit
    f          2020-01-01  2020-03-01  2019-01-01  1      .            none
    f          2020-03-01  2020-08-01  2019-01-01  1      yes          voluntary_exit
    i          2020-01-01  2020-05-01  2019-01-01  1      .            none
    i          2020-05-01  2020-06-01  2019-01-01  1      yes          voluntary_exit
    n          2020-01-01  2021-01-01  2019-01-01  1      .            none
    o          2020-01-01  2020-02-01  2019-01-01  1      yes          voluntary_exit
    u          2020-01-01  2020-07-01  2019-01-01  1      .            none
    u          2020-07-01  2021-01-01  2019-01-01  1      yes          none
    """,
)
EVENTS = records(
    schema.PERSON_EVENTS,
    """
    person_id  occurred_on  event
    e          2020-02-01   voluntary_exit
    f          2020-08-01   voluntary_exit
    i          2020-06-01   voluntary_exit
    o          2020-02-01   voluntary_exit
    """,
)


@pytest.mark.parametrize("contrast", schema.CONTRASTS)
def test_a_contrast_means_here_what_it_means_where_groups_are_made(contrast):
    own = STARTS[STARTS["role"] == "protege"]
    people = pd.Index(sorted({*STARTS["person_id"], "z"}))
    made = Records.__new__(Records)
    object.__setattr__(made, "people", people)
    flags = _in_contrast(contrast, own, made)
    here = of_contrast(own, contrast)
    assert set(people[flags]) == set(own.loc[here, "person_id"])


def test_the_first_mentorship_of_another_kind_is_the_rival_and_other_roles_do_not_count():
    asked = pd.Series(["f", "i", "u", "n", "f"], index=[5, 4, 3, 2, 1])
    found = first_starts(asked, STARTS, role="protege", contrast="formal")
    assert found.index.tolist() == [5, 4, 3, 2, 1]
    assert rows(found, "mentored_on", "otherwise_on") == [
        ("2020-03-01", None),
        (None, "2020-05-01"),
        (None, "2020-07-01"),
        (None, None),
        ("2020-03-01", None),
    ]
    with pytest.raises(EstimationError, match="the contrast is pairs"):
        first_starts(asked, STARTS, role="protege", contrast="pairs")


def watched(contrast: str, **more) -> pd.DataFrame:
    given = {"first_mentorships": STARTS, "section": SECTION, "role": "protege"}
    return spell_records(SPELLS, EXIT, contrast=contrast, **given, **more)


def test_everyone_is_watched_until_a_first_mentorship_of_another_kind():
    """Of formal mentoring i is seen to 1 May (day 486 of tenure) and u to 1 July; o is not seen at
    all; e left on the very day, from the state before it."""
    shown = ("person_id", "entry", "exit", "event", "is_mentored", "since_start")
    assert rows(watched("formal"), *shown) == [
        ("e", 365, 396, True, False, None),
        ("f", 365, 425, False, False, None),
        ("f", 425, 578, True, True, 0),
        ("i", 365, 486, False, False, None),
        ("n", 365, 730, False, False, None),
        ("u", 365, 547, False, False, None),
    ]
    mentored = watched("informal").query("is_mentored")
    assert rows(mentored, "person_id", "entry", "exit", "event", "since_start") == [
        ("i", 486, 517, True, 0),
        ("o", 365, 396, True, 214),
    ]
    assert len(watched("any")) == len(SPELLS)


def test_the_highest_grade_is_that_of_all_stretches_watched_or_not():
    """e's stretch in grade 3 makes grades below it count, though another outcome sees it last."""
    promotion = Outcome(
        kind="event", better="higher", smallest_worthwhile=2, event="promotion", competing=("exit",)
    )
    top = SPELLS.assign(
        grade=SPELLS["grade"].mask(SPELLS["person_id"] == "o", 4.0),
        in_grade_since=SPELLS["hired_on"],
    )
    found = spell_records(
        top, promotion, first_mentorships=STARTS, section=SECTION, role="protege", contrast="formal"
    )
    assert set(found["person_id"]) == {"e", "f", "i", "n", "u"}


def naive(contrast: str) -> pd.DataFrame:
    return naive_records(
        SPELLS, EVENTS, STARTS, EXIT, role="protege", contrast=contrast, section=SECTION
    )


def test_the_naive_contrast_is_cut_by_another_kind_as_well():
    """e left on the day of an informal start: of two on one day the event counts. o was mentored
    otherwise from the outset."""
    shown = ("person_id", "arm", "exit", "cause")
    assert rows(naive("formal"), *shown) == [
        ("e", "comparison", 31, "event"),
        ("f", "mentored", 213, "event"),
        ("i", "comparison", 121, ""),
        ("n", "comparison", 365, ""),
        ("u", "comparison", 182, ""),
    ]
    assert rows(naive("manager"), *shown)[2:] == [
        ("i", "mentored", 152, "event"),
        ("n", "comparison", 365, ""),
        ("u", "mentored", 365, ""),
    ]
    assert len(naive("any")) == 6


def test_stretches_mentored_without_a_mentorship_are_refused():
    late = STARTS.assign(started_on=STARTS["started_on"].mask(STARTS["person_id"] == "f"))
    with pytest.raises(
        EstimationError, match="1 of 9 stretches of employment are mentored without"
    ):
        spell_records(
            SPELLS,
            EXIT,
            first_mentorships=late,
            section=SECTION,
            role="protege",
            contrast="any",
        )


def test_nothing_given_is_changed():
    before = SPELLS.copy(), STARTS.copy()
    watched("formal")
    naive("formal")
    pd.testing.assert_frame_equal(before[0], SPELLS)
    pd.testing.assert_frame_equal(before[1], STARTS)
    assert np.isnan(watched("any")["since_start"]).any()
