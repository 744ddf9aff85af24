"""The year before the start, and why it was not simply counted, in both reports."""

import re
from dataclasses import replace

import pytest

from mentor_outcomes.reports import Results, hr_content, passages, technical_content, wording
from mentor_outcomes.reports.not_counted import COMPARED, MADE_BEFORE, PLACEBO, found_in
from mentor_outcomes.reports.numbers import MINUS
from mentor_outcomes.reports.technical_placebo import hardly_hidden
from tests.invented_variants import PLACEBO as BEFORE
from tests.spec.test_report_contrasts import (
    STUDY,
    changed,
    drawings_of,
    results_of,
    rows_by_name,
    section_of,
    tables_in,
    words_of,
)


def test_the_year_before_is_told_of_both_groups_and_titled_by_the_checks():
    results = results_of()
    drawing = drawings_of(results)["placebo"]
    # Pay alone has failed: .011 of the groups compared, error .003.
    assert drawing.title == "Placebo year: 8 of 9 outcomes shown raise no doubt"
    for whose in ("groups made a year before: 1.2 per 100", "groups compared: 0.6 per 100"):
        assert whose in drawing.description
    page = section_of(
        technical_content(results, words_of(results)), "A year before they had a mentor"
    )
    [table] = tables_in(page)
    told = rows_by_name(table)
    assert set(told) == {results.label(name).capitalize() for name in BEFORE}
    assert told["Pay"][-1] == "failed" and told["Promotion"][-1] == "passed"
    assert told["Promotion"][1].startswith("+1.2 (") and told["Promotion"][2].startswith("+0.6 (")


def test_a_check_whose_numbers_are_hidden_says_by_which_rule_it_was_judged():
    results = results_of()
    checks = results.tables["checks"]
    is_check = (checks["check"] == PLACEBO) & (checks["outcome"] == "promotion")
    hidden = checks["message"].mask(is_check, "hidden: fewer than 10 people")
    results = changed(results, "checks", checks.assign(message=hidden))
    [table] = tables_in(section_of(technical_content(results, {}), "Checks"))
    [told] = [row[-1] for row in table["rows"] if "hidden: fewer than 10 people" in row[-1]]
    assert "fails: p under .01 for those compared" in told
    assert told.startswith("difference in the year before the start, judged by the rule")


def in_doubt(results: Results, value: float, p_compared: float, p_made_before: float) -> Results:
    """The same, promotion's year before in doubt by a p-value of `value`."""
    rows, checks = results.tables["estimates"], results.tables["checks"]
    is_row = (rows["method"] == PLACEBO) & (rows["outcome"] == "promotion")
    p = rows["variant"].map({COMPARED: p_compared, MADE_BEFORE: p_made_before})
    is_check = (checks["check"] == PLACEBO) & (checks["outcome"] == "promotion")
    results = changed(results, "estimates", rows.assign(p_value=rows["p_value"].mask(is_row, p)))
    judged = checks.assign(
        result=checks["result"].mask(is_check, "in_doubt"),
        value=checks["value"].mask(is_check, value),
    )
    return changed(results, "checks", judged)


def test_the_hr_report_warns_of_the_simple_count_and_tells_the_year_before():
    said = hr_content(results_of(), {})["raw"]
    # Naive less emulated: promotion 8.5 - 3.4, leaving -7.8 + 3.1; groups compared .6 +- 1.96 x .9.
    assert said == [
        passages.RAW.format(months=24, label="promotion", naive="+8.5"),
        passages.YEAR_BEFORE["passed"].format(
            label="promotion", size="+0.6", range=f"{MINUS}1.2 to +2.4"
        ),
    ]


def test_the_simple_count_is_told_of_the_event_in_which_it_misleads_most():
    results = results_of()
    rows = results.tables["estimates"]
    is_naive = (rows["method"] == "naive") & (rows["outcome"] == "voluntary_exit")
    more = rows.assign(estimate=rows["estimate"].mask(is_naive, -19.2))
    said = hr_content(changed(results, "estimates", more), {})["raw"][0]
    assert said.startswith(f"After 24 months, leaving by choice differs by {MINUS}19.2 of 100")


@pytest.mark.parametrize(
    ("p_compared", "p_made_before", "value", "found", "size"),
    [
        (0.3, 0.001, 0.0012, "made_before", "+1.2"),
        (0.049, 0.3, 0.0494, "compared", "+0.6"),
        (0.03, 0.001, 0.0301, "compared", "+0.6"),
    ],
)
def test_a_doubt_about_the_year_before_says_in_which_groups(
    p_compared, p_made_before, value, found, size
):
    results = in_doubt(results_of(), value, p_compared, p_made_before)
    assert found_in(results, "promotion") == found
    start = passages.YEAR_BEFORE[found].split("{size}")[0].format(label="promotion")
    assert hr_content(results, {})["raw"][1].startswith(f"{start}{size} of 100 (")


def test_the_year_before_is_told_by_its_check_and_not_by_the_intervals():
    results = results_of()
    rows = results.tables["estimates"]
    is_before = (rows["method"] == PLACEBO) & (rows["outcome"] == "promotion")
    narrow = rows.assign(ci_low=rows["ci_low"].mask(is_before, rows["estimate"] - 0.01))
    results = changed(results, "estimates", narrow)
    assert found_in(results, "promotion") == "passed"
    assert drawings_of(results)["placebo"].title.startswith("Placebo year: 8 of 9")


def test_groups_made_a_year_before_are_drawn_where_those_compared_are_hidden():
    results = results_of()
    rows = results.tables["estimates"]
    is_hidden = (rows["method"] == PLACEBO) & (rows["variant"] == COMPARED)
    results = changed(results, "estimates", rows[~is_hidden])
    assert "groups made a year before" in drawings_of(results)["placebo"].description


def test_where_the_groups_are_alike_in_the_year_itself_the_report_says_what_that_hides():
    assert "promotions so far and pay a year earlier" in hardly_hidden(results_of())
    study = replace(STUDY, groups=replace(STUDY.groups, covariates=("age",)))
    assert hardly_hidden(results_of(study=study)) == ""


@pytest.mark.parametrize("words", [passages.RAW, *passages.YEAR_BEFORE.values()])
def test_warnings_are_plain_and_short(words):
    filled = words.format(
        months=24, label="leaving by choice", naive="+8.1", size="+5.1", range="+1.0 to +2.1"
    )
    for sentence in re.split(r"(?<=[.]) ", filled):
        assert len(sentence.split()) <= wording.MOST_WORDS
        assert not [word for word in wording.BANNED if word.lower() in sentence.lower().split()]


def test_the_hr_report_gives_no_simple_count_of_an_outcome_that_shows_no_number():
    results = results_of(verdicts=dict.fromkeys(STUDY.outcomes, "not_reliable"))
    assert hr_content(results, {})["raw"] == []
