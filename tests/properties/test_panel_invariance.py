"""The panel does not depend on the order of rows, on what ids are called, or on threads."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import io, schema
from mentor_outcomes.panel import PANEL
from tests.panel_records import panel_table

N_PEOPLE = 400
SCALES = ("calm",)
IDS = ("person_id", "mentor_id", "protege_id", "manager_id", "rater_id")


def some_days(rng, n: int, first: str, last: str) -> pd.Series:
    span = (pd.Timestamp(last) - pd.Timestamp(first)).days
    days = pd.Timestamp(first) + pd.to_timedelta(rng.integers(0, span, n), unit="D")
    return pd.Series(days.as_unit("us"))


def some_people(rng, n: int) -> pd.Series:
    return pd.Series([f"p{i}" for i in rng.integers(0, N_PEOPLE, n)])


def job_rows(rng) -> pd.DataFrame:
    n = 6 * N_PEOPLE
    jobs = pd.DataFrame(
        {
            "person_id": some_people(rng, n),
            "effective_on": some_days(rng, n, "2014-01-01", "2021-01-31"),
            "sequence": rng.integers(0, 3, n),
            "grade": rng.integers(1, 6, n),
            "job_family": rng.choice(["sales", "legal"], n),
            "unit_id": rng.choice(["u1", "u2", "u3"], n),
            "site": "north",
            "manager_id": some_people(rng, n),
            "fte": rng.choice([0.5, 1.0], n),
            "event_code": "data_change",
            "is_mass_change": rng.random(n) < 0.2,
        }
    )
    # Many rows on few days, so that the order within a day matters.
    jobs["effective_on"] = (
        jobs["effective_on"].dt.to_period("Q").dt.start_time.astype("datetime64[us]")
    )
    return jobs.drop_duplicates(list(schema.JOB_HISTORY.key))


def mentoring_rows(rng) -> pd.DataFrame:
    n = N_PEOPLE
    started = some_days(rng, n, "2018-06-01", "2021-02-28").dt.to_period("M").dt.start_time
    started = started.astype("datetime64[us]")
    return pd.DataFrame(
        {
            "mentorship_id": [f"m{i}" for i in range(n)],
            "mentor_id": some_people(rng, n),
            "protege_id": some_people(rng, n // 4).repeat(4).reset_index(drop=True),
            "requested_on": started - pd.to_timedelta(rng.integers(0, 90, n), unit="D"),
            # Several start on one day: the ties that must not be broken by an id.
            "started_on": started[np.arange(n) // 2 * 2].reset_index(drop=True),
            "ended_on": started + pd.Timedelta(days=200),
            "kind": rng.choice(["formal", "informal"], n),
            "mentor_is_manager": rng.random(n) < 0.3,
            "cultivation_on": pd.Series(pd.NaT, index=range(n), dtype="datetime64[us]"),
            "separation_on": pd.Series(pd.NaT, index=range(n), dtype="datetime64[us]"),
            "redefinition_on": pd.Series(pd.NaT, index=range(n), dtype="datetime64[us]"),
            "end_reason": pd.Series([None] * n, dtype="str"),
        }
    )


def organisation(seed: int) -> dict[str, pd.DataFrame]:
    """Records of some hundred people with ties of every kind; a third come back after leaving."""
    rng = np.random.default_rng(seed)
    people = pd.Series([f"p{i}" for i in range(N_PEOPLE)])
    first = pd.DataFrame(
        {
            "person_id": people,
            "spell": 1,
            "hired_on": some_days(rng, N_PEOPLE, "2014-01-01", "2020-06-30"),
            "left_on": some_days(rng, N_PEOPLE, "2020-06-30", "2020-10-31"),
            "exit_kind": rng.choice(["voluntary", "retirement"], N_PEOPLE),
        }
    )
    again = first[::3].assign(spell=2, left_on=pd.NaT, exit_kind=None)
    again["hired_on"] = first["left_on"] + pd.Timedelta(days=40)
    stays = pd.concat([first, again], ignore_index=True)
    n = 3 * N_PEOPLE
    days = some_days(rng, n, "2018-01-01", "2020-12-31")
    dated = pd.DataFrame({"person_id": some_people(rng, n), "day": days}).drop_duplicates()
    value = rng.integers(1, 6, len(dated)).astype("float64")
    asked = pd.DataFrame({"person_id": people, "wave": 1, "answered_on": days[:N_PEOPLE]})
    return {
        "people": pd.DataFrame(
            {"person_id": people, "birth_year": 1980.0, "gender": "f", "education": "degree"}
        ),
        "employment_spells": stays.astype({"left_on": "datetime64[us]", "exit_kind": "str"}),
        "mentorships": mentoring_rows(rng),
        "job_history": job_rows(rng),
        "pay_history": dated.rename(columns={"day": "effective_on"}).assign(annual_pay=value),
        "leaves": dated.rename(columns={"day": "from"}).assign(
            until=dated["day"] + pd.Timedelta(days=30)
        ),
        "ratings": dated.rename(columns={"day": "rated_on"}).assign(rating=value, rater_id="p0"),
        "survey_answers": asked,
        "scale_scores": asked[["person_id", "wave"]].assign(
            scale="calm", score=3.5, n_answered=3, is_prorated=False
        ),
    }


def shuffled(tables: dict, seed: int) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    return {name: frame.iloc[rng.permutation(len(frame))] for name, frame in tables.items()}


def renamed(frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return frame.assign(**{c: frame[c].map(names).astype("str") for c in IDS if c in frame})


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return organisation(seed=1)


@pytest.mark.parametrize("table", PANEL, ids=lambda table: table.name)
def test_permuted_rows_and_another_number_of_threads_give_the_same_bytes(table, tables, tmp_path):
    for folder, received, threads in (
        ("one", tables, 1),
        ("two", shuffled(tables, seed=2), 2),
    ):
        frame = panel_table(table, received, scales=SCALES, threads=threads)
        assert len(frame) > (0 if table.name == "panel_flow" else N_PEOPLE // 10)
        io.write(table, frame, tmp_path / folder)
    one, two = (tmp_path / folder / table.path for folder in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("table", PANEL, ids=lambda table: table.name)
def test_renamed_ids_give_the_same_rows_under_the_new_names(table, tables):
    order = np.random.default_rng(3).permutation(N_PEOPLE)
    names = {f"p{i}": f"q{order[i]:03}" for i in range(N_PEOPLE)}
    again = {name: renamed(frame, names) for name, frame in tables.items()}
    again["mentorships"] = again["mentorships"].assign(
        mentorship_id=tables["mentorships"]["mentorship_id"].to_numpy()[::-1]
    )
    before = renamed(panel_table(table, tables, scales=SCALES), names)
    before = before.sort_values(list(table.key)).reset_index(drop=True)
    pd.testing.assert_frame_equal(panel_table(table, again, scales=SCALES), before)


def test_nothing_that_is_handed_in_is_changed(tables):
    before = {name: frame.copy() for name, frame in tables.items()}
    for table in PANEL:
        panel_table(table, tables, scales=SCALES)
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_spells_and_months_agree_on_the_state_of_the_last_day_of_each_month(tables):
    months = panel_table(schema.PERSON_MONTHS, tables)
    spells = panel_table(schema.SPELLS_AT_RISK, tables)
    months = months[months["period"] >= 0]
    both = months.merge(spells, on="person_id", suffixes=("", "_of_spell"))
    is_last_employed = both["until_on"].eq(both["period_end"]) & both["end_event"].isin(
        ["voluntary_exit", "other_exit"]
    )
    within = both["from_on"].le(both["period_end"]) & both["until_on"].gt(both["period_end"])
    covered = both[within | is_last_employed]
    assert len(covered) == len(months)
    inside = both[within]
    for column in ("grade", "unit_id", "manager_id", "is_on_leave"):
        pd.testing.assert_series_equal(
            inside[column], inside[f"{column}_of_spell"], check_names=False
        )
    assert inside["is_mentored"].eq(inside["is_mentored_ever"]).all()


def test_every_event_ends_a_stretch_unless_it_falls_on_the_first_or_last_day_at_risk(tables):
    """Promotions by grade, that is, that are no mass change."""
    events = panel_table(schema.PERSON_EVENTS, tables)
    events = events[~events["is_mass_change"] & (events["found_by"] != "code_only")]
    spells = panel_table(schema.SPELLS_AT_RISK, tables)
    ends = spells[spells["end_event"] != "none"]
    joined = events.merge(
        ends,
        left_on=["person_id", "occurred_on", "event"],
        right_on=["person_id", "until_on", "end_event"],
        how="outer",
        indicator=True,
    )
    assert (joined["_merge"] != "right_only").all()
    unended = joined[joined["_merge"] == "left_only"]
    exits = events[events["event"] != "promotion"]
    exit_days = set(zip(exits["person_id"], exits["occurred_on"], strict=True))
    first_day = pd.Timestamp("2020-01-01")
    assert (unended["event"] == "promotion").all()
    for person, day in zip(unended["person_id"], unended["occurred_on"], strict=True):
        assert day == first_day or (person, day) in exit_days
