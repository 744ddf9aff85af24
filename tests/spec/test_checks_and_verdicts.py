"""Checks fail closed; the verdict is the first that fits."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates import checks
from mentor_outcomes.estimates.verdicts import verdict

CLEAN = {name: checks.Judgement("passed", 0.0, "fine") for name in checks.RULES}


def rows(judgements, *, kind="event", event="promotion", waive=None):
    return checks.check_rows(
        judgements,
        outcome="o",
        kind=kind,
        event=event,
        role="protege",
        contrast="any",
        waive=waive or {},
    )


def judged(low, high, table, *, better="higher", s=2.0, enrolment="voluntary"):
    return verdict(
        low, high, better=better, smallest_worthwhile=s, checks=table, enrolment=enrolment
    )


def test_every_rule_has_a_row_and_one_not_evaluated_blocks():
    table = rows({})
    schema.CHECKS.check(table)
    assert sorted(table["check"]) == sorted(checks.RULES)
    assert judged(3.0, 9.0, table)[0] == "not_reliable"


def test_a_waived_check_no_longer_blocks_but_leaves_a_doubt():
    judgements = {k: v for k, v in CLEAN.items() if k != "placebo_start"}
    table = rows(judgements, waive={"placebo_start": "no history before 2019"})
    assert table.loc[table["check"] == "placebo_start", "waiver"].item() == "no history before 2019"
    word, because = judged(3.0, 9.0, table)
    assert word == "may_help" and "placebo start" in because and "waived" in because


def test_a_check_that_failed_cannot_be_waived():
    judgements = CLEAN | {"overlap": checks.Judgement("failed", 0.01, "hardly any")}
    table = rows(judgements, waive={"overlap": "we like the result"})
    assert not table["is_waived"].any()
    said = table.set_index("check")["message"]
    assert said["overlap"].endswith(
        "its waiver does not count: only a check that was not evaluated can be waived"
    )
    assert not said.drop("overlap").str.contains("waiver").any()
    assert judged(3.0, 9.0, table)[0] == "not_reliable"


def test_there_is_a_rule_for_every_check_a_study_may_name():
    assert tuple(checks.RULES) == schema.CHECK_NAMES


def test_the_placebo_start_does_not_apply_to_leaving_nor_trends_to_events():
    table = rows(CLEAN, event="voluntary_exit").set_index("check")["result"]
    assert table["placebo_start"] == "not_applicable"
    assert table["before_start_trend"] == "not_applicable"
    assert table["overlap"] == "passed"


@pytest.mark.parametrize(
    ("low", "high", "better", "word"),
    [
        (3.0, 9.0, "higher", "probably_helps"),
        (-9.0, -3.0, "higher", "probably_hurts"),
        (-9.0, -3.0, "lower", "probably_helps"),
        (-1.5, 1.9, "higher", "too_small_to_matter"),
        (0.5, 1.9, "higher", "too_small_to_matter"),
        (-1.0, 9.0, "higher", "cannot_tell"),
        (np.nan, np.nan, "higher", "not_reliable"),
    ],
)
def test_the_first_verdict_that_fits(low, high, better, word):
    assert judged(low, high, rows(CLEAN), better=better)[0] == word


def test_only_a_clean_randomised_study_drops_probably():
    assert judged(3.0, 9.0, rows(CLEAN), enrolment="randomised")[0] == "helps"
    doubt = CLEAN | {"overlap": checks.Judgement("in_doubt", 0.3, "")}
    assert judged(3.0, 9.0, rows(doubt), enrolment="randomised")[0] == "may_help"


def balance(smd, p, mentored=0.5, comparison=0.4, ratio=np.nan):
    return pd.DataFrame(
        {
            "smd_after": smd,
            "smd_after_p_value": p,
            "mean_mentored": mentored,
            "mean_comparison_after": comparison,
            "variance_ratio_after": ratio,
        }
    )


def test_balance_is_in_doubt_over_a_tenth_and_fails_when_chance_cannot_explain_it():
    assert checks.judge_balance(balance([0.02, -0.09], [0.5, 0.001])).result == "passed"
    assert checks.judge_balance(balance([0.02, -0.12], [0.5, 0.2])).result == "in_doubt"
    # Holm: the smaller of two p-values is doubled, .02 * 2 < .05 < .03 * 2
    assert checks.judge_balance(balance([0.02, -0.12], [0.5, 0.02])).result == "failed"
    assert checks.judge_balance(balance([0.02, -0.12], [0.5, 0.03])).result == "in_doubt"
    nobody = balance([np.nan], [np.nan], mentored=np.nan, comparison=np.nan)
    assert checks.judge_balance(nobody).result == "not_evaluated"


@pytest.mark.parametrize(
    ("ratios", "result"),
    [
        ([0.5, 2.0], "passed"),
        ([0.49, 1.0], "in_doubt"),
        ([1.0, 2.01], "in_doubt"),
        ([0.0, np.nan], "in_doubt"),
        ([np.nan, np.nan], "passed"),
    ],
)
def test_equal_means_with_unlike_spreads_are_a_doubt(ratios, result):
    """As weights leave them that make every mean equal: no difference, but a ratio outside."""
    judged = checks.judge_balance(balance([0.0, 0.0], [1.0, 1.0], ratio=ratios))
    assert judged.result == result
    n_known = int(np.isfinite(ratios).sum())
    counted = f"{int(result == 'in_doubt')} of {n_known} are over 2.0 or under 0.5"
    assert (counted in judged.message) == (n_known > 0)


def test_a_doubt_about_spreads_hides_no_failure_of_means():
    failed = balance([0.0, 0.3], [1.0, 0.001], ratio=[3.0, 1.0])
    assert checks.judge_balance(failed).result == "failed"


def test_arms_that_differ_in_what_does_not_vary_within_them_fail_balance():
    """All mentored 1, all comparators 0: no spread, no standardised difference, no p-value."""
    table = pd.DataFrame(
        {
            "smd_after": [0.01, np.nan],
            "smd_after_p_value": [0.9, np.nan],
            "mean_mentored": [0.5, 1.0],
            "mean_comparison_after": [0.5, 0.0],
            "variance_ratio_after": np.nan,
        }
    )
    assert checks.judge_balance(table).result == "failed"
    alike = table.assign(mean_comparison_after=[0.5, 1.0])
    assert checks.judge_balance(alike).result == "passed"
    sure = table.assign(smd_after=[0.01, 2.3], mean_comparison_after=[0.5, 0.2])
    assert checks.judge_balance(sure).result == "failed"


def test_overlap_and_unmatched_follow_their_thresholds():
    def design(equipoise, unmatched):
        return pd.Series({"equipoise_share": equipoise, "share_unmatched": unmatched})

    assert checks.judge_overlap(design(0.40, 0)).result == "passed"
    assert checks.judge_overlap(design(0.39, 0)).result == "in_doubt"
    assert checks.judge_overlap(design(0.19, 0)).result == "failed"
    assert checks.judge_overlap(None).result == "not_evaluated"
    assert checks.judge_unmatched(design(1, 0.10)).result == "passed"
    assert checks.judge_unmatched(design(1, 0.11)).result == "in_doubt"
    assert checks.judge_unmatched(design(1, 0.51)).result == "failed"


def test_a_trend_that_could_not_have_been_seen_is_a_doubt():
    assert checks.judge_trend(0.5, 0.005, 0.01).result == "passed"
    assert checks.judge_trend(0.5, 0.02, 0.01).result == "in_doubt"
    assert checks.judge_trend(0.5, np.nan, 0.01).result == "in_doubt"
    assert checks.judge_trend(0.05, 0.005, 0.01).result == "in_doubt"
    assert checks.judge_trend(0.005, 0.005, 0.01).result == "failed"


def test_unequal_attrition_fails_unless_the_weights_mend_it():
    def judge(a, b, after):
        return checks.judge_difference_of_shares(
            "attrition", a, b, after_weights=after, what="still observed"
        ).result

    assert judge(0.80, 0.77, 0.0) == "passed"
    assert judge(0.80, 0.73, 0.0) == "in_doubt"
    assert judge(0.80, 0.65, 0.02) == "in_doubt"
    assert judge(0.80, 0.65, 0.12) == "failed"
    assert judge(0.80, 0.65, np.nan) == "failed"
    assert judge(np.nan, 0.65, 0.0) == "not_evaluated"
