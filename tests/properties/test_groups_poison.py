"""What a design may not see cannot change it: replaced by absurd values, the design is the same."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import get_type_hints

import numpy as np
import pandas as pd
import pytest

from benchmarks.study_in_memory import InMemory, designed, invented_study, simulated
from mentor_outcomes import io, schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.groups.records import Records
from mentor_outcomes.study import Groups
from pipelines import groups as stage
from tests.poison import poisoned

METHODS = get_type_hints(Groups)["method"].__args__
LAST_START = pd.Timestamp(2022, 5, 31)
"""Half a year before the window ends, so that there is a time after the last start."""
each_method = pytest.mark.parametrize("method", METHODS)


@pytest.fixture(scope="module")
def known() -> InMemory:
    """Some 400 people over four years; whoever would start in the last months does not."""
    study = invented_study(n_people=400, seed=3, observed_to=date(2022, 12, 31))
    invented = simulated(study)
    first = invented.tables["first_mentorships"]
    early = first[first["started_on"] <= LAST_START].reset_index(drop=True)
    return replace(invented, tables={**invented.tables, "first_mentorships": early})


def with_method(known: InMemory, method: str, **settings):
    groups = replace(known.study.groups, method=method, **settings)
    return replace(known.study, groups=groups)


def assert_same_design(one, other) -> None:
    """The same tables to the last digit.

    Of the flow of person-months only who remains at its end: on the way it counts the months after
    the last start too, which are in no model.
    """
    assert len(one.matched_sets) > 100
    for name in one.__dataclass_fields__:
        frames = [getattr(design, name) for design in (one, other)]
        if name == "flow":
            frames = [_without_steps_of_months(flow) for flow in frames]
        pd.testing.assert_frame_equal(*frames, check_exact=True)


def _without_steps_of_months(flow: pd.DataFrame) -> pd.DataFrame:
    ends = flow.groupby(["role", "contrast", "eligibility", "arm"])["step"].transform("max")
    at_end = flow.drop(
        columns=[name for name in flow if name.startswith(("n_removed", "n_people_"))]
    )
    return pd.concat(
        [
            flow[flow["arm"] != "everyone"],
            at_end[(flow["arm"] == "everyone") & (flow["step"] == ends)],
        ]
    )


@each_method
@pytest.mark.parametrize("seed", [1, 2])
def test_absurd_outcomes_and_an_absurd_future_leave_the_design_as_it_is(known, method, seed):
    study = with_method(known, method)
    absurd = poisoned(known.tables, role="protege", rng=np.random.default_rng(seed))
    assert_same_design(designed(known, study), designed(absurd, study, all_columns=True))


def test_the_poison_reaches_every_column_that_is_no_identifier(known):
    """Who is never mentored is poisoned after the last start; the mentored from their own on."""
    absurd = poisoned(known.tables, role="protege", rng=np.random.default_rng(1))
    first = known.tables["first_mentorships"]
    own = first[first["role"] == "protege"].set_index("person_id")["started_on"]
    for table, day in ((schema.PERSON_MONTHS, "period_end"), (schema.SPELLS_AT_RISK, "from_on")):
        before, after = known.tables[table.name], absurd[table.name]
        before, after = before.loc[after.index], after
        limit = before["person_id"].map(own)
        is_later = (before[day] > limit) | (before[day] > own.max())
        for column in table.columns:
            if column.role == "identifier" or column.name == day:
                continue
            same = before[column.name].eq(after[column.name])
            limit_of_same = 0.7 if column.type == "flag" else 0.01
            had_value = before[column.name].notna()
            assert not same[is_later & had_value].mean() > limit_of_same, column.name
            if column.role != "outcome" and column.name != "until_on":
                is_earlier = (before[day] < limit) | (limit.isna() & (before[day] <= own.max()))
                assert (same | before[column.name].isna())[is_earlier].all(), column.name


@each_method
def test_a_design_that_takes_covariates_from_the_period_of_the_start_is_caught(known, method):
    assert_is_caught(known, with_method(known, method), change=with_ratings_a_period_late)


def with_ratings_a_period_late(tables):
    """Ratings of the next period in every row, as if a design looked there for them."""
    months = tables["person_months"].sort_values(["person_id", "period"])
    ratings = ["last_rating", "rating_before_last"]
    late = months.groupby("person_id")[ratings].shift(-1)
    return {**tables, "person_months": months.assign(**late)}


@each_method
def test_a_design_that_takes_grade_and_family_from_after_the_start_is_caught(
    known, method, monkeypatch
):
    as_it_is = Records.stretch_on
    monkeypatch.setattr(
        Records, "stretch_on", lambda self, person, day: as_it_is(self, person, day + 1)
    )
    assert_is_caught(known, with_method(known, method))


@each_method
def test_a_design_that_uses_an_outcome_is_caught(known, method):
    """Pay a year later, under a name that the schema does not know for an outcome."""
    covariates = (*known.study.groups.covariates, "pay_in_a_year")
    study = with_method(known, method, covariates=covariates)
    assert_is_caught(known, study, change=with_pay_in_a_year)


def with_pay_in_a_year(tables):
    months = tables["person_months"]
    by_person = months.sort_values("period").groupby("person_id")["log_pay"]
    return {**tables, "person_months": months.assign(pay_in_a_year=by_person.shift(-12))}


def assert_is_caught(known: InMemory, study, change=dict) -> None:
    """Another absurd future, another design; where a model then has no answer shows nothing."""
    made = designed(change(known.tables), study, all_columns=True).matched_sets
    assert len(made) > 100
    assert any(not made.equals(other) for other in absurd_sets(known, study, change))


def absurd_sets(known: InMemory, study, change):
    """The matched sets of some absurd futures, without those whose model has no answer."""
    for seed in range(1, 6):
        absurd = poisoned(known.tables, role="protege", rng=np.random.default_rng(seed))
        with suppress(EstimationError):
            yield designed(change(absurd), study, all_columns=True).matched_sets


def test_the_stage_reads_identifiers_baseline_and_exposure_only(known, monkeypatch):
    """Of every table that holds outcomes it asks for these roles; and no outcome arrives."""
    asked, handed = {}, []

    def read(table, root=".", *, roles=None):
        asked[table.name] = roles
        frame = known.tables.get(table.name, table.empty())
        names = [name for name in frame if roles is None or table.role_of(name) in roles]
        return frame[names]

    def design(*frames, **others):
        tables = [value for value in others.values() if isinstance(value, pd.DataFrame)]
        handed.extend([*frames, *tables])
        return designed(known, known.study)

    monkeypatch.setattr(io, "read", read)
    monkeypatch.setattr(io, "write", lambda *_, **__: None)
    monkeypatch.setattr(stage, "load_study", lambda *_, **__: known.study)
    monkeypatch.setattr(stage, "design_groups", design)
    stage.main()
    tables = {table.name: table for table in schema.ALL}
    assert {"person_months", "spells_at_risk", "first_mentorships"} <= set(asked)
    for name, roles in asked.items():
        has_outcomes = any(column.role == "outcome" for column in tables[name].columns)
        assert not has_outcomes or set(roles) == {"identifier", "baseline", "exposure"}, name
    outcomes = {column.name for t in schema.ALL for column in t.columns if column.role == "outcome"}
    assert outcomes & set(known.tables["person_months"])
    for frame in handed:
        assert not outcomes & set(frame.columns)
