"""Tables about scales and surveys: quality, invariance, response and linkage."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import SchemaError
from mentor_outcomes.measures import (
    build_measures,
    response_rates,
    scale_invariance,
    scale_quality,
)
from mentor_outcomes.study import Scale
from tests.made_answers import exact_answers

THREE = Scale(("i1", "i2", "i3"), lowest=-9, highest=9)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text).as_unit("us")


def answers_of(*waves: pd.DataFrame) -> pd.DataFrame:
    """Sheets of one wave after the other, by the same people, answered in January."""
    parts = [
        items.assign(
            person_id=[f"p{number:03d}" for number in range(len(items))],
            wave=wave,
            answered_on=day(f"{2019 + wave}-01-15"),
        )
        for wave, items in enumerate(waves, start=1)
    ]
    return pd.concat(parts, ignore_index=True)


def mentorships_of(**starts: str | None) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "protege_id": pd.Series(list(starts), dtype="str"),
            "started_on": pd.to_datetime(pd.Series(list(starts.values()), dtype="object")),
        }
    )
    return frame.astype({"started_on": "datetime64[us]"})


ALIKE = exact_answers([1, 1, 1])


def test_quality_tells_reliability_with_intervals_on_complete_answers():
    sheets = answers_of(pd.concat([ALIKE, ALIKE[:1].assign(i3=np.nan)], ignore_index=True))
    row = scale_quality(sheets, {"mood": THREE}).iloc[0]
    assert (row["n_people"], row["n_complete"]) == (65, 64)
    assert row["omega"] == pytest.approx(9 / 12, abs=1e-8)  # loadings and residuals of 1
    assert row["alpha_ci_low"] < row["alpha"] < row["alpha_ci_high"]
    assert row["omega_ci_low"] < row["omega"] < row["omega_ci_high"]
    assert row["key_errors"] == "" and np.isnan(row["spearman_brown"])


def test_quality_names_items_keyed_the_wrong_way_and_says_why_numbers_are_missing():
    two = Scale(("i1", "i2"), lowest=-9, highest=9)
    one = Scale(("i1",), lowest=-9, highest=9)
    sheets = answers_of(ALIKE.assign(i2=-ALIKE["i2"]))
    table = scale_quality(sheets, {"mood": THREE, "two": two, "one": one}).set_index("scale")
    schema.SCALE_QUALITY.check(table.reset_index())
    assert table["key_errors"].to_dict() == {"mood": "i2", "two": "i1, i2", "one": ""}
    assert "omega is not defined for two items" in table["reason"]["two"]
    assert np.isfinite(table["spearman_brown"]["two"])
    assert "one item has no alpha" in table["reason"]["one"]
    assert "both keys" in table["reason"]["mood"]


def test_few_people_have_alpha_but_no_omega_and_that_is_said():
    table = scale_quality(answers_of(ALIKE[:20]), {"mood": THREE}).iloc[0]
    assert np.isfinite(table["alpha"]) and np.isnan(table["omega"])
    assert "20 people with complete answers, fewer than 30" in table["reason"]


def test_invariance_has_a_row_per_grouping_and_step_and_compares_waves_and_the_mentored():
    """Half of the people start in March 2020, after wave 1; one group has their later answers."""
    half = mentorships_of(**{f"p{number:03d}": "2020-03-01" for number in range(32)})
    table = scale_invariance(answers_of(ALIKE, ALIKE), half, {"mood": THREE})
    schema.SCALE_INVARIANCE.check(table)
    rows = table.set_index(["grouping", "step"])
    assert len(rows) == 6
    assert rows["n_groups"].eq(2).all() and rows["n_people"].eq(64).all()
    assert rows.loc[("mentored", "metric"), "n_smallest"] == 32
    assert rows.loc[("waves", "metric"), "n_smallest"] == 64
    assert rows.loc["waves", "holds"].tolist() == ["cannot be tested", "yes", "yes"]


def test_a_mentorship_counts_from_the_day_it_begins_and_only_if_it_begins():
    starts = dict.fromkeys([f"p{number:03d}" for number in range(32)], "2020-01-15")
    starts |= dict.fromkeys([f"p{number:03d}" for number in range(32, 64)], None)
    table = scale_invariance(answers_of(ALIKE), mentorships_of(**starts), {"mood": THREE})
    mentored = table[table["grouping"] == "mentored"]
    assert mentored["n_smallest"].tolist() == [32] * 3


@pytest.mark.parametrize(
    ("sheets", "scale", "holds", "says"),
    [
        (answers_of(ALIKE), Scale(("i1", "i2"), lowest=-9, highest=9), "cannot be tested", "three"),
        (answers_of(ALIKE), THREE, "not evaluated", "of one group"),
        (answers_of(ALIKE, ALIKE[:12]), THREE, "not evaluated", "12 people with complete answers"),
        (answers_of(ALIKE, ALIKE.assign(i2=3.0)), THREE, "not evaluated", "same answer to i2"),
    ],
)
def test_what_cannot_be_fitted_has_rows_with_a_reason_and_no_numbers(sheets, scale, holds, says):
    table = scale_invariance(sheets, mentorships_of(), {"mood": scale})
    schema.SCALE_INVARIANCE.check(table)
    waves = table[table["grouping"] == "waves"]
    assert waves["holds"].tolist() == [holds] * 3
    assert waves["reason"].str.contains(says).all()
    assert waves[["chi2", "cfi", "rmsea", "delta_cfi"]].isna().all(axis=None)


def test_a_wave_that_did_not_ask_for_the_scale_is_no_group():
    silent = ALIKE * np.nan
    table = scale_invariance(answers_of(ALIKE, silent, ALIKE), mentorships_of(), {"mood": THREE})
    assert table[table["grouping"] == "waves"]["n_groups"].tolist() == [2] * 3


ANSWERS = pd.DataFrame(
    {
        "person_id": ["ann", "bo", "cy", "eve"],
        "wave": 1,
        "answered_on": [day("2020-06-01"), day("2020-06-04"), day("2020-06-02"), day("2020-06-09")],
    }
)
SPELLS = pd.DataFrame(
    [
        ("ann", "2018-01-01", None),
        ("bo", "2018-01-01", "2020-06-01"),  # the day the wave opened is the last one
        ("cy", "2020-06-01", None),
        ("di", "2018-01-01", None),
        ("di", "2015-01-01", "2016-01-01"),
        ("eve", "2020-06-05", None),  # hired after it opened
        ("flo", "2018-01-01", "2020-05-31"),  # gone the day before
    ],
    columns=["person_id", "hired_on", "left_on"],
).astype({"hired_on": "datetime64[us]", "left_on": "datetime64[us]"})
MENTORED = mentorships_of(ann="2020-06-01", bo="2020-06-02", di="2019-01-01")


def linkage_of(**unlinked: int) -> pd.DataFrame:
    """Waves that opened with their first answer."""
    waves = pd.Series([int(name[1:]) for name in unlinked])
    opened = waves.map(ANSWERS.groupby("wave")["answered_on"].min()).astype("datetime64[us]")
    return pd.DataFrame({"wave": waves, "n_unlinked": list(unlinked.values()), "opened_on": opened})


def test_response_counts_those_employed_the_day_a_wave_opened_in_the_arm_they_were_in():
    """Employed: Ann, Bo, Cy, Di. Mentored by 1 June: Ann, Di; of these only Ann answered."""
    rates = response_rates(ANSWERS, SPELLS, MENTORED, linkage_of(w1=1)).set_index("arm")
    schema.RESPONSE_RATES.check(rates.reset_index())
    assert rates["n_employed"].to_dict() == {"mentored": 2, "not_mentored": 2}
    assert rates["n_answered"].to_dict() == {"mentored": 1, "not_mentored": 2}
    assert rates["response_rate"].to_dict() == {"mentored": 0.5, "not_mentored": 1.0}


def test_linkage_is_bounded_by_giving_an_arm_as_many_of_the_unlinked_as_have_not_answered():
    """Of the mentored Di has not answered, of the others everybody has."""
    for n_unlinked in (1, 7):
        rates = response_rates(ANSWERS, SPELLS, MENTORED, linkage_of(w1=n_unlinked))
        rates = rates.set_index("arm")
        assert rates["n_unlinked"].tolist() == [n_unlinked] * 2
        assert rates["linkage_lowest"].to_dict() == {"mentored": 1 / 2, "not_mentored": 1}
        assert rates["linkage_highest"].tolist() == [1, 1]


def test_an_arm_in_which_nobody_was_employed_or_nobody_answered_has_no_bounds():
    nobody = response_rates(ANSWERS, SPELLS, mentorships_of(), linkage_of(w1=1)).set_index("arm")
    silent = response_rates(ANSWERS, SPELLS, mentorships_of(di="2019-01-01"), linkage_of(w1=1))
    silent = silent.set_index("arm")
    assert nobody["n_employed"].to_dict() == {"mentored": 0, "not_mentored": 4}
    assert silent["n_employed"].to_dict() == {"mentored": 1, "not_mentored": 3}
    for rates in (nobody, silent):
        schema.RESPONSE_RATES.check(rates.reset_index())
        bounds = rates[["linkage_lowest", "linkage_highest"]]
        assert bounds.loc["mentored"].isna().all()
        assert bounds.loc["not_mentored"].notna().all()
    assert nobody.loc["not_mentored", "linkage_lowest"] == 3 / 4


def test_a_wave_without_any_linked_answer_has_rows_and_neither_response_nor_bounds():
    rates = response_rates(ANSWERS, SPELLS, MENTORED, linkage_of(w1=0, w2=5))
    second = rates[rates["wave"] == 2]
    assert second["n_employed"].isna().all()
    assert second[["linkage_lowest", "linkage_highest"]].isna().all(axis=None)


def test_who_was_asked_is_who_was_employed_the_day_a_wave_is_said_to_have_opened():
    earlier = linkage_of(w1=1).assign(opened_on=pd.Timestamp("2020-05-31"))
    rates = response_rates(ANSWERS, SPELLS, MENTORED, earlier).set_index("arm")
    # Flo was there until 31 May and Cy not yet; of those there only Di had a mentor by then.
    assert rates["n_employed"].to_dict() == {"mentored": 1, "not_mentored": 3}
    assert rates["n_answered"].to_dict() == {"mentored": 0, "not_mentored": 2}


def test_a_wave_that_linkage_does_not_know_is_refused():
    with pytest.raises(SchemaError, match="1 of 1 waves"):
        response_rates(ANSWERS, SPELLS, MENTORED, linkage_of(w7=0))


def test_the_order_of_rows_changes_no_response():
    straight = response_rates(ANSWERS, SPELLS, MENTORED, linkage_of(w1=1))
    shuffled = response_rates(ANSWERS[::-1], SPELLS[::-1], MENTORED[::-1], linkage_of(w1=1))
    pd.testing.assert_frame_equal(straight, shuffled)


def test_a_study_without_a_survey_has_every_table_without_rows():
    made = build_measures({}, {"mood": THREE})
    for table in (schema.SCALE_QUALITY, schema.SCALE_INVARIANCE, schema.RESPONSE_RATES):
        assert made[table.name].empty
        table.check(made[table.name])
