"""Who is seen and who is not: what of it is told, and what of it other tables may tell."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.release.attritions import STATUSES, release_attrition
from mentor_outcomes.release.effects import release_estimates
from mentor_outcomes.study import Release
from tests.invented_attrition import attrition_row
from tests.invented_estimates import frame_of, row

SETTINGS = Release(minimum_people=10, round_counts_to=5)
NO_CURVES = schema.CURVES.empty()
MANY = {"not_due": 50, "left_by_choice": 60, "left_otherwise": 20, "no_value": 100, "seen": 220}
CELLS = [f"n_{status}" for status in STATUSES]


def table(mentored: dict[str, int], comparison: dict[str, int] = MANY) -> pd.DataFrame:
    arms = {"mentored": mentored, "comparison": comparison}
    rows = [attrition_row("mood", 24, arm, cells) for arm, cells in arms.items()]
    return frame_of(schema.ATTRITION, rows)


def told(mentored: dict[str, int], comparison: dict[str, int] = MANY) -> pd.Series:
    """The mentored arm's released row."""
    return release_attrition(table(mentored, comparison), SETTINGS).iloc[0]


def hidden(mentored: dict[str, int], comparison: dict[str, int] = MANY) -> set[str]:
    """Statuses of which the mentored arm's row tells nothing."""
    found = told(mentored, comparison)
    return {status for status in STATUSES if np.isnan(found[f"n_{status}"])}


def test_counts_are_rounded_and_the_people_are_their_sum():
    found = told(MANY | {"left_by_choice": 63, "seen": 218})
    assert found[CELLS].tolist() == [0, 50, 0, 65, 20, 100, 220]
    assert found["n_people"] == 455


def test_shares_are_told_in_steps_of_at_least_five_people():
    """Of 400 known a step of 1 would be 4 people; of 2: 60, 20, 100 and 220 of 400."""
    shares = [f"share_{name}" for name in ("left_by_choice", "left_otherwise", "no_value", "seen")]
    assert told(MANY)[shares].tolist() == [16, 4, 24, 56]  # 15, 5, 25, 55
    ten_times = {status: 10 * n for status, n in MANY.items()}
    assert told(ten_times)[shares].tolist() == [15, 5, 25, 55]


def test_a_small_cell_takes_the_next_smallest_of_what_is_known_with_it():
    """By choice 60, silent 100: 450 people less the others told leaves 60 + 6."""
    few = MANY | {"left_otherwise": 6}
    assert hidden(few) == {"left_otherwise", "left_by_choice"}
    found = told(few)
    assert found[["share_left_otherwise", "share_left_by_choice"]].isna().all()
    assert found[["share_seen", "n_people"]].notna().all()


def test_company_goes_on_until_ten_people_are_hidden():
    assert hidden(MANY | {"left_otherwise": 2, "left_by_choice": 7}) == {
        "left_otherwise",
        "left_by_choice",
        "no_value",
    }


def test_those_seen_hide_no_cell_of_everybody_since_estimates_tell_them():
    """Of pay: 7 left, all others are seen or not due; shares hide the seen, counts the not due."""
    few = {"left_by_choice": 7, "seen": 200, "not_due": 40}
    assert hidden(few) == {"left_by_choice", "seen", "not_due"}


def test_where_nothing_can_hide_a_cell_the_people_are_not_told_either():
    found = told({"left_by_choice": 7, "seen": 200})
    assert np.isnan(found["n_people"])
    assert np.isnan(found["share_seen"])


def test_nobody_may_be_said():
    assert hidden({"seen": 300}) == set()
    assert told({"seen": 300})["share_seen"] == 100


def test_few_without_a_value_before_are_hidden_in_both_arms_since_their_sum_is_told():
    few = MANY | {"no_value_before": 4}
    found = release_attrition(table(few, MANY | {"no_value_before": 90}), SETTINGS)
    assert found["n_no_value_before"].isna().all()
    assert found["n_not_due"].isna().all()  # goes with it: of those left, 20 would need company too
    assert found["share_seen"].notna().all()


def test_a_share_of_people_seen_at_another_start_is_hidden():
    """Nobody counts as silent, since each is seen at some start; but the share tells of them."""
    odd = table(MANY | {"no_value": 0}).assign(share_no_value=[2.5, 25.0])
    found = release_attrition(odd, SETTINGS).iloc[0]
    assert np.isnan(found["share_no_value"])
    assert np.isnan(found["share_left_otherwise"])


def test_of_an_arm_of_few_people_nothing_is_told():
    found = told({"seen": 5, "not_due": 4})
    assert found[[*CELLS, "n_people", "share_seen"]].isna().all()


def beside(attrition: pd.DataFrame, *asked: dict) -> list[str]:
    """What becomes of rows about leaving, of 220 and 220 people: 'told', or the reason."""
    difference = {"method": "matched_difference", "quantity": "difference"}
    rows = [row("mood", "", "", 24.0, 0.1, 0.05, "points", 220, 220) | each for each in asked]
    rows.append(row("mood", *difference.values(), 24.0, 0.1, 0.05, "points", 220, 220))
    released = release_estimates(frame_of(schema.ESTIMATES, rows), NO_CURVES, attrition, SETTINGS)
    return ["told" if one is None or one != one else one for one in released["reason"].iloc[:-1]]


FEW = "hidden: fewer than 10 people"


def lee(n_cut_off: float) -> list[dict]:
    """Both bounds, for which so many people are cut off at either end."""
    about = {"method": "lee_bounds", "n_events": n_cut_off}
    return [about | {"quantity": f"{end}_bound"} for end in ("lower", "upper")]


LEE = lee(34.0)
SEEN = {"method": "lee_bounds", "quantity": "seen_difference", "unit": "per 100 people"}
TIPPING = {"method": "tipping_point", "quantity": "to_zero"}
SILENT = TIPPING | {"variant": "the silent only"}
MORE_SEEN = {"left_by_choice": 40, "left_otherwise": 20, "no_value": 60, "seen": 220}


def test_what_attrition_tells_may_be_told_of_leaving():
    """Of 340 comparators 65 of 100 are seen, of the mentored 55: 34 of 220 are cut off."""
    assert beside(table(MANY, MORE_SEEN), *LEE, SEEN, TIPPING, SILENT) == 5 * ["told"]


def test_without_a_table_of_who_is_seen_nothing_about_leaving_is_told():
    assert beside(schema.ATTRITION.empty(), *LEE, SEEN, TIPPING, SILENT) == 5 * [FEW]


def test_a_difference_of_shares_seen_is_hidden_where_few_of_an_arm_are_not_seen():
    few_gone = {"left_by_choice": 7, "seen": 220, "not_due": 40}
    assert beside(table(MANY, few_gone), SEEN) == [FEW]
    assert beside(table(few_gone, MANY), SEEN) == [FEW]


def test_a_tipping_point_is_hidden_where_few_of_the_mentored_are_not_seen_or_are_silent():
    """It is the difference over their share; the comparators' is not in it."""
    few_gone = {"left_by_choice": 7, "seen": 220, "not_due": 40}
    assert beside(table(few_gone, MANY), TIPPING, SILENT) == [FEW, "told"]
    assert beside(table(MANY, few_gone), TIPPING, SILENT) == ["told", "told"]
    few_silent = {"left_by_choice": 60, "left_otherwise": 80, "no_value": 6, "seen": 220}
    assert beside(table(few_silent, MANY), TIPPING, SILENT) == ["told", FEW]


@pytest.mark.parametrize("n_cut_off", [1.0, 9.0, np.nan])
def test_bounds_are_hidden_where_they_cut_off_a_few_or_nobody_knows_how_many(n_cut_off):
    more = beside(table(MANY, MORE_SEEN), *lee(n_cut_off), SEEN)
    assert more == [*2 * ["hidden: fewer than 10 people are cut off for the bounds"], "told"]


@pytest.mark.parametrize("n_cut_off", [0.0, 10.0])
def test_bounds_are_told_where_nobody_or_enough_are_cut_off(n_cut_off):
    """As few more as 3 of 400 may be seen of one arm: how many are cut off is what counts."""
    near = MANY | {"seen": MANY["seen"] + 3}
    assert beside(table(MANY, near), *lee(n_cut_off)) == ["told", "told"]


def test_how_many_are_cut_off_is_not_told_and_is_no_count_of_who_differs_from_the_main_row():
    """Bounds of the very people of the difference; 40 would pass for people in one of them only."""
    difference = {"method": "matched_difference", "quantity": "difference"}
    rows = [row("mood", "", "", 24.0, 0.1, 0.05, "points", 220, 220) | one for one in lee(40.0)]
    near = [one | {"n_mentored": 225.0} for one in rows]
    main = row("mood", *difference.values(), 24.0, 0.1, 0.05, "points", 220, 220)
    for own, reason in ((rows, "told"), (near, "hidden: it differs from the main estimate by")):
        frame = frame_of(schema.ESTIMATES, [*own, main])
        released = release_estimates(frame, NO_CURVES, table(MANY, MORE_SEEN), SETTINGS).iloc[:2]
        assert released["n_events"].isna().all()
        said = ["told" if pd.isna(each) else each for each in released["reason"]]
        assert all(each.startswith(reason) for each in said)
