"""Starts given away by lot fall on people alike, and on nobody else."""

from collections import Counter
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from benchmarks.shuffled_starts import shuffled_mentorships

OBSERVED_FROM = pd.Timestamp("2020-01-01")


def dated(text: str, *columns: str) -> pd.DataFrame:
    frame = pd.read_csv(StringIO(text), sep=r"\s+", na_values=".", dtype={"person_id": "str"})
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in columns})


SPELLS = dated(
    """
    person_id  from_on     until_on    hired_on    grade  is_on_leave
    starter    2020-01-01  2023-01-01  2018-02-01      2        False
    alike      2020-01-01  2023-01-01  2018-05-01      2        False
    mentor     2020-01-01  2023-01-01  2018-05-01      2        False
    earlier    2020-01-01  2023-01-01  2018-05-01      2        False
    higher     2020-01-01  2023-01-01  2018-05-01      3        False
    longer     2020-01-01  2023-01-01  2016-05-01      2        False
    leaver     2020-01-01  2020-06-30  2018-05-01      2        False
    away       2020-01-01  2023-01-01  2018-05-01      2         True
    promoted   2020-01-01  2020-07-01  2018-05-01      1        False
    promoted   2020-07-01  2023-01-01  2018-05-01      2        False
    """,
    "from_on",
    "until_on",
    "hired_on",
)
MENTORSHIPS = dated(
    """
    mentorship_id  mentor_id  protege_id  started_on
    a              mentor     starter     2020-07-01
    b              mentor     starter     2021-07-01
    c              longer     earlier     2019-03-01
    d              .          higher      .
    """,
    "started_on",
)
FIRST = MENTORSHIPS.rename(columns={"protege_id": "person_id"}).loc[[0, 2]]


def shuffled(number: int) -> pd.DataFrame:
    return shuffled_mentorships(
        MENTORSHIPS, FIRST, SPELLS, observed_from=OBSERVED_FROM, rng=np.random.default_rng(number)
    )


def receivers(number: int) -> list[str]:
    rows = shuffled(number)
    return rows.loc[rows["started_on"] >= OBSERVED_FROM, "protege_id"].tolist()


def test_a_start_falls_by_equal_chances_on_those_in_the_same_grade_and_year_of_tenure():
    """The starter may be drawn again; not the mentor, the away, the gone, nor the once mentored.

    Who is promoted on the day is in the lower grade on its eve.
    """
    n = 120
    counts = Counter(person for number in range(n) for person in receivers(number))
    assert set(counts) == {"starter", "alike"} and counts.total() == n
    assert counts["alike"] == pytest.approx(n / 2, abs=4 * np.sqrt(n / 4))


def test_mentorships_before_the_window_and_requests_stay_and_later_ones_go_with_nobody():
    rows = shuffled(1)
    assert sorted(rows["mentorship_id"]) == ["a", "c", "d"]
    kept = rows.set_index("mentorship_id")["protege_id"]
    assert kept["c"] == "earlier" and kept["d"] == "higher"


def test_nobody_is_given_two_starts():
    second = pd.DataFrame(
        {
            "mentorship_id": ["e"],
            "mentor_id": ["mentor"],
            "protege_id": ["alike"],
            "started_on": [pd.Timestamp("2020-07-02")],
        }
    )
    both = pd.concat([MENTORSHIPS, second], ignore_index=True)
    first = both.rename(columns={"protege_id": "person_id"}).loc[[0, 2, 4]]
    for number in range(20):
        rows = shuffled_mentorships(
            both,
            first,
            SPELLS,
            observed_from=OBSERVED_FROM,
            rng=np.random.default_rng(number),
        )
        inside = rows[rows["started_on"] >= OBSERVED_FROM]
        assert inside["protege_id"].is_unique and len(inside) == 2


def test_a_start_on_leave_or_before_any_work_falls_on_nobody():
    away = MENTORSHIPS.assign(protege_id=["away", "starter", "earlier", "higher"]).loc[[0, 2, 3]]
    first = away.rename(columns={"protege_id": "person_id"}).iloc[[0, 1]]
    rows = shuffled_mentorships(
        away, first, SPELLS, observed_from=OBSERVED_FROM, rng=np.random.default_rng(1)
    )
    assert sorted(rows["mentorship_id"]) == ["c", "d"]
