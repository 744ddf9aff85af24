"""What the technical report says of scales and answers."""

from dataclasses import replace

import numpy as np
import pytest

from mentor_outcomes.release import release_tables
from mentor_outcomes.reports import Results
from mentor_outcomes.reports.technical_measures import survey_sections
from mentor_outcomes.study import Scale
from tests.invented_results import default_study, invented_results, without_matched_design

STUDY = default_study()


def section_of(**changed) -> dict:
    """The section on the invented results, with some tables changed before their release."""
    tables = invented_results(STUDY)
    tables |= {name: change(tables[name]) for name, change in changed.items()}
    [section] = survey_sections(Results(release_tables(tables, STUDY.release), STUDY))
    return section


def rows_of(section: dict, caption: str) -> list[list[str]]:
    return next(
        block["rows"]
        for block in section["blocks"]
        if block["kind"] == "table" and caption in block["caption"]
    )


def test_a_scales_reliability_is_its_range_over_waves_with_the_outermost_limits():
    [first, *_] = rows_of(section_of(), "Reliability")
    assert first == [
        *("job satisfaction", "3", "1,505 to 1,530"),
        *("0.81 to 0.84 [0.78, 0.84]", "0.82 to 0.85 [0.79, 0.85]", "3%"),
    ]


def test_straight_lining_is_a_dash_where_it_cannot_show_and_said_to_be_hidden_where_few_do_it():
    rows = {row[0]: row[-1] for row in rows_of(section_of(), "Reliability")}
    assert rows["self-efficacy"] == "\u2013"
    few = section_of(scale_quality=lambda table: table.assign(share_straight_lined=0.001))
    assert rows_of(few, "Reliability")[0][-1] == "not shown"


def test_verdicts_of_invariance_stand_beside_the_changes_they_rest_on():
    rows = rows_of(section_of(), "mean the same")
    intent = next(place for place, row in enumerate(rows) if row[0] == "intention to leave")
    assert rows[intent][1:5] == [
        "survey waves",
        "cannot be tested",
        "yes: CFI \u22120.001",
        "no: CFI \u22120.027, RMSEA 0.012",
    ]
    assert rows[intent + 1][:2] == ["", "mentored, others"]


def test_a_doubtful_step_is_told_with_its_figures_and_what_the_word_means():
    def doubted(table):
        return table.assign(holds="doubtful", delta_cfi=-0.004, delta_rmsea=0.019)

    section = section_of(scale_invariance=doubted)
    row = rows_of(section, "mean the same")[0]
    assert row[3:5] == ["doubtful: CFI \u22120.004, RMSEA 0.019"] * 2
    words = " ".join(str(block.get("text")) for block in section["blocks"])
    assert "Doubtful: RMSEA alone rises by .015 or more" in words


def test_why_invariance_was_not_evaluated_stands_in_place_of_figures():
    def blocked(table):
        figures = ["chi2", "df", "p_value", "cfi", "rmsea", "srmr", "delta_cfi", "delta_rmsea"]
        return table.assign(
            **dict.fromkeys(figures, np.nan),
            holds="not evaluated",
            reason="all answers are of one group",
        )

    row = rows_of(section_of(scale_invariance=blocked), "mean the same")[0]
    assert row[2:4] == ["not evaluated", "all answers are of one group"]


def test_response_and_linkage_stand_by_wave_and_arm():
    rows = rows_of(section_of(), "Who was asked")
    assert rows[0] == ["1", "640", "385 (60%)", "95%", "1,920", "1,150 (60%)", "98%", "20"]


def test_an_item_keyed_the_wrong_way_is_pointed_out_with_its_waves():
    def flagged(table):
        is_flagged = (table["scale"] == "turnover_intent") & table["wave"].isin([2, 3])
        return table.assign(key_errors=table["key_errors"].mask(is_flagged, "ti3"))

    [remarks] = [b for b in section_of(scale_quality=flagged)["blocks"] if b["kind"] == "list"]
    assert remarks["items"] == [
        "intention to leave: ti3 goes against the other items in waves 2, 3. Its key may be wrong: "
        "see reverse_keyed in the study file."
    ]


def test_two_items_show_spearman_brown_in_place_of_omega():
    study = replace(STUDY, scales={"mood": Scale(("a", "b"), lowest=1, highest=5, label="mood")})
    tables = invented_results(study)
    tables["scale_quality"] = tables["scale_quality"].assign(
        omega=np.nan, omega_ci_low=np.nan, omega_ci_high=np.nan, spearman_brown=0.77
    )
    [section] = survey_sections(Results(release_tables(tables, study.release), study))
    assert rows_of(section, "Reliability")[0][4] == "Spearman-Brown 0.77"


def test_a_study_without_a_survey_has_no_such_section():
    tables = release_tables(without_matched_design(STUDY), STUDY.release)
    assert survey_sections(Results(tables, STUDY)) == []


@pytest.mark.parametrize("n_mentored", [8, 40])
def test_hidden_figures_leave_the_section_readable(n_mentored):
    tables = release_tables(invented_results(STUDY, n_mentored=n_mentored), STUDY.release)
    [section] = survey_sections(Results(tables, STUDY))
    cells = [cell for row in rows_of(section, "Who was asked") for cell in row]
    assert "nan" not in " ".join(cells)
