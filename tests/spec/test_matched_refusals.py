"""Records that a matched difference cannot read are refused in plain words that name no person."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import matched_difference
from mentor_outcomes.estimates.inference.clustering import clustering
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference
from mentor_outcomes.estimates.panel.mean_changes import NO_WEIGHT
from mentor_outcomes.estimates.panel.mean_difference import mean_difference
from tests.spec.test_matched_bad_input import PEOPLE, panel, sets, varied, waves


def follow_up() -> pd.DataFrame:
    """Everybody, in all periods that moments and waves fall into."""
    rows = sets()[["set_id", "person_id"]]
    return rows.merge(pd.DataFrame({"period": range(19)}), how="cross").assign(weight=1.0)


def response() -> pd.DataFrame:
    return waves(None)[["person_id", "wave"]].assign(response_weight=1.0)


def but(frame: pd.DataFrame, column: str, value, row: int = 3) -> pd.DataFrame:
    """With another value in one row."""
    values = frame[column].astype("object")
    values.iloc[row] = value
    if column != "person_id" and not isinstance(value, str | None):
        values = values.astype("float64")
    return frame.assign(**{column: values})


def of_periods(**changes):
    given = {"sets": sets(), "panel": panel(varied), "periods_since_start": [-2, 0, 1]} | changes
    return matched_difference(**given, outcome="pay")


def of_waves(**changes):
    given = {"sets": sets(), "waves": waves(None), "months_since_start": [-6, 6, 12]} | changes
    return matched_wave_difference(**given, outcome="mood")[0]


def refused(call, **changes) -> str:
    with pytest.raises(EstimationError) as raised:
        call(**changes)
    words = str(raised.value)
    assert not any(person in words for person in PEOPLE)
    return words


@pytest.mark.parametrize("call", [of_periods, of_waves])
@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("set_id", np.nan, "1 of 8 rows have no set_id"),
        ("person_id", None, "1 of 8 rows have no person_id"),
        ("weight", np.nan, "1 of 8 rows have no finite weight"),
        ("weight", np.inf, "1 of 8 rows have no finite weight"),
        ("weight", -1.0, "1 of 8 rows have a weight below zero"),
        ("is_mentored", "False", "the column is_mentored holds"),
        ("is_mentored", None, "the column is_mentored holds"),
        ("is_mentored", 2.0, "1 of 8 rows hold neither 0 nor 1 in is_mentored"),
    ],
)
def test_sets_without_a_name_a_weight_or_an_arm_are_refused(call, column, value, words):
    assert words in refused(call, sets=but(sets(), column, value))


@pytest.mark.parametrize("call", [of_periods, of_waves])
def test_a_person_twice_in_a_set_is_refused(call):
    twice = pd.concat([sets(), sets().iloc[[2]]], ignore_index=True)
    assert "1 of 9 rows of the sets repeat the set and person" in refused(call, sets=twice)


@pytest.mark.parametrize("call", [of_periods, of_waves])
@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("person_id", None, "rows have no person_id"),
        ("set_id", np.nan, "rows have no set_id"),
        ("period", 3.5, "rows have no whole number as period"),
        ("weight", np.nan, "rows have no finite weight"),
        ("weight", -1.0, "rows have a weight below zero"),
    ],
)
def test_follow_up_without_a_name_a_period_or_a_weight_is_refused(call, column, value, words):
    assert words in refused(call, follow_up=but(follow_up(), column, value))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("person_id", None, "1 of 40 rows have no person_id"),
        ("period", np.nan, "1 of 40 rows have no finite period"),
        ("period", 3.5, "1 of 40 rows have no whole number as period"),
        ("pay", "3.5", "the column pay holds"),
    ],
)
def test_a_panel_that_cannot_be_read_is_refused(column, value, words):
    assert words in refused(of_periods, panel=but(panel(varied), column, value))


def test_somebody_without_a_name_changes_nobody_elses_value():
    """With the position -1 their pay stood for that of people who have no row at all."""
    absent = panel(varied)
    absent = absent[absent["person_id"] != "p3"]
    nameless = absent.head(1).assign(person_id=None, pay=1e6)
    refused(of_periods, panel=pd.concat([absent, nameless], ignore_index=True))


@pytest.mark.parametrize("moments", [[0.5], [np.nan], [np.inf]])
def test_moments_between_periods_are_refused(moments):
    assert "whole numbers of periods" in refused(of_periods, periods_since_start=moments)


def test_a_start_or_reference_between_periods_is_refused():
    assert "whole numbers of periods" in refused(of_periods, reference=-0.5)
    between = sets().assign(start_period=2.5)
    assert "8 of 8 rows have no whole number as start_period" in refused(of_periods, sets=between)


def test_whole_numbers_are_taken_in_any_type():
    plain = of_periods().points
    typed = of_periods(
        sets=sets().assign(start_period=2.0),
        panel=panel(varied).astype({"period": "Int64"}),
        periods_since_start=[-2.0, 0.0, 1.0],
    ).points
    pd.testing.assert_frame_equal(plain, typed)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("person_id", None, "1 of 32 rows have no person_id"),
        ("wave", np.nan, "1 of 32 rows have no wave"),
        ("period", 6.5, "no whole number as period"),
        ("opened_on", pd.NaT, "1 of 32 rows have no opened_on"),
        ("opened_on", pd.Timestamp("2020-01-01"), "1 of 4 waves have several opening days"),
        ("period", 7, "1 of 4 waves have several opening days or periods"),
        ("wave", 1, "1 rows of the waves repeat the person and wave"),
        ("mood", "3", "the column mood holds"),
        ("mood", np.inf, "1 of 32 rows have an infinite mood"),
    ],
)
def test_waves_that_cannot_be_read_are_refused(column, value, words):
    changed = waves(None)
    if isinstance(value, str):
        changed[column] = changed[column].astype("object")
    if column in ("wave", "period"):
        changed[column] = changed[column].astype("float64")
    changed.loc[3, column] = value
    if column == "wave" and value == 1:
        # The day of the wave whose number it has, so that only the row is repeated.
        changed.loc[3, ["opened_on", "period"]] = changed.loc[1, ["opened_on", "period"]]
    assert words in refused(of_waves, waves=changed)


@pytest.mark.parametrize("column", ["opened_on", "answered_on"])
def test_days_as_text_are_refused(column):
    text = waves(None).assign(answered_on=lambda frame: frame["opened_on"])
    text[column] = text[column].astype("str")
    assert f"the column {column} holds" in refused(of_waves, waves=text)


def test_a_start_without_a_day_is_refused():
    timeless = sets()
    timeless.loc[0, "time_zero"] = pd.NaT
    assert "1 of 8 rows have no time_zero" in refused(of_waves, sets=timeless)


@pytest.mark.parametrize(
    ("value", "words"),
    [(np.nan, "have no finite response_weight"), (-1.0, "have a response_weight below zero")],
)
def test_response_weights_that_are_none_are_refused(value, words):
    assert words in refused(of_waves, response=but(response(), "response_weight", value))


def test_two_response_weights_of_an_answer_are_refused():
    twice = pd.concat([response(), response().tail(2)])
    assert "2 rows of the response weights repeat" in refused(of_waves, response=twice)


def test_waves_may_have_any_numbers_of_their_own():
    """Numbered from -2 on, the second before the start is -1, which stands for no wave nowhere."""
    plain = of_waves(response=response(), follow_up=follow_up())
    numbered = of_waves(
        waves=waves(None).assign(wave=lambda frame: frame["wave"] - 2),
        response=response().assign(wave=lambda frame: frame["wave"] - 2),
        follow_up=follow_up(),
    )
    assert plain.points["estimate"].notna().all()
    pd.testing.assert_frame_equal(plain.points, numbered.points)
    early = sets().assign(time_zero=pd.Timestamp("2019-01-01").as_unit("us"))
    shifted = waves(None).assign(wave=lambda frame: frame["wave"] - 1)
    nobody = of_waves(sets=early, waves=shifted)
    assert nobody.n_left_out == len(PEOPLE)  # the first wave, -1, opened after all starts


def test_flags_of_0_and_1_are_those_of_true_and_false():
    """The SD is of the comparators, whichever way they are marked."""
    marked = sets().assign(is_mentored=lambda frame: frame["is_mentored"].astype("int64"))
    moods = waves(None).assign(mood=lambda frame: frame.index**2 % 7.0)
    given = {"waves": moods, "outcome": "mood", "months_since_start": [6]}
    plain, numbered = (matched_wave_difference(each, **given) for each in (sets(), marked))
    pd.testing.assert_frame_equal(plain[0].points, numbered[0].points)
    assert plain[1] == numbered[1] > 0


@pytest.mark.parametrize("is_mentored", [True, False])
@pytest.mark.parametrize("call", [of_periods, of_waves])
def test_an_arm_of_no_weight_is_told_in_words_of_its_own(call, is_mentored):
    none = sets().assign(weight=lambda frame: 1.0 * (frame["is_mentored"] != is_mentored))
    points = call(sets=none).points
    assert set(points["reason"]) == {NO_WEIGHT}
    assert points[["estimate", "std_error"]].isna().all(axis=None)
    assert (points["n_mentored" if is_mentored else "n_comparison"] == 0).all()


def test_an_arm_of_no_follow_up_or_response_weight_is_told_as_well():
    of_arm = sets().loc[sets()["is_mentored"], "person_id"]
    no_follow_up, no_response = (
        frame.assign(**{name: frame[name].mask(frame["person_id"].isin(of_arm), 0.0)})
        for frame, name in ((follow_up(), "weight"), (response(), "response_weight"))
    )
    after = of_periods(follow_up=no_follow_up).points.set_index("moment")["reason"]
    assert after.loc[[0, 1]].tolist() == [NO_WEIGHT] * 2
    assert after.loc[-2] != NO_WEIGHT  # nobody is followed before the start
    assert set(of_waves(response=no_response).points["reason"]) == {NO_WEIGHT}


def test_a_column_that_must_have_its_name_is_asked_for_in_its_frame():
    words = refused(of_periods, sets=sets().drop(columns="weight"))
    assert "the sets have no column weight" in words
    assert "rename the column in the sets" in words


def test_a_single_moment_is_to_be_written_as_a_list():
    assert "write [3]" in refused(of_periods, periods_since_start=3)


BY_ROW = clustering(pd.DataFrame(index=range(5)), None)


def test_people_who_weigh_nothing_are_not_counted():
    weights = np.array([1.0, 1.0, 0.0, 1.0, 1.0])
    arm = np.array([True, True, True, False, False])
    found = mean_difference(np.array([1.0, 2, 9, 4, 5]), arm, weights, BY_ROW)
    assert (found.n_mentored, found.n_comparison, found.n_people) == (2, 2, 4)
    assert found.estimate == pytest.approx(1.5 - 4.5)
    without = of_periods(sets=but(sets(), "weight", 0.0)).points
    assert (without["n_comparison"] == 3).all()
    alone = but(but(sets(), "weight", 0.0, row=0), "weight", 0.0, row=1)
    counted = of_periods(sets=alone, minimum_people=3).points
    assert counted["reason"].str.startswith("fewer than 3 of the mentored").all()
