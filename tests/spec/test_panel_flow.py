"""From the tables of the extract to the panel, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from tests.panel_records import SECTION, hired, panel_table, records, rows

STAYS = """
    person_id spell hired_on   left_on    exit_kind
    whole     1     2015-01-01 .          .
    before    1     2015-01-01 2019-11-30 voluntary
    eve       1     2015-01-01 2019-12-31 voluntary
    coming    1     2021-01-01 .          .
    leaver    1     2015-01-01 2020-03-15 voluntary
    monthly   1     2020-02-03 2020-02-29 voluntary
    back      1     2020-05-02 2020-05-10 voluntary
    back      2     2020-05-20 2020-05-25 voluntary
    back      3     2020-07-01 .          .
"""
"""Twelve observed months and the one before: `whole` has 13, `leaver` 4 and a half March."""


def flow(arm, *, mentorships=None, role="protege", people=(), stays=STAYS):
    tables = hired(stays)
    more = pd.DataFrame({"person_id": list(people), "birth_year": 1980.0, "gender": "f"})
    tables["people"] = pd.concat([tables["people"], more.assign(education="degree")])
    if mentorships:
        tables["mentorships"] = records(schema.MENTORSHIPS, mentorships)
    found = panel_table(schema.PANEL_FLOW, tables, role=role)
    return found[found["arm"] == arm]


def test_people_of_the_tables_are_followed_to_the_panel():
    found = flow("comparison", people=["nowhere", "never"])
    assert rows(found, "criterion", "n_removed", "n_remaining") == [
        ("people in the tables", 0, 9),
        ("a spell of employment", 2, 7),
        ("employed in the observed window or on its eve", 2, 5),  # less `before` and `coming`
    ]


def test_mentorships_are_followed_to_the_first_of_each_person():
    mentorships = """
        mentorship_id protege_id mentor_id started_on
        a             whole      boss      2020-03-01
        b             whole      boss      2020-05-01
        c             leaver     .         2020-02-01
        d             eve        boss      .
        e             eve        boss      2021-03-01
    """
    as_protege = flow("mentored", mentorships=mentorships)
    columns = ("criterion", "n_removed", "n_remaining", "n_people_remaining", "n_people_touched")
    assert rows(as_protege, *columns) == [
        ("mentorships in the tables", 0, 5, 3, 0),
        ("begun", 1, 4, 3, 1),
        ("begun by the last observed day", 1, 3, 2, 1),
        ("the protege known", 0, 3, 2, 0),
        ("the first of its person", 1, 2, 2, 1),
    ]
    as_mentor = flow("mentored", mentorships=mentorships, role="mentor")
    assert rows(as_mentor, "criterion", "n_removed", "n_remaining")[3:] == [
        ("the mentor known", 1, 2),
        ("the first of its person", 1, 1),
    ]


def test_person_months_with_a_day_of_employment_are_followed_to_those_with_the_last_day():
    found = flow("everyone")
    # 13 of whole, 1 of eve, 4 of leaver (Dec-Mar), 1 of monthly, 7 of back (May, Jul-Dec)
    some_day = 13 + 1 + 4 + 1 + 7
    columns = ("n_removed", "n_remaining", "n_people_remaining", "n_people_touched")
    # Lost: March of leaver, May of back. February 2020 ends on the 29th: monthly's is kept.
    assert rows(found, *columns) == [(0, some_day, 5, 0), (2, some_day - 2, 5, 2)]


def test_a_person_whose_only_month_is_lost_is_lost():
    stays = """
        person_id spell hired_on   left_on    exit_kind
        short     1     2020-05-02 2020-05-10 voluntary
        whole     1     2015-01-01 .          .
    """
    found = flow("everyone", stays=stays)
    assert rows(found, "n_people_removed", "n_people_remaining") == [(0, 2), (1, 1)]


@pytest.mark.parametrize("seed", range(3))
def test_the_arithmetic_agrees_with_the_panel_itself(seed):
    """Random stays, some of which end and begin in the same month."""
    rng = np.random.default_rng(seed)
    lines = ["person_id spell hired_on left_on exit_kind"]
    for person in range(40):
        day = pd.Timestamp("2019-06-01") + pd.Timedelta(days=int(rng.integers(0, 400)))
        for spell in range(1, int(rng.integers(2, 6))):
            left = day + pd.Timedelta(days=int(rng.integers(0, 60)))
            lines.append(f"p{person} {spell} {day.date()} {left.date()} voluntary")
            day = left + pd.Timedelta(days=int(rng.integers(1, 40)))
    tables = hired("\n".join(lines))
    months = panel_table(schema.PERSON_MONTHS, tables)
    spells = panel_table(schema.SPELLS_AT_RISK, tables)
    last = panel_table(schema.PANEL_FLOW, tables).groupby("arm").last()
    assert last.loc["everyone", "n_remaining"] == len(months)
    assert last.loc["everyone", "n_people_remaining"] == months["person_id"].nunique()
    seen = set(months["person_id"]) | set(spells["person_id"])
    assert last.loc["comparison", "n_remaining"] == len(seen)
    # Day by day, for the step before.
    touched = {
        (row.person_id, month)
        for row in tables["employment_spells"].itertuples()
        for month in pd.period_range(row.hired_on, row.left_on, freq="M")
        if pd.Period("2019-12") <= month <= pd.Period(SECTION.observed_to, freq="M")
    }
    first = panel_table(schema.PANEL_FLOW, tables).query("arm == 'everyone' and step == 0")
    assert first["n_remaining"].tolist() == [len(touched)]
