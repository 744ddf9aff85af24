"""What the protocol says of a design, and the technical report of its record."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates import checks as rules
from mentor_outcomes.reports import Results, protocol_content, render
from mentor_outcomes.reports.protocol_plan import CHECKS
from mentor_outcomes.reports.protocol_trial import resting_on
from mentor_outcomes.reports.technical_freeze import freeze_blocks
from mentor_outcomes.reports.trial import target_trial
from mentor_outcomes.schema import released
from tests.invented_results import default_study


def entry(caliper=0.2, groups="a" * 64, n_mentored=640, estimated=False, **settings):
    return {
        "hash": f"{caliper}{groups}"[:64].ljust(64, "0"),
        "settings_hash": "b" * 64,
        "groups_hash": groups,
        "outcomes_already_estimated": estimated,
        "compared": [
            {
                "role": "protege",
                "contrast": "any",
                "eligibility": "employed",
                "n_mentored_matched": n_mentored,
                "n_comparison": 1200,
            }
        ],
        "settings": {"groups.caliper_sd": caliper, "groups.exact": ["grade"]} | settings,
    }


def told(*history) -> str:
    results = Results({}, default_study())
    return json.dumps(freeze_blocks(results, history))


def test_an_unchanged_design_is_said_to_be_unchanged():
    said = told(entry())
    assert "first put on record before any outcome was estimated, and has not changed" in said
    assert entry()["hash"] in said


def test_a_late_first_record_is_no_freeze():
    assert "put on record after outcomes had been estimated" in told(entry(estimated=True))


def test_a_change_tells_the_setting_the_people_and_what_was_known():
    said = told(entry(), entry(0.05, "c" * 64, 500, estimated=True))
    assert "changed once since, after outcomes had been estimated" in said
    assert "read such results as exploratory" in said
    assert "groups: caliper SD: 0.2 to 0.05" in said
    assert "640 to 500" in said


def test_a_change_before_outcomes_is_no_fault():
    said = told(entry(), entry(0.05, "c" * 64, 500))
    assert "changed once since, each time before any outcome was estimated" in said
    assert "exploratory" not in said


def test_some_changes_late_are_counted():
    said = told(entry(), entry(0.1, "c" * 64), entry(0.05, "d" * 64, estimated=True))
    assert "changed 2 times since, of which 1 after outcomes had been estimated" in said


def test_other_groups_under_the_same_settings_point_to_records_or_software():
    said = told(entry(), entry(groups="c" * 64, n_mentored=None))
    assert "no setting; the records or the software" in said
    assert "640 to not shown" in said


def test_a_setting_that_appears_is_told_as_not_set_before():
    same = "a" * 64
    said = told(entry(), entry(groups=same, **{"groups.trim": 0.1}))
    assert "groups: trim: not set to 0.1; the comparison groups are the same" in said


def test_an_outcome_that_goes_or_comes_is_told_once_and_not_by_its_settings():
    mood = {"outcomes.team_mood.kind": "scale", "outcomes.team_mood.better": "higher"}
    gone, come = told(entry(**mood), entry()), told(entry(), entry(**mood))
    assert "outcome team mood removed; the comparison groups are the same" in gone
    assert "outcome team mood added; the comparison groups are the same" in come
    assert "not set" not in gone + come


def test_a_changed_setting_of_an_outcome_that_stays_is_told_by_itself():
    before, after = ({"outcomes.team_mood.threshold": each} for each in (3, 4))
    said = told(entry(**before), entry(**after))
    assert "outcomes: team mood: threshold: 3 to 4" in said and "removed" not in said


def test_windows_are_told_by_their_first_and_last_months():
    one, two = [[1, 12]], [[1, 12], [13, 24]]
    said = told(
        entry(**{"analysis.windows_months": one}), entry(**{"analysis.windows_months": two})
    )
    assert json.dumps("1\u201312 to 1\u201312, 13\u201324")[1:-1] in said


def test_without_a_record_nothing_is_claimed():
    assert "No record of the design was found" in told()


def test_the_thresholds_in_the_protocol_are_those_of_the_rules():
    assert tuple(name for name, *_ in CHECKS) == schema.CHECK_NAMES
    limits = {name: (doubt, fails) for name, _, doubt, fails in CHECKS}
    for name, shown in limits.items():
        rule = rules.RULES[name]
        if rule.doubt is None:
            continue
        for limit, words in zip((rule.doubt, rule.fail), shown, strict=True):
            number = float(re.search(r"\d*\.?\d+", words).group())
            assert number in (pytest.approx(limit), pytest.approx(100 * limit)), (name, words)


@pytest.mark.parametrize("method", ["risk_set_matching", "overlap_weights"])
def test_every_component_of_the_trial_says_what_it_rests_on(method):
    study = default_study()
    study = replace(study, groups=replace(study.groups, method=method))
    components = [row[0] for row in target_trial(Results({}, study))]
    assert sorted(components) == sorted(resting_on(study.groups))


def test_a_change_of_values_that_are_not_told_is_told_as_one():
    last = entry() | {"settings_hash": "c" * 64}
    assert "kept or coded, which are not told; the comparison groups are the same" in told(
        entry(), last
    )


def detectable():
    """Rows of promotion (a worthwhile effect of 2 is too small to see) and pay (it can be seen)."""
    numbers = {
        column.name: 100.0 for column in schema.DETECTABLE.columns if column.type == "number"
    }
    key = {"role": "protege", "contrast": "any", "eligibility": "employed"}
    return pd.DataFrame(
        [
            key
            | numbers
            | {
                "outcome": "promotion",
                "unit": "per 100 people",
                "smallest_worthwhile": 2.0,
                "smallest_detectable": 4.7,
                "reason": None,
            },
            key
            | numbers
            | {
                "outcome": "log_pay",
                "unit": "log points",
                "smallest_worthwhile": 0.01,
                "smallest_detectable": 0.007,
                "reason": None,
            },
            key
            | numbers
            | {
                "outcome": "job_satisfaction",
                "unit": "SD",
                "expected": np.nan,
                "smallest_worthwhile": 0.1,
                "smallest_detectable": np.nan,
                "reason": "not declared: no smallest detectable effect",
            },
        ]
    ).astype({"reason": "str"})


def design_checks():
    judged = {name: rules.Judgement("passed", 0.5, "fine") for name in rules.OF_THE_DESIGN}
    rows = [
        rules.check_rows(
            judged | {"events_expected": rules.Judgement("passed", 140.0, "enough")},
            outcome=name,
            kind=outcome.kind,
            event=outcome.event,
            role="protege",
            contrast="any",
            waive={},
            names=rules.OF_THE_DESIGN,
        )
        for name, outcome in default_study().outcomes.items()
    ]
    return pd.concat(rows, ignore_index=True)


@pytest.fixture(scope="module")
def content():
    tables = {table.name: released(table).empty() for table in schema.DESIGN_RELEASED} | {
        "detectable": detectable(),
        "design_checks": design_checks(),
    }
    return protocol_content(Results(tables, default_study()), {}, [entry()])


def cells(content, caption):
    tables = [
        block
        for section in content["sections"]
        for block in section["blocks"]
        if block["kind"] == "table" and block["caption"].startswith(caption)
    ]
    return [row for table in tables for row in table["rows"]]


def test_the_worthwhile_effect_stands_beside_the_detectable_one(content):
    rows = {row[0]: row for row in cells(content, "Declared outcomes")}
    assert rows["promotion"][4:6] == ["2 of 100", "4.7 of 100"]
    assert rows["promotion"][6].startswith("no: only effects 2.")
    assert rows["pay"][6].startswith("yes")
    assert rows["job satisfaction"][3] == "not declared"
    assert rows["job satisfaction"][6] == "not declared: no smallest detectable effect"


def test_the_first_page_counts_what_could_be_seen_and_what_is_not_known(content):
    status = {item["title"]: item for item in content["status"]}
    seen = status["Worthwhile effects that could be seen"]
    assert seen["value"] == "1 of 3"
    assert "For 1 nothing is known." in seen["says"]
    assert status["Design on record"]["value"] == entry()["hash"][:12]


def test_a_check_with_one_judgement_for_all_outcomes_stands_once(content):
    rows = cells(content, "Checks")
    assert [row[0] for row in rows] == [name.replace("_", " ") for name in rules.OF_THE_DESIGN]
    assert [row[1] for row in rows] == ["all"] * 4 + ["all events"]
    assert rows[4][3] == "140"


def test_every_declared_contrast_has_its_sections():
    study = default_study()
    study = replace(study, exposure=replace(study.exposure, contrasts=("any", "formal")))
    tables = {table.name: released(table).empty() for table in schema.DESIGN_RELEASED} | {
        "detectable": pd.concat([detectable(), detectable().assign(contrast="formal")]),
        "design_checks": design_checks(),
    }
    content = protocol_content(Results(tables, study), {}, [entry()])
    titles = [section["title"] for section in content["sections"]]
    assert "Outcomes, and what could be seen of them (any)" in titles
    assert "Outcomes, and what could be seen of them (formal)" in titles
    assert len(cells(content, "Declared outcomes")) == 2 * len(detectable())


def test_waivers_are_told_with_their_reason(content):
    waive = default_study().checks.waive
    assert cells(content, "Waived") == [
        [name.replace("_", " "), reason] for name, reason in waive.items()
    ]


def test_the_protocol_is_typeset_with_nobody_compared(content):
    assert render("protocol", content, {}).startswith(b"%PDF")
