"""Balance, overlap and checks at the door, by hand-worked small designs."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.release import release_tables
from mentor_outcomes.release.balances import release_balance
from mentor_outcomes.release.descriptions import release_checks
from mentor_outcomes.release.overlaps import (
    release_calibration,
    release_overlap,
    release_preference,
)
from mentor_outcomes.study import Release
from tests.invented_results import default_study, invented_results

SETTINGS = Release(minimum_people=10, round_counts_to=5)
BEFORE = ["mean_comparison_before", "smd_before", "variance_ratio_before", "ks_before"]
AFTER = ["mean_mentored", "mean_comparison_after", "smd_after", "smd_after_p_value", "ks_after"]


def design(
    n_mentored: int = 100, n_comparison: int = 200, *, eligibility: str = "employed", **other
) -> dict:
    return {
        "role": "protege",
        "contrast": "any",
        "eligibility": eligibility,
        "subgroup": "all",
        "n_mentored_eligible": n_mentored + 50,
        "n_mentored_matched": n_mentored,
        "share_unmatched": 50 / (n_mentored + 50),
        "n_comparison": n_comparison,
        "effective_mentored": float(n_mentored),
        "effective_comparison": 0.8 * n_comparison,
        "equipoise_share": 0.8,
        "equipoise_share_mentored": 0.8,
        "equipoise_share_comparison": 0.8,
        "largest_reuse": 3.0,
        "n_truncated": 0,
        "c_statistic": 0.68,
        "largest_calibration_gap": 0.002,
        "calibration_gap_error": 0.001,
        "left_out_of_model": None,
        "flow_gap": 0,
    } | other


def covariate(
    name: str, *, eligibility: str = "employed", subgroup: str = "all", **people: tuple
) -> dict:
    """A row of balance; known, level, known_before, level_before: (mentored, comparison)."""
    known = people.get("known", (100, 200))
    given = {
        "known": known,
        "level": people.get("level", (np.nan, np.nan)),
        "known_before": people.get("known_before", tuple(n + 50 for n in known)),
        "level_before": people.get(
            "level_before", tuple(n + 25 for n in people.get("level", (np.nan, np.nan)))
        ),
    }
    counts = {}
    for what, values in given.items():
        word, _, when = what.partition("_")
        for arm, n in zip(("mentored", "comparison"), values, strict=True):
            counts[f"n_{arm}_{word}{'_' + when if when else ''}"] = float(n)
    figures = dict.fromkeys([*BEFORE, *AFTER, "variance_ratio_after"], 0.4)
    key = {"role": "protege", "contrast": "any", "eligibility": eligibility}
    key |= {"subgroup": subgroup, "covariate": name}
    return key | figures | counts


def told(rows: list[dict], designs: list[dict] | None = None) -> pd.DataFrame:
    columns = list(schema.BALANCE.column_names())
    frame = pd.DataFrame(rows)[columns]
    overlap = pd.DataFrame(designs or [design()])
    return release_balance(frame, overlap, SETTINGS).set_index(["eligibility", "covariate"])


def is_told(released: pd.DataFrame, columns: list[str]) -> list[bool]:
    return released[columns].notna().all(axis="columns").tolist()


def test_a_mean_of_few_who_have_a_value_is_hidden():
    rows = [
        covariate("rating", known=(3, 200)),
        covariate("age", known=(100, 9)),
        covariate("tenure", known=(10, 10)),
    ]
    released = told(rows)
    assert is_told(released, AFTER) == is_told(released, BEFORE) == [False, False, True]


def test_a_level_of_few_people_is_hidden_however_much_they_weigh():
    rows = [
        covariate("pilot", level=(20, 2)),
        covariate("remote", level=(20, 197)),
        covariate("gender=f", level=(40, 80)),
        covariate("manager", level=(0, 0)),
    ]
    assert is_told(told(rows), AFTER) == [False, False, True, True]


def test_counts_that_are_not_known_hide_their_row():
    assert is_told(told([covariate("age", known=(np.nan, 200))]), AFTER) == [False]


def test_figures_before_matching_are_hidden_where_they_give_back_the_few_not_matched():
    rows = [
        covariate("site=a", level=(0, 0), level_before=(4, 40)),
        covariate("gender=f", level=(40, 80), level_before=(44, 120)),
        covariate("union", level=(40, 80), level_before=(86, 120)),
        covariate("age", known=(96, 200), known_before=(99, 260)),
        covariate("tenure"),
    ]
    released = told(rows)
    assert is_told(released, BEFORE) == [False, False, False, False, True]
    assert is_told(released, AFTER) == [True, True, True, True, True]


def test_hidden_levels_are_made_up_by_the_next_smallest_until_ten_people_are_in_them():
    levels = {"a": (3, 8), "b": (4, 9), "c": (20, 40), "d": (73, 143)}
    rows = [covariate(f"site={name}", level=n) for name, n in levels.items()]
    assert is_told(told(rows), AFTER) == [False, False, False, True]
    assert is_told(told(rows[::-1]), AFTER) == [True, False, False, False]


def test_few_missing_values_hide_a_level_since_all_shares_sum_to_one():
    levels = {"a": (30, 60), "b": (33, 66), "c": (34, 65)}
    rows = [covariate(f"site={name}", level=n) for name, n in levels.items()]
    rows += [covariate("site_missing", level=(3, 9)), covariate("gender=f", level=(40, 80))]
    assert is_told(told(rows), AFTER) == [False, True, True, False, True]


@pytest.mark.parametrize(("n", "n_other"), [((104, 300), (100, 300)), ((104, 300), (80, 296))])
@pytest.mark.parametrize("order", [1, -1])
def test_of_two_designs_that_differ_by_few_people_only_the_larger_is_told(n, n_other, order):
    designs = [design(*n), design(*n_other, eligibility="below_top_grade")]
    rows = [
        covariate("grade=1", known=n, level=(54, 150)),
        covariate("grade=1", known=n_other, level=(54, 150), eligibility="below_top_grade"),
    ]
    released = told(rows[::order], designs[::order])
    assert released["smd_after"].notna()[("employed", "grade=1")]
    assert released.loc[("below_top_grade", "grade=1"), [*BEFORE, *AFTER]].isna().all()
    overlap = release_overlap(pd.DataFrame(designs[::order]), SETTINGS).set_index("eligibility")
    assert overlap["equipoise_share"].notna().to_dict() == {
        "employed": True,
        "below_top_grade": False,
    }


def test_two_designs_are_near_in_a_covariate_where_few_differ_with_or_without_a_level():
    designs = [design(130, 300), design(100, 200, eligibility="below_top_grade")]
    levels = {"gender=f": ((60, 150), (45, 100)), "union": ((60, 150), (55, 100))}
    rows = [
        covariate(name, known=known, level=level, eligibility=eligibility)
        for name, both in levels.items()
        for level, known, eligibility in zip(
            both, ((130, 300), (100, 200)), ("employed", "below_top_grade"), strict=True
        )
    ]
    assert is_told(told(rows, designs), AFTER) == [True, True, True, False]


def test_counts_behind_balance_are_rounded_and_tell_no_few_without_a_value():
    rows = [covariate("age", known=(97, 188)), covariate("tenure")]
    released = told(rows)
    counts = ["n_mentored_known", "n_comparison_known"]
    assert released.loc["employed", counts].to_numpy().tolist()[1] == [100, 200]
    assert np.isnan(released["n_mentored_known"].iloc[0])
    assert released["n_comparison_known"].iloc[0] == 190


@pytest.mark.parametrize(
    "share", [{"equipoise_share_mentored": 0.97}, {"equipoise_share_comparison": 0.02}]
)
def test_shares_in_equipoise_are_hidden_where_few_are_in_it_or_out_of_it(share):
    released = release_overlap(pd.DataFrame([design(**share)]), SETTINGS)
    assert released[[name for name in released if "equipoise" in name]].isna().all(axis=None)


def check(name: str, *, n_smallest: float = np.nan, result: str = "passed") -> dict:
    return {
        "check": name,
        "outcome": "log_pay",
        "role": "protege",
        "contrast": "any",
        "result": result,
        "value": 0.03,
        "n_smallest": n_smallest,
        "message": "still employed after 24 months: 97% of the mentored, 94% of the comparators",
        "is_waived": False,
        "waiver": None,
    }


def told_checks(*checks: dict, designs: list[dict]) -> list[bool]:
    released = release_checks(pd.DataFrame(checks), pd.DataFrame(designs), SETTINGS)
    is_told = released["value"].notna()
    assert (released["message"] == "hidden: fewer than 10 people").eq(~is_told).all()
    return is_told.tolist()


def test_a_check_tells_nothing_of_a_smallest_cell_of_few():
    cells = [check("attrition", n_smallest=n) for n in (3.0, 0.0, 10.0, np.nan)]
    assert told_checks(*cells, designs=[design()]) == [False, True, True, True]


def test_a_check_of_a_hidden_design_tells_nothing():
    names = ("attrition", "balance", "overlap", "unmatched_mentees")
    checks = [check(name, n_smallest=40.0) for name in names]
    assert told_checks(*checks, designs=[design(4, 9)]) == [False] * 4
    assert told_checks(*checks, designs=[design(contrast="formal")]) == [False] * 4


def test_the_check_of_overlap_tells_no_share_that_overlap_does_not_tell():
    alike = design(equipoise_share_mentored=0.97)
    checks = [check("overlap"), check("attrition", n_smallest=40.0)]
    assert told_checks(*checks, designs=[alike]) == [False, True]


def test_a_check_that_was_not_evaluated_says_so_whatever_the_design():
    row = check("balance", result="not_evaluated") | {"message": "was not evaluated"}
    released = release_checks(pd.DataFrame([row]), pd.DataFrame([design(4, 9)]), SETTINGS)
    assert released["message"].tolist() == ["was not evaluated"]


def test_the_share_without_comparator_is_not_told_when_it_is_of_few():
    study = default_study()
    tables = invented_results(study)
    overlap = tables["overlap"].query("subgroup == 'all'")
    overlap = overlap.assign(n_mentored_eligible=644, share_unmatched=4 / 644)
    released = release_tables(tables | {"overlap": overlap}, SETTINGS)
    assert released["overlap"][["n_mentored_eligible", "share_unmatched"]].isna().all(axis=None)
    assert (released["overlap"]["n_mentored_matched"] == 640).all()
    unmatched = released["checks"][released["checks"]["check"] == "unmatched_mentees"]
    assert unmatched["value"].isna().all()
    assert (unmatched["message"] == "hidden: fewer than 10 people").all()


def gender(
    designs: dict[str, tuple[int, int]], rows: dict[str, dict] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Released overlap and balance of age, by subgroup; of everybody 200 mentored, 400 others."""
    overlap = [design(200, 400), *(design(*n, subgroup=name) for name, n in designs.items())]
    balance = [covariate("age", known=(200, 400))]
    balance += [
        covariate("age", subgroup=name, **({"known": n} | (rows or {}).get(name, {})))
        for name, n in designs.items()
    ]
    overlap = pd.DataFrame(overlap)
    frame = pd.DataFrame(balance)[list(schema.BALANCE.column_names())]
    return (
        release_overlap(overlap, SETTINGS).set_index("subgroup"),
        release_balance(frame, overlap, SETTINGS).set_index("subgroup"),
    )


def test_a_small_subgroup_is_not_given_back_by_everybody_less_the_other():
    overlap, balance = gender({"gender=f": (193, 380), "gender=m": (7, 20)})
    assert overlap["n_mentored_matched"].notna().to_dict() == {
        "all": True,
        "gender=f": False,
        "gender=m": False,
    }
    assert balance["smd_after"].notna().tolist() == [True, False, False]
    assert balance["smd_before"].notna().tolist() == [True, False, False]


def test_large_subgroups_are_told():
    overlap, balance = gender({"gender=f": (90, 180), "gender=m": (110, 220)})
    assert overlap["equipoise_share"].notna().all()
    assert balance["smd_after"].notna().all()
    assert overlap.loc["gender=f", "effective_mentored"] == 90


def test_a_few_without_a_value_take_the_smallest_subgroup_with_them():
    overlap, _ = gender({"gender=f": (90, 180), "gender=m": (105, 212), "gender_missing": (5, 8)})
    assert overlap["n_mentored_matched"].isna().to_dict() == {
        "all": False,
        "gender=f": True,
        "gender=m": False,
        "gender_missing": True,
    }


def test_few_with_a_value_in_one_subgroup_hide_the_covariate_in_the_other():
    _, balance = gender(
        {"gender=f": (90, 180), "gender=m": (110, 220)}, {"gender=m": {"known": (4, 220)}}
    )
    assert balance["smd_after"].notna().tolist() == [True, False, False]


def test_few_unmatched_in_a_subgroup_hide_the_number_of_its_eligible_and_of_the_other():
    few = design(110, 220, subgroup="gender=m", n_mentored_eligible=114)
    many = design(90, 180, subgroup="gender=f")
    frame = pd.DataFrame([design(200, 400), few, many])
    released = release_overlap(frame, SETTINGS).set_index("subgroup")
    assert released["n_mentored_eligible"].notna().tolist() == [True, False, False]
    assert released["n_mentored_matched"].notna().all()


def test_a_hidden_subgroup_hides_no_check():
    designs = [design(), design(4, 9, subgroup="gender=x"), design(96, 191, subgroup="gender=f")]
    assert told_checks(check("attrition", n_smallest=40.0), designs=designs) == [True]


def test_a_gap_of_few_in_the_flow_is_not_counted_out():
    frame = pd.DataFrame([design(flow_gap=3), design(contrast="formal", flow_gap=30)])
    released = release_overlap(frame, SETTINGS)
    assert np.isnan(released["flow_gap"].iloc[0])
    assert released["flow_gap"].iloc[1] == 30


def ranges(people: dict[float, int], **other) -> pd.DataFrame:
    rows = [
        {
            "role": "protege",
            "contrast": "any",
            "eligibility": "employed",
            "arm": "mentored",
            "preference_from": lower,
            "share": n / sum(people.values()),
            "n_people": n,
        }
        | other
        for lower, n in people.items()
    ]
    return pd.DataFrame(rows)


def test_a_range_of_few_takes_the_next_smallest_on_its_side_of_equipoise_with_it():
    people = {0.1: 3, 0.2: 14, 0.25: 40, 0.3: 12, 0.5: 60, 0.65: 50, 0.7: 20}
    overlap = pd.DataFrame([design(149, 300)])
    released = release_preference(ranges(people), overlap, SETTINGS)
    told = dict(zip(people, released["share"].notna(), strict=True))
    assert [lower for lower, is_told in told.items() if not is_told] == [0.1, 0.2]
    assert (released["n_people"].isna() == released["share"].isna()).all()


def test_no_range_is_told_where_the_share_in_equipoise_is_not():
    few_outside = pd.DataFrame([design(equipoise_share_mentored=0.97)])
    released = release_preference(ranges({0.3: 40, 0.5: 60}), few_outside, SETTINGS)
    assert released["share"].isna().all()


def test_a_range_with_a_few_people_more_than_another_designs_is_told_once():
    overlap = pd.DataFrame([design(200, 400), design(150, 300, eligibility="below_top_grade")])
    both = [
        ranges({0.3: 100, 0.5: 100}),
        ranges({0.3: 96, 0.5: 54}, eligibility="below_top_grade"),
    ]
    released = release_preference(pd.concat(both, ignore_index=True), overlap, SETTINGS)
    # The range beside it would give it back: the share in equipoise is told.
    assert released["share"].notna().tolist() == [True, True, False, False]


def tenths(*n_starts: int) -> pd.DataFrame:
    rows = [
        {
            "role": "protege",
            "contrast": "any",
            "tenth": place,
            "n_person_months": 1000,
            "n_people": 300,
            "n_starts": n,
            "mean_predicted": n / 1000,
            "observed_share": n / 1000,
            "gap_error": 0.001,
        }
        for place, n in enumerate(n_starts, start=1)
    ]
    return pd.DataFrame(rows)


def test_a_tenth_with_few_starts_takes_the_next_smallest_with_it():
    released = release_calibration(tenths(4, 30, 15, 40), SETTINGS)
    assert released["observed_share"].notna().tolist() == [False, True, False, True]
    assert released["mean_predicted"].notna().tolist() == [False, True, False, True]
    assert released["n_starts"].dropna().tolist() == [30, 40]


def test_a_tenth_without_a_start_is_told():
    assert release_calibration(tenths(0, 30), SETTINGS)["observed_share"].tolist() == [0, 0.03]
