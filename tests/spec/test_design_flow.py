"""The flow of every contrast and role adds up, in people and in person-months."""

from dataclasses import replace
from datetime import date

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mentor_outcomes import io, schema
from mentor_outcomes.groups import design_groups
from mentor_outcomes.groups.flow import after, flow_gap, flow_of
from mentor_outcomes.panel import build_panel
from mentor_outcomes.study import Exposure, Groups
from tests.made_panel import SECTION, Someone, invented, panel_of
from tests.panel_records import records

SETTINGS = Groups(
    min_tenure_months=6, covariates=("last_rating",), caliper_sd=2, subgroups=("gender",)
)
CONTRASTS = ("any", "formal", "informal", "manager", "not_manager")
METHODS = ("risk_set_matching", "overlap_weights", "entropy_balancing", "inverse_probability")


def design(people, role="protege", contrasts=("any",), settings=SETTINGS, panel_flow=None):
    return design_groups(
        *panel_of(people, role=role),
        settings=settings,
        section=SECTION,
        exposure=Exposure(role=role, contrasts=contrasts),
        panel_flow=panel_flow,
    )


@pytest.fixture(scope="module")
def people():
    return invented(250, seed=5)


@pytest.mark.parametrize("role", ["protege", "mentor"])
def test_every_contrast_and_role_reconciles_with_the_panel_and_the_sets(people, role):
    designed = design(people, role, CONTRASTS)
    assert set(designed.overlap["contrast"]) == set(CONTRASTS)
    assert (designed.overlap["flow_gap"] == 0).all()
    n_months = len(panel_of(people)[0])
    for _, rows in designed.flow.groupby(["contrast", "eligibility", "arm"]):
        rows = rows.sort_values("step")
        for removed, remaining in (
            ("n_removed", "n_remaining"),
            ("n_people_removed", "n_people_remaining"),
        ):
            before = rows[remaining].shift().iloc[1:]
            assert (before - rows[removed].iloc[1:] == rows[remaining].iloc[1:]).all()
        if rows["arm"].iloc[0] == "everyone":
            assert rows["n_remaining"].iloc[0] == n_months
    last = designed.flow.groupby(["contrast", "eligibility", "arm"])["n_remaining"].last()
    sets = designed.matched_sets
    for (contrast, eligibility, is_mentored), rows in sets.groupby(
        ["contrast", "eligibility", "is_mentored"]
    ):
        arm = "mentored" if is_mentored else "comparison"
        assert last[contrast, eligibility, arm] == rows["person_id"].nunique()


@pytest.mark.parametrize("method", METHODS)
def test_every_way_of_making_the_groups_reconciles(people, method):
    designed = design(people, settings=replace(SETTINGS, method=method))
    assert len(designed.matched_sets)
    assert (designed.overlap["flow_gap"] == 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_subgroups_make_up_everybody(people, method):
    people = [replace(p, gender=None) if i % 9 == 0 else p for i, p in enumerate(people)]
    designed = design(people, settings=replace(SETTINGS, method=method))
    overlap = designed.overlap.query("eligibility == 'employed'").set_index("subgroup")
    assert set(overlap.index) == {"all", "gender=f", "gender=m", "gender_missing"}
    for name in ("n_mentored_eligible", "n_mentored_matched", "n_comparison"):
        assert overlap.loc["all", name] == overlap[name].drop("all").sum()
    # The mean of everybody is that of the subgroups, weighted by what their people weigh.
    weights = designed.matched_sets.query("eligibility == 'employed' and is_mentored")
    gender = {p.id: p.gender for p in people}
    of_level = weights["weight"].groupby(weights["person_id"].map(gender).fillna("?")).sum()
    rating = designed.balance.query("eligibility == 'employed' and covariate == 'last_rating'")
    rating = rating.set_index("subgroup")["mean_mentored"]
    parts = {"gender=f": "f", "gender=m": "m", "gender_missing": "?"}
    mean = sum(rating[name] * of_level[level] for name, level in parts.items()) / of_level.sum()
    assert rating["all"] == pytest.approx(mean)


def test_a_subgroup_that_nobody_mentored_is_in_is_there_with_its_zero():
    people = [
        Someone("m", started=date(2020, 5, 14), rating=2.4),
        *(Someone(f"c{i}", rating=2.1 + i / 10) for i in range(8)),
        Someone("x", rating=2.4, gender="x"),
    ]
    designed = design(people, settings=replace(SETTINGS, caliper_sd=50))
    row = designed.overlap.query("subgroup == 'gender=x' and eligibility == 'employed'").iloc[0]
    assert (row["n_mentored_eligible"], row["n_mentored_matched"]) == (0, 0)


MAY = date(2020, 5, 14)
SCORED = [
    Someone("m", started=MAY, rating=2.4),
    *(Someone(f"c{i}", rating=2.1 + i / 10) for i in range(8)),
]


@pytest.mark.parametrize("method", METHODS)
def test_comparators_without_a_score_are_in_nobodys_equipoise_and_are_there_before(method):
    """As many in a family where nobody starts, all rated 5: eligible, and comparable to nobody."""
    settings = replace(SETTINGS, method=method, exact=("job_family",), caliper_sd=50)
    lab = [Someone(f"l{i}", rating=5.0, family="lab") for i in range(8)]
    alone, beside = (design(people, settings=settings) for people in (SCORED, [*SCORED, *lab]))
    assert beside.matched_sets.equals(alone.matched_sets)
    of_alone, of_beside = (
        made.overlap.query("eligibility == 'employed' and subgroup == 'all'").iloc[0]
        for made in (alone, beside)
    )
    share = of_alone["equipoise_share_comparison"]
    assert share > 0
    assert of_beside["equipoise_share_comparison"] == pytest.approx(share / 2)
    assert of_beside["equipoise_share_mentored"] == of_alone["equipoise_share_mentored"]
    rating = beside.balance.query(
        "eligibility == 'employed' and subgroup == 'all' and covariate == 'last_rating'"
    ).iloc[0]
    assert rating["mean_comparison_before"] == pytest.approx((8 * 2.45 + 8 * 5.0) / 16)
    shares = beside.preference.query("eligibility == 'employed'").groupby("arm")["share"].sum()
    assert shares.to_dict() == pytest.approx({"mentored": 1.0, "comparison": 0.5})
    step = beside.flow[
        (beside.flow["eligibility"] == "employed")
        & beside.flow["criterion"].str.startswith("comparable: ")
    ].iloc[0]
    assert (step["n_removed"], step["n_remaining"]) == (8, 8)


@pytest.mark.parametrize("method", METHODS)
def test_without_a_grade_on_record_both_arms_are_eligible_below_the_top_and_compared_with_nobody(
    method,
):
    unknown = {date(2015, 1, 1): None}
    people = [
        *SCORED,
        *(Someone(f"u{i}", rating=2.1 + i / 10, grades=unknown) for i in range(8)),
        Someone("v", started=MAY, rating=2.4, grades=unknown),
        Someone("top", rating=2.4, grades={date(2015, 1, 1): 2}),
    ]
    settings = replace(SETTINGS, method=method, caliper_sd=50)
    made = design(people, settings=settings)
    sets = made.matched_sets.query("eligibility == 'below_top_grade'")
    assert len(sets) and not sets["person_id"].str.match("u|v|top").any()
    overlap = made.overlap.query("eligibility == 'below_top_grade' and subgroup == 'all'").iloc[0]
    assert (overlap["n_mentored_eligible"], overlap["n_mentored_matched"]) == (2, 1)
    shares = made.preference.query("eligibility == 'below_top_grade'").groupby("arm")["share"].sum()
    assert shares["comparison"] == pytest.approx(1)
    rows = made.balance.query("eligibility == 'below_top_grade' and subgroup == 'all'")
    assert (rows["n_comparison_known_before"] == 16).all()
    assert overlap["flow_gap"] == 0


def test_shares_of_preference_sum_to_one_in_each_arm(people):
    found = design(people).preference.groupby(["eligibility", "arm"])["share"].sum()
    assert found.to_numpy() == pytest.approx(1)


STEPS = flow_of(
    "mentored",
    "all",
    {"a": np.array([True, True, False]), "b": np.array([True, False, False])},
)


@pytest.mark.parametrize(
    ("column", "gap"), [("n_removed", 1), ("n_remaining", 1), ("n_people_removed", 1)]
)
def test_a_count_that_is_off_by_one_shows(column, gap):
    wrong = STEPS.assign(**{column: STEPS[column] + (STEPS["step"] == 1)})
    assert flow_gap(STEPS, {"mentored": (1, 1)}) == 0
    assert flow_gap(wrong, {"mentored": (1, 1)}) == gap


def test_a_flow_that_ends_elsewhere_than_the_sets_shows():
    assert flow_gap(STEPS, {"mentored": (4, 4)}) == 3


def test_a_person_who_is_lost_between_two_tables_shows(people):
    """The tables told of three people more than the panel has."""
    alone = design(people).flow.query("arm == 'comparison' and criterion == 'in the panel'")
    n_before = int(alone["n_remaining"].iloc[0]) + 3
    told = flow_of("comparison", "people in the tables", {"employed": np.ones(n_before, bool)})
    designed = design(people, panel_flow=told)
    assert (designed.overlap["flow_gap"] == 3).all()


def test_the_steps_of_two_tables_are_counted_on():
    both = after(STEPS, STEPS.assign(n_people_touched=9))
    assert both["step"].tolist() == list(range(6))
    assert after(None, STEPS) is STEPS


STAYS = "\n".join(
    ["person_id spell hired_on left_on exit_kind"]
    + [f"p{i} 1 2015-01-01 {'2020-11-30' if i % 7 == 0 else '.'} voluntary" for i in range(30)]
    + ["gone 1 2015-01-01 2018-01-01 voluntary"]
).replace(". voluntary", ". .")
MENTORSHIPS = "\n".join(
    ["mentorship_id protege_id mentor_id started_on kind"]
    + [f"m{i} p{i} p{i + 15} 2020-0{i % 6 + 3}-1{i % 5} formal" for i in range(6)]
    + ["again p0 p16 2020-10-01 formal", "asked p9 p16 . formal", "nobody p8 . 2020-06-02 formal"]
)


@pytest.mark.parametrize(
    ("role", "n_first"), [("protege", 7), ("mentor", 6)], ids=["protege", "mentor"]
)
def test_from_the_tables_to_the_sets_without_a_gap(role, n_first):
    """Who mentors p0 and later p0 again counts once; a mentor nobody named counts not at all."""
    spells = records(schema.EMPLOYMENT_SPELLS, STAYS)
    tables = {
        "people": pd.DataFrame(
            {"person_id": spells["person_id"], "birth_year": 1980.0, "gender": "f"}
        ).assign(education="degree", birth_year=[1960.0 + i for i in range(len(spells))]),
        "employment_spells": spells,
        "mentorships": records(schema.MENTORSHIPS, MENTORSHIPS),
    }
    connection = ibis.duckdb.connect()
    for name, frame in tables.items():
        connection.con.register(name, pa.Table.from_pandas(frame, preserve_index=False))
    received = {name: connection.table(name) for name in tables}
    exposure = Exposure(role=role)
    panel = build_panel(received, section=SECTION, exposure=exposure, scales=())
    made = {name: io.collect(expression) for name, expression in panel.items()}
    designed = design_groups(
        made["person_months"].drop(columns="log_pay"),
        made["spells_at_risk"].drop(columns="end_event"),
        made["first_mentorships"],
        settings=Groups(covariates=("age",), caliper_sd=50),
        section=SECTION,
        exposure=exposure,
        panel_flow=made["panel_flow"],
    )
    assert (designed.overlap["flow_gap"] == 0).all()
    flow = designed.flow.query("arm == 'mentored' and eligibility == 'employed'")
    remaining = flow.set_index("criterion")["n_remaining"]
    assert remaining["mentorships in the tables"] == 9
    assert remaining["a first mentorship recorded"] == n_first
    assert set(flow["unit"]) == {"mentorships", "people"}
    assert len(designed.matched_sets)
    assert set(designed.matched_sets["role"]) == {role}
