"""Tables: the promises of a schema, and what reading and writing keep."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import io, schema
from mentor_outcomes.errors import EstimationError, SchemaError

SCORES = pd.DataFrame(
    {
        "person_id": ["b", "a", "a"],
        "wave": [1, 2, 1],
        "scale": ["s", "s", "s"],
        "score": [3.0, np.nan, 1.5],
        "n_answered": [3, 3, 2],
        "is_prorated": [False, False, True],
    }
)


def test_a_table_comes_back_as_written_in_the_order_of_its_key(tmp_path):
    io.write(schema.SCALE_SCORES, SCORES, tmp_path)
    back = io.read(schema.SCALE_SCORES, tmp_path)
    assert back[["person_id", "wave"]].values.tolist() == [["a", 1], ["a", 2], ["b", 1]]
    assert back["score"].tolist()[::2] == [1.5, 3.0]


def test_row_order_does_not_change_the_bytes(tmp_path):
    io.write(schema.SCALE_SCORES, SCORES, tmp_path / "one")
    io.write(schema.SCALE_SCORES, SCORES.iloc[::-1], tmp_path / "two")
    path = schema.SCALE_SCORES.path
    assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (SCORES.drop(columns="score"), "lacks score"),
        (SCORES.assign(mood=1.0), "columns nobody promised: mood"),
        (SCORES.assign(wave=1), "1 of 3 rows"),
        (SCORES.assign(wave=[1.0, 2.0, 1.0]), "scale_scores.wave holds float64"),
        (SCORES.assign(person_id=["b", None, "a"]), "1 of 3 rows of scale_scores have no"),
    ],
)
def test_a_broken_promise_is_refused_and_nothing_is_written(tmp_path, frame, words):
    with pytest.raises(SchemaError, match=words):
        io.write(schema.SCALE_SCORES, frame, tmp_path)
    assert list(tmp_path.rglob("*")) == []


def test_an_unknown_level_is_refused():
    events = pd.DataFrame(
        {
            "person_id": ["a"],
            "occurred_on": pd.to_datetime(["2020-01-01"]).as_unit("us"),
            "event": ["sabbatical"],
            "found_by": [None],
            "is_mass_change": [False],
        }
    )
    with pytest.raises(SchemaError, match="sabbatical"):
        schema.PERSON_EVENTS.check(events)


def test_a_reader_gets_only_the_roles_it_asked_for(tmp_path):
    frame = schema.PERSON_MONTHS.empty().assign(married=pd.Series([], dtype="float64"))
    io.write(schema.PERSON_MONTHS, frame, tmp_path)
    seen = io.read(schema.PERSON_MONTHS, tmp_path, roles=("identifier", "baseline", "exposure"))
    assert "log_pay" not in seen and {"married", "log_pay_12_months_before"} <= set(seen)


def test_a_write_that_fails_half_way_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "table.bin"
    io.write_bytes(path, b"old")
    with pytest.raises(RuntimeError), io.replacing(path) as temporary:
        temporary.write_bytes(b"half of the n")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["table.bin"]


def test_numbers_keep_ten_significant_digits():
    values = np.array([1.23456789012345, -0.000123456789012345, 0.0, -0.0, np.nan, 98765432109.87])
    rounded = io.round_significant(values)
    assert rounded[:3].tolist() == [1.23456789, -0.000123456789, 0.0]
    assert not np.signbit(rounded[3]) and np.isnan(rounded[4]) and rounded[5] == 98765432110.0


def test_every_table_has_its_key_among_its_columns_and_known_types_and_roles():
    for table in schema.ALL:
        assert set(table.key) <= set(table.column_names()), table.name
        assert {column.type for column in table.columns} <= set(schema.TYPES)
        assert {column.role for column in table.columns} <= set(schema.ROLES)
        table.check(table.empty())


def test_released_tables_hold_no_person_and_no_whole_number_that_could_not_be_hidden():
    estimates = schema.released(schema.ESTIMATES)
    assert estimates.path == "reports/released/estimates.parquet"
    counts = {c.name: c.type for c in schema.released(schema.FLOW).columns}
    assert counts["n_removed"] == "number" and counts["step"] == "integer"


def test_errors_survive_being_sent_between_processes():
    import pickle

    error = EstimationError("no events.", expected="one.", remedy="wait.")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
