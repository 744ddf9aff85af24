"""The panel keeps to the operations that every engine answers alike."""

import ibis
import ibis.expr.operations as ops
import pytest

from mentor_outcomes import schema
from mentor_outcomes.panel import PANEL, build_panel
from mentor_outcomes.study import Exposure
from tests.panel_records import SECTION, hired, records

FOLDS = {"Sum", "Count", "CountStar", "Max", "Min"}
SHIFTS = {"Lag", "Lead"}
JOINS = {"inner", "left"}


@pytest.fixture(scope="module")
def panel():
    received = hired("person_id spell hired_on left_on exit_kind\na 1 2015-01-01 . .")
    received["job_history"] = records(schema.JOB_HISTORY, "person_id effective_on\na 2015-01-01")
    received["leaves"] = records(schema.LEAVES, "person_id from\na 2015-01-01")
    tables = {name: ibis.memtable(frame) for name, frame in received.items()}
    return build_panel(tables, section=SECTION, exposure=Exposure(), scales=("calm",))


@pytest.mark.parametrize("table", PANEL, ids=lambda table: table.name)
def test_windows_only_sum_count_and_compare_and_joins_are_plain(panel, table):
    """As-of joins do not exist everywhere; first and last ignoring what is missing differ."""
    node = panel[table.name].op()
    assert {type(found).__name__ for found in node.find(ops.Reduction)} <= FOLDS
    assert {type(found).__name__ for found in node.find(ops.Analytic)} <= SHIFTS
    assert {found.how for found in node.find(ops.JoinLink)} <= JOINS
