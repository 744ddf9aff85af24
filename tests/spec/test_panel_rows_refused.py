"""Records that cannot be read, or do not belong together, block rows and raise nothing."""

from dataclasses import replace

import numpy as np
import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates.panel.matched_difference import NOT_TESTED
from mentor_outcomes.estimates.panel_answers.matched_on_last import LastValueDesign, last_value_rows
from mentor_outcomes.estimates.panel_answers.members_of_question import PanelTables
from mentor_outcomes.estimates.panel_answers.panel_outcomes import panel_rows
from mentor_outcomes.estimates.panel_answers.parallel_trends_rows import parallel_trends_rows
from tests.spec.test_panel_trend_rows import ANALYSIS, checked, matched_of, panel_tables, question


@pytest.fixture(scope="module")
def tables() -> PanelTables:
    return panel_tables()


def test_where_it_is_not_known_who_is_compared_the_last_value_design_is_blocked(tables):
    """Without the exits those who left are neither followed nor gone: their number is not told."""
    lost = replace(tables, events=tables.events.iloc[:0])
    design = LastValueDesign(tables.sets, tables.weights)
    rows = checked(last_value_rows(question("log_pay"), design, lost))
    assert rows["status"].tolist() == ["blocked"] * 2
    assert rows["reason"].str.contains("neither left nor been mentored since").all()


@pytest.mark.parametrize("name", ["log_pay", "mood"])
def test_values_that_cannot_be_read_block_what_is_matched_and_raise_nothing(tables, name):
    source = "person_months" if name == "log_pay" else "person_waves"
    records = getattr(tables, source).copy()
    records.loc[records.index[records[name].notna()][-1], name] = np.inf
    found = panel_rows(question(name), replace(tables, **{source: records}))
    rows = schema.ESTIMATES.check(found.estimates)
    matched_rows = rows[rows["method"].isin(["matched_difference", "parallel_trends"])]
    assert len(matched_rows) > 10
    assert set(matched_rows["status"]) == {"blocked"}
    assert matched_rows["reason"].str.contains(f"1 of .* rows have an infinite {name}").all()
    naive = rows[rows["method"] == "naive"]
    assert set(naive["status"]) == {"blocked"}
    assert found.attrition.empty
    assert found.trend == NOT_TESTED


def test_without_exits_on_record_the_answer_stands_and_attrition_is_not_told(tables):
    found = panel_rows(question("log_pay"), replace(tables, events=tables.events.iloc[:0]))
    headline = found.estimates[found.estimates["is_headline"]]
    assert set(headline["status"]) == {"estimated"}
    assert found.attrition.empty


def test_what_cannot_be_bounded_is_blocked_and_raises_nothing(tables):
    """A confidence of .4 is none that a robust interval could have."""
    asked = question("log_pay", analysis=replace(ANALYSIS, confidence=0.4))
    rows = checked(parallel_trends_rows(asked, matched_of(asked, tables)))
    rows = rows[rows["quantity"] != "detectable_trend"]
    assert set(rows["status"]) == {"blocked"}
    assert rows["reason"].str.contains("a confidence of 0.4 was asked for").all()
