"""What must not change the hazard ratios of a study: row order, names, and where rows are cut."""

from datetime import date
from zlib import crc32

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates.event_answers.event_hazards import set_hazard_rows, spell_hazard_rows
from mentor_outcomes.estimates.event_answers.event_question import EventQuestion
from mentor_outcomes.estimates.event_answers.event_risks import risk_rows_by_mentor
from mentor_outcomes.estimates.event_answers.spell_hazards import spell_records
from mentor_outcomes.estimates.result_rows import as_table
from mentor_outcomes.study import Analysis, Outcome, StudySection

SECTION = StudySection(
    title="invented",
    observed_from=date(2018, 1, 1),
    observed_to=date(2021, 12, 31),
    mentoring_recorded_from=date(2017, 1, 1),
    enrolment="voluntary",
)
EXIT = Outcome(kind="event", better="lower", smallest_worthwhile=2, event="voluntary_exit")
QUESTION = EventQuestion(
    subject={"outcome": "exit", "role": "protege", "contrast": "formal"},
    label="leaving",
    is_primary=False,
    analysis=Analysis(horizons_months=(12, 24), main_horizon_months=12, minimum_at_risk=1),
)


def day(number: np.ndarray) -> np.ndarray:
    return np.datetime64("2018-01-01", "us") + np.asarray(number).astype("timedelta64[D]")


def invented(seed: int, n: int = 150) -> dict[str, pd.DataFrame]:
    """People hired on the first day, first mentorships, their months, and records of sets."""
    rng = np.random.default_rng(seed)
    people = np.array([f"p{number}" for number in range(n)])
    begin, left = rng.integers(1, 1200, n), rng.integers(20, 1700, n)
    is_mentored, is_exit = begin < np.minimum(left, 1461), left <= 1461
    end = np.where(is_exit, left, 1461)

    def stretch(chosen, since, until, flag, is_last) -> pd.DataFrame:
        ends = np.where(is_last & is_exit, "voluntary_exit", "none")
        return pd.DataFrame(
            {
                "person_id": people,
                "from_on": day(since),
                "until_on": day(until),
                "hired_on": day(np.zeros(n)),
                "site": np.where(np.arange(n) % 3, "north", "south"),
                "is_mentored": flag,
                "is_prevalent": False,
                "end_event": ends,
            }
        )[chosen]

    before = stretch(
        np.full(n, True), np.zeros(n), np.where(is_mentored, begin, end), False, ~is_mentored
    )
    after = stretch(is_mentored, begin, end, True, True)
    starts = pd.DataFrame(
        {
            "role": "protege",
            "person_id": people,
            "started_on": day(begin),
            "kind": rng.choice(["formal", "informal"], n),
            "mentor_is_manager": False,
            "mentor_id": [f"k{number}" for number in rng.integers(0, 20, n)],
        }
    )[is_mentored]
    months = pd.MultiIndex.from_product(
        [people, range(-1, 48)], names=["person_id", "period"]
    ).to_frame(index=False)
    months["last_rating"] = rng.choice([2.0, 3.0, 4.0, np.nan], len(months))
    who = rng.integers(0, n, 240)
    exit_ = rng.integers(1, 800, 240).astype("float64")
    arm = np.where(np.isin(people[who], starts["person_id"]), "mentored", "comparison")
    sets = pd.DataFrame(
        {
            "person_id": people[who],
            "arm": arm,
            "entry": 0.0,
            "exit": exit_,
            "cause": rng.choice(["event", "competing", ""], 240),
            "weight": rng.choice([1, 1 / 2, 1 / 3], 240),
        }
    )
    return {
        "spells": pd.concat([before, after], ignore_index=True),
        "starts": starts,
        "months": months,
        "sets": sets,
    }


def numbers(tables: dict[str, pd.DataFrame]) -> np.ndarray:
    """Estimates, errors and p-values of every row, none of which may be blocked."""
    spells, starts = tables["spells"], tables["starts"]

    def stretches() -> pd.DataFrame:
        return spell_records(
            spells,
            EXIT,
            first_mentorships=starts,
            section=SECTION,
            role="protege",
            contrast="formal",
            person_months=tables["months"],
            adjust_for=["site", "last_rating"],
        )

    found = [
        *set_hazard_rows(QUESTION, tables["sets"], "sets", first_mentorships=starts),
        *risk_rows_by_mentor(QUESTION, tables["sets"], "sets", first_mentorships=starts),
        *spell_hazard_rows(QUESTION, spells, "everyone", stretches),
    ]
    table = as_table(found, schema.ESTIMATES)
    assert (table["status"] == "estimated").all(), table["reason"].dropna().tolist()
    return table[["estimate", "std_error", "p_value", "n_left_out"]].to_numpy()


def same(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(seed):
    tables = invented(seed)
    shuffled = {name: frame.sample(frac=1, random_state=seed) for name, frame in tables.items()}
    same(numbers(shuffled), numbers(tables))


@pytest.mark.parametrize("seed", [1, 2])
def test_names_of_people_and_mentors_change_nothing(seed):
    tables = invented(seed)

    def renamed(frame: pd.DataFrame) -> pd.DataFrame:
        names = {
            name: frame[name].map(lambda text: f"x{crc32(text.encode())}")
            for name in ("person_id", "mentor_id")
            if name in frame
        }
        return frame.assign(**names)

    same(numbers({name: renamed(frame) for name, frame in tables.items()}), numbers(tables))


def test_stretches_and_records_cut_once_more_change_nothing():
    tables = invented(3)
    spells, sets = tables["spells"], tables["sets"]
    middle = spells["from_on"] + (spells["until_on"] - spells["from_on"]) / 2
    middle = middle.dt.floor("D")
    is_cut = (middle > spells["from_on"]) & (middle < spells["until_on"])
    first = spells.assign(
        until_on=spells["until_on"].mask(is_cut, middle),
        end_event=spells["end_event"].mask(is_cut, "none"),
    )
    cut_spells = pd.concat([first, spells.assign(from_on=middle)[is_cut]], ignore_index=True)
    half = sets["exit"] / 2
    cut_sets = pd.concat([sets.assign(exit=half, cause=""), sets.assign(entry=half)])
    same(numbers({**tables, "spells": cut_spells, "sets": cut_sets}), numbers(tables))
