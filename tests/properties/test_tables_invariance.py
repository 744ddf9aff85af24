"""Neither the order of rows, nor the ids, nor the pseudonym key changes what the tables say.

Shown on the plain files, on `tests.tiny_exports`, and on both with rows that cannot be used.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.measures import score_scales
from mentor_outcomes.sources import RawTable
from mentor_outcomes.tables import Intake
from tests import tiny_exports
from tests.tiny_tables import KEY, STUDY, received, taken_in

ID_COLUMNS = (
    *("person_id", "manager_id", "rater_id", "mentor_id", "protege_id"),
    *("mentorship_id", "offer_id"),
)
BAD_ROWS = {
    "people": ["p09,84,,"],
    "employment": ["p01,2017-01-01,2018-04-01,other", "p04,2021-01-01,,", "p99,2020-01-01,,"],
    "jobs": ["p01,2020-07-01,1,4,sales,U1,north,p08,1,transfer", "p02,x,1,2,sales,U1,,,1,"],
    "pay": ["p01,2018-03-01,41000", "p02,2021-01-01,0", "p02,2022-01-01,?", "p02,2022-02-01,1 2"],
    "leaves": ["p05,2021-03-01,2021-02-01"],
    "ratings": ["p04,2019-12-31,3,p07"],
    "mentoring": ["m2,p07,p04,2020-05-01,,formal,,,,", "m3,p01,p01,2020-05-01,,,,,,"],
    "requests": ["p05,2020-02-20,", "p01,2020-02-15,m1", "p02,2020-02-15,m9"],
    "survey": ["p01,1,2020-06-11,4,1,5", "q7,1,2020-06-10,1,1,1", ",2,2020-12-09,1,1,1"],
    "offers": ["o3,2020-06-01,,0,1"],
    "unit_output": ["U1,2020-03-15,3"],
}
BAD_EVENTS = {
    "employment": [
        *("p01,2020-01-01,1,REH,,,,,,,", "p04,2020-09-01,1,TER,,,,,,,"),
        *("p05,2021-01-01,1,TER,RES,,,,,,", "p05,2021-01-01,1,TER,DIS,,,,,,"),
        *("p07,2022-01-01,1,TER,RES,,,,,,", "p07,2022-01-01,2,REH,,,,,,,"),
        *("p06,2019-04-01,1,TER,RES,,,,,,", "p99,2019-04-01,1,HIR,,,,,,,"),
    ],
    "jobs": [
        *("p01,2020-07-01,1,PRO,,4,sales,U1,north,p08,1",),
        *("p06,2020-01-01,1,DTA,,1,finance,U2,,,9",),
    ],
    "leaves": [
        *("p05,2020-06-01,1,LOA,,,,,,,", "p07,2020-06-01,1,RFL,,,,,,,"),
        *("p08,2020-01-01,1,LOA,,,,,,,", "p08,2020-01-01,2,RFL,,,,,,,"),
    ],
    "pay": [
        *("p01,2020-07-01,2,3600,M,EUR,1", "p01,2020-07-01,2,3700,M,EUR,1"),
        *("p02,2020-02-01,,1,M,EUR,", "p02,2021-02-01,,1,M,,1"),
    ],
    "mentoring": ["m3,H@x.org,q@x.org,2020-05-01,,,,,,"],
    "survey": ["ANNA16,1,2020-06-10,1,1,1", "OTTO2,2,2020-06-10,1,1,1", "XY,2,2020-06-10,1,1,1"],
}


def _with(rows: dict[str, list[str]], texts: dict[str, str]) -> dict[str, str]:
    return {
        name: text + "".join(f"{row}\n" for row in rows.get(name, ()))
        for name, text in texts.items()
    }


def _plain_texts() -> dict[str, str]:
    return {name: table.frame.to_csv(index=False) for name, table in received().items()}


EXPORTS = {
    "plain": received(),
    "plain with bad rows": received(_with(BAD_ROWS, _plain_texts())),
    "events": received(tiny_exports.TEXTS, layouts=tiny_exports.LAYOUTS),
    "events with bad rows": received(
        _with(BAD_EVENTS, tiny_exports.TEXTS), layouts=tiny_exports.LAYOUTS
    ),
}
each_export = pytest.mark.parametrize("exports", sorted(EXPORTS))


def built(raw: dict[str, RawTable], key: bytes = KEY) -> Intake:
    intake = taken_in(raw, key=key)
    assert not [r for r in intake.refusals if "that may be left out" not in r.found]
    return intake


def changed(raw: dict[str, RawTable], change) -> dict[str, RawTable]:
    """The raw tables with other frames: no frame has to be of the length it had."""
    new = {}
    for name, table in raw.items():
        frame = change(name, table.frame).reset_index(drop=True)
        new[name] = replace(
            table,
            frame=frame,
            files=np.zeros(len(frame), dtype="int64"),
            lines=np.arange(len(frame)) + 2,
        )
    return new


def without_names(table: pd.DataFrame) -> list[tuple]:
    """The rows with every identifier left out, sorted by what they say."""
    kept = table.drop(columns=[name for name in (*ID_COLUMNS, "line") if name in table])
    return sorted(tuple(map(str, row)) for row in kept.itertuples(index=False))


def assert_same_but_for_lines(one: Intake, other: Intake) -> None:
    assert set(one.tables) == set(other.tables)
    for name, table in one.tables.items():
        if name == "quarantine":
            assert without_names(other.tables[name]) == without_names(table)
        else:
            pd.testing.assert_frame_equal(other.tables[name], table)
    assert one.notes == other.notes
    assert one.remedies == other.remedies


@each_export
@pytest.mark.parametrize("seed", range(5))
def test_permuted_rows_give_the_same_tables_and_the_same_quarantine(exports, seed):
    rng = np.random.default_rng(seed)
    shuffled = changed(
        EXPORTS[exports], lambda name, frame: frame.iloc[rng.permutation(len(frame))]
    )
    assert_same_but_for_lines(built(EXPORTS[exports]), built(shuffled))


@pytest.mark.parametrize("exports", ["plain with bad rows", "events with bad rows"])
def test_the_bad_rows_do_go_to_quarantine(exports):
    rules = set(built(EXPORTS[exports]).quarantine["rule"])
    assert len(rules) >= 10, rules


@each_export
def test_another_key_changes_the_pseudonyms_and_nothing_else(exports):
    ours, others = built(EXPORTS[exports]), built(EXPORTS[exports], key=b"another key")
    for name, table in ours.tables.items():
        assert without_names(others.tables[name]) == without_names(table)
        for column in set(ID_COLUMNS) & set(table.columns):
            assert not set(others.tables[name][column].dropna()) & set(table[column].dropna())
    pd.testing.assert_frame_equal(ours.quarantine, others.quarantine)


def renamed(raw: dict[str, RawTable], new: dict[str, str]) -> dict[str, RawTable]:
    return changed(
        raw,
        lambda name, frame: frame.assign(
            **{
                column: frame[column].replace(new)
                for column in (*ID_COLUMNS, "other_id")
                if column in frame and column != "offer_id"
            }
        ),
    )


@each_export
@pytest.mark.parametrize("reverse", [False, True])
def test_renamed_people_say_the_same_in_whichever_order_their_ids_are(exports, reverse):
    new = {f"p0{n}": f"z{10 - n if reverse else 10 + n}" for n in range(1, 10)}
    ours, others = built(EXPORTS[exports]), built(renamed(EXPORTS[exports], new))
    for name, table in ours.tables.items():
        assert without_names(others.tables[name]) == without_names(table)
    assert ours.notes == others.notes


@each_export
def test_copies_of_all_rows_change_no_table(exports):
    raw = EXPORTS[exports]
    doubled = changed(raw, lambda name, frame: pd.concat([frame, frame.iloc[::-1]]))
    ours, others = built(raw), built(doubled)
    # Answers of nobody known are counted, copies and all.
    counted = ("quarantine", "ingest_counts", "survey_linkage")
    for name, table in ours.tables.items():
        if name not in counted:
            pd.testing.assert_frame_equal(others.tables[name], table)
    new = set(others.quarantine["rule"]) - set(ours.quarantine["rule"])
    assert new <= {"same_row_again", "asked_again"}


def test_people_are_linked_across_tables_alike_under_every_key():
    def managers_birth_years(intake: Intake) -> list[float]:
        birth_year = intake.tables["people"].set_index("person_id")["birth_year"]
        managers = intake.tables["job_history"]["manager_id"].dropna()
        return sorted(managers.map(birth_year))

    assert managers_birth_years(built(received())) == managers_birth_years(
        built(received(), key=b"another key")
    )


def test_scores_do_not_depend_on_the_order_of_answers():
    straight = built(received())
    shuffled = built(changed(received(), lambda name, frame: frame.iloc[::-1]))
    scores = [
        score_scales(intake.tables["survey_answers"], STUDY.scales)
        for intake in (straight, shuffled)
    ]
    pd.testing.assert_frame_equal(*scores)


@each_export
def test_nothing_received_is_changed(exports):
    raw = EXPORTS[exports]
    before = {name: table.frame.copy(deep=True) for name, table in raw.items()}
    built(raw)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(raw[name].frame, frame)
