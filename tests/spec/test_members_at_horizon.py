"""What is known of each member of a set a year after the start: one of each kind, by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.calendar import Calendar
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import matched_difference, response_weights
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference
from mentor_outcomes.estimates.panel_answers.attrition import attrition_by_arm
from mentor_outcomes.estimates.panel_answers.members_at_horizon import (
    STATUSES,
    Values,
    members_at_horizon,
)
from mentor_outcomes.estimates.panel_answers.members_of_question import (
    PanelTables,
    members_of_question,
)
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.weights.censoring import censoring_weights, follow_up_weights
from mentor_outcomes.study import Analysis, Exposure, Outcome
from tests.selective_panel import GROUPS, SECTION, selective_panel
from tests.unstarted import all_certain

EXACT = 1e-12
CALENDAR = Calendar(date(2020, 1, 1), date(2022, 12, 31))
START = 6  # July 2020
THEN = START + 12
DAY = pd.Timestamp("2020-07-10")
# person: value before and then, the last period followed and to its end, exit, own start
MEMBERS = {
    "ann": (1.0, 5.0, THEN, True, None, None),
    "bea": (1.0, 3.0, THEN, True, None, None),
    "cy": (1.0, np.nan, THEN, True, None, None),
    "dan": (1.0, np.nan, 8, False, ("2020-09-10", "voluntary_exit"), None),
    "eve": (1.0, np.nan, 9, False, ("2020-10-10", "other_exit"), "2021-01-10"),
    "flo": (1.0, np.nan, 10, False, ("2021-03-10", "other_exit"), "2020-11-10"),
    "gus": (np.nan, 5.0, THEN, True, None, None),
    "hal": (1.0, np.nan, THEN, True, None, None),
}
EXPECTED = {
    "ann": "seen",
    "bea": "seen",
    "cy": "no_value",
    "dan": "left_by_choice",
    "eve": "left_otherwise",
    "flo": "mentored_since",
    "gus": "no_value_before",
    "hal": "not_due",
}


def tiny(members=MEMBERS):
    """Ann is mentored, the others are her comparators."""
    sets = pd.DataFrame(
        {
            "set_id": 1,
            "person_id": list(members),
            "time_zero": DAY,
            "is_mentored": [name == "ann" for name in members],
            "weight": [1.0 if name == "ann" else 1 / 7 for name in members],
        }
    )
    table = pd.DataFrame(
        list(members.values()), columns=["before", "then", "last", "to_end", "exit", "own"]
    )
    one = np.ones(len(sets))
    values = Values(
        before=table["before"].to_numpy(dtype=float),
        then=table["then"].to_numpy(dtype=float),
        weight_before=one,
        weight_then=one,
        is_due=(sets["person_id"] != "hal").to_numpy(),
        period=np.full(len(sets), THEN),
    )
    weights = pd.DataFrame(
        [
            (1, name, period, 1.0, 1.0 if period < last or to_end else np.nan, 1.0)
            for name, (_, _, last, to_end, _, _) in members.items()
            for period in range(START, last + 1)
        ],
        columns=[
            "set_id",
            "person_id",
            "period",
            "unmentored_weight",
            "unmentored_weight_at_end",
            "stayed_weight",
        ],
    )
    exits = [(name, *row[4]) for name, row in members.items() if row[4]]
    events = pd.DataFrame(exits, columns=["person_id", "occurred_on", "event"])
    return (
        sets,
        values,
        {
            "weights": weights,
            "events": events.assign(occurred_on=pd.to_datetime(events["occurred_on"])),
            "own_start": pd.to_datetime(table["own"]).astype("datetime64[us]"),
            "calendar": CALENDAR,
        },
    )


def known(members=MEMBERS):
    sets, values, tables = tiny(members)
    return members_at_horizon(sets, values, **tables)


def test_each_member_has_the_status_of_what_came_first():
    found = known()
    statuses = dict(zip(found.person_id, np.array(STATUSES)[found.status], strict=True))
    assert statuses == EXPECTED


def test_what_the_mentored_since_weigh_is_handed_on_to_those_followed_longer():
    found = known()
    weight = dict(zip(found.person_id, found.weight, strict=True))
    # Of five comparators two are gone before Flo is mentored; three fifths fall to two.
    expected = {"ann": 1, "bea": 0.3, "cy": 0.3, "dan": 0.2, "eve": 0.2}
    for name in MEMBERS:
        assert weight[name] == pytest.approx(expected.get(name, 0), abs=EXACT)


def test_changes_and_weights_are_of_those_seen():
    found = known()
    is_seen = found.status == STATUSES.index("seen")
    assert found.change[is_seen].tolist() == [4, 2]
    assert np.isnan(found.change[~is_seen]).all()
    assert (found.seen_weight > 0).tolist() == is_seen.tolist()
    assert found.records()["person_id"].tolist() == ["ann", "bea", "cy", "dan", "eve"]


def test_the_table_of_attrition_counts_everybody_once_and_its_shares_add_up():
    table = attrition_by_arm(known()).set_index("arm")
    comparison = table.loc["comparison"]
    assert comparison["n_people"] == 7
    assert [comparison[f"n_{name}"] for name in STATUSES] == [1] * 7
    shares = ["share_left_by_choice", "share_left_otherwise", "share_no_value", "share_seen"]
    assert comparison[shares].tolist() == pytest.approx([20, 20, 30, 30], abs=1e-10)
    assert table.loc["mentored", ["n_people", "n_seen", "share_seen"]].tolist() == [1, 1, 100]


def test_who_is_compared_twice_counts_under_what_is_known_most():
    sets, values, tables = tiny()
    twice = sets.assign(person_id=sets["person_id"].replace("gus", "bea"))
    tables["weights"] = tables["weights"].assign(
        set_id=np.where(tables["weights"]["person_id"] == "gus", 2, 1),
        person_id=tables["weights"]["person_id"].replace("gus", "bea"),
    )
    twice["set_id"] = [2 if name == "gus" else 1 for name in MEMBERS]
    table = attrition_by_arm(members_at_horizon(twice, values, **tables)).set_index("arm")
    row = table.loc["comparison"]
    assert (row["n_people"], row["n_seen"], row["n_no_value_before"]) == (6, 1, 0)


def test_somebody_lost_without_a_record_of_why_is_refused():
    lost = MEMBERS | {"dan": (1.0, np.nan, 8, False, None, None)}
    with pytest.raises(EstimationError, match=r"1 members .* neither left nor been mentored"):
        known(lost)


@pytest.fixture(scope="module")
def panel():
    """A panel of 500, and its censoring and response weights."""
    made = selective_panel(np.random.default_rng(4), n=500)
    weights = censoring_weights(
        made.matched_sets,
        made.person_months,
        made.first_mentorships,
        made.events,
        section=SECTION,
        groups=GROUPS,
        longest_months=24,
    )
    response = response_weights(
        made.person_waves, made.person_months, answered="mood", groups=GROUPS
    )
    return made, weights, response


def members(panel, name, months):
    made, weights, response = panel
    kind = "panel" if name == "log_pay" else "scale"
    question = PanelQuestion(
        name,
        Outcome(kind=kind, better="higher", smallest_worthwhile=0.1),
        SECTION,
        Exposure(),
        Analysis(horizons_months=(12, 24)),
        GROUPS,
        "protege",
        "any",
    )
    tables = PanelTables(
        made.matched_sets,
        weights,
        made.events,
        made.first_mentorships,
        made.person_months,
        made.person_waves,
        response,
        all_certain(made.person_months),
    )
    return members_of_question(question, tables, months)


def weighted_difference(rows: pd.DataFrame, weight: str) -> float:
    arms = [rows[rows["is_mentored"] == side] for side in (True, False)]
    means = [np.average(arm["change"], weights=arm[weight]) for arm in arms]
    return means[0] - means[1]


@pytest.mark.parametrize("months", [12, 24])
@pytest.mark.parametrize("name", ["log_pay", "mood"])
def test_those_seen_are_those_of_the_matched_difference_with_their_weights(panel, name, months):
    made, weights, response = panel
    rows = members(panel, name, months).records()
    rows = rows[rows["is_seen"]]
    follow_up = follow_up_weights(weights)
    bare = follow_up.assign(weight=1.0)
    for column, followed, answered in (
        ("seen_weight", follow_up, response),
        ("seen_set_weight", bare, None),
    ):
        if name == "log_pay":
            found = matched_difference(
                made.matched_sets.assign(
                    start_period=SECTION.calendar.period_of(made.matched_sets["time_zero"])
                ),
                made.person_months,
                outcome=name,
                periods_since_start=[months],
                follow_up=followed,
            )
        else:
            found, _ = matched_wave_difference(
                made.matched_sets,
                made.person_waves,
                outcome=name,
                months_since_start=[months],
                follow_up=followed,
                response=answered,
            )
        point = found.points.iloc[0]
        assert weighted_difference(rows, column) == pytest.approx(point["estimate"], abs=1e-10)
        n_mentored = rows.loc[rows["is_mentored"], "person_id"].nunique()
        assert n_mentored == point["n_mentored"]


@pytest.mark.parametrize("name", ["log_pay", "mood"])
def test_of_everybody_with_a_value_and_due_the_fate_is_known_and_weights_sum_to_one(panel, name):
    found = members(panel, name, 24)
    for side in (True, False):
        inside = found.is_mentored == side
        assert found.weight[inside].sum() == pytest.approx(1, abs=1e-9)
    mentored = found.is_mentored
    assert not (found.status[mentored] == STATUSES.index("mentored_since")).any()
    table = attrition_by_arm(found)
    assert (table.filter(regex="^n_(?!people)").sum(axis=1) == table["n_people"]).all()
    assert table.filter(like="share_").sum(axis=1).to_numpy() == pytest.approx(100, abs=1e-8)
