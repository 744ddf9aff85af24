"""Neither the order of rows, nor the ids, nor the pseudonym key changes what the tables say."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.measures import scale_quality, score_scales
from mentor_outcomes.sources import raw_table
from mentor_outcomes.tables import build_tables
from tests.tiny_tables import KEY, STUDY, received

ID_COLUMNS = (
    *("person_id", "manager_id", "rater_id", "mentor_id", "protege_id"),
    *("mentorship_id", "offer_id"),
)


def built(raw, key: bytes = KEY) -> dict[str, pd.DataFrame]:
    made = build_tables(raw, section=STUDY.study, scales=STUDY.scales, key=key)
    answers = made["survey_answers"]
    return made | {
        "scale_scores": score_scales(answers, STUDY.scales),
        "scale_quality": scale_quality(answers, STUDY.scales),
    }


def permuted(raw, rng: np.random.Generator):
    return {
        name: raw_table(name, table.frame.iloc[rng.permutation(len(table.frame))])
        for name, table in raw.items()
    }


def renamed(raw):
    """Other ids, in another order by name: p01 becomes z8, p08 becomes z1."""
    new = {f"p0{number}": f"z{9 - number}" for number in range(1, 9)}
    return {
        name: raw_table(
            name,
            table.frame.assign(
                **{
                    column: table.frame[column].replace(new)
                    for column in ID_COLUMNS
                    if column in table.frame and column != "offer_id"
                }
            ),
        )
        for name, table in raw.items()
    }


def without_names(table: pd.DataFrame) -> list[tuple]:
    """The rows with every identifier left out, sorted by what they say."""
    kept = table.drop(columns=[name for name in ID_COLUMNS if name in table])
    return sorted(tuple(map(str, row)) for row in kept.itertuples(index=False))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_permuted_rows_give_the_same_tables(seed):
    straight = built(received())
    shuffled = built(permuted(received(), np.random.default_rng(seed)))
    for name, table in straight.items():
        if name != "ingest_counts":
            pd.testing.assert_frame_equal(shuffled[name], table)


def test_another_key_changes_the_pseudonyms_and_nothing_else():
    ours, others = built(received()), built(received(), key=b"another key")
    for name, table in ours.items():
        assert without_names(others[name]) == without_names(table)
        for column in set(ID_COLUMNS) & set(table.columns):
            assert not set(others[name][column].dropna()) & set(table[column].dropna())


def test_renamed_people_say_the_same():
    ours, others = built(received()), built(renamed(received()))
    for name, table in ours.items():
        assert without_names(others[name]) == without_names(table)


def test_people_are_linked_across_tables_alike_under_every_key():
    def managers_birth_years(made) -> list[float]:
        birth_year = made["people"].set_index("person_id")["birth_year"]
        managers = made["job_history"]["manager_id"].dropna()
        return sorted(managers.map(birth_year))

    assert managers_birth_years(built(received())) == managers_birth_years(
        built(received(), key=b"another key")
    )


def test_nothing_received_is_changed():
    raw = received()
    before = {name: table.frame.copy(deep=True) for name, table in raw.items()}
    built(raw)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(raw[name].frame, frame)
