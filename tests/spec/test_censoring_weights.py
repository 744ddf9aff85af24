"""Weights for those mentored later, gone or silent, worked by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import censoring_weights, response_weights
from mentor_outcomes.study import Groups, StudySection

SECTION = StudySection(
    "four months of 2020", date(2020, 1, 1), date(2020, 4, 30), date(2019, 1, 1), "voluntary"
)
UNTRUNCATED = Groups(covariates=("x",), truncate_weights_at=1.0)
FITTED = 1e-8
"""The logit's Newton steps stop when no row moves by more than 1e-9."""


def months(people: dict[str, float], gone: dict[str, int] | None = None) -> pd.DataFrame:
    """A row per person and period -1 ... 3, up to the one before they are gone; x is a constant."""
    rows = [
        {"person_id": person, "period": period, "x": x, "is_on_leave": False, "tenure_months": 99.0}
        for person, x in people.items()
        for period in range(-1, 4)
        if period < (gone or {}).get(person, 99)
    ]
    return pd.DataFrame(rows)


def starts(days: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "role": "protege",
            "person_id": list(days),
            "started_on": pd.to_datetime(list(days.values())).astype("datetime64[us]"),
            "is_prevalent": False,
        }
    )


def exits(days: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person_id": pd.Series(list(days), dtype="str"),
            "occurred_on": pd.to_datetime(list(days.values())).astype("datetime64[us]"),
            "event": pd.Series("voluntary_exit", index=range(len(days)), dtype="str"),
        }
    )


def one_set(set_id: int, time_zero: str, mentored: str, *comparators: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "role": "protege",
            "contrast": "any",
            "eligibility": "employed",
            "set_id": set_id,
            "person_id": [mentored, *comparators],
            "time_zero": pd.Timestamp(time_zero).as_unit("us"),
            "is_mentored": [True] + [False] * len(comparators),
            "weight": [1.0] + [1 / len(comparators)] * len(comparators),
            "score": 0.0,
        }
    )


def town() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of 16 people with x = 0 a quarter starts in January and again in February; of 16 with
    x = 1 half of those left do: the hazards are 1/4 and 1/2 in both months, 0 afterwards."""
    people, days = {}, {}
    for x, n_january, n_february in ((0, 4, 3), (1, 8, 4)):
        for number in range(16):
            person = f"{x}-{number:02d}"
            people[person] = float(x)
            if number < n_january:
                days[person] = "2020-01-16"
            elif number < n_january + n_february:
                days[person] = "2020-02-10"
    return months(people), starts(days)


def weights_of(sets, panel, first, left, groups=UNTRUNCATED, longest_months=36):
    table = censoring_weights(
        sets, panel, first, left, section=SECTION, groups=groups, longest_months=longest_months
    )
    schema.CENSORING_WEIGHTS.check(table)
    return table.set_index(["set_id", "person_id", "period"])


def test_a_comparator_unlikely_to_start_stands_for_those_who_did():
    panel, first = town()
    never, later = "0-15", "1-08"
    weights = weights_of(one_set(1, "2020-01-16", "1-00", never, later), panel, first, exits({}))
    january = 15 / 31  # days left after the 16th
    # Mean hazard of the two: (1/4 + 1/2) / 2 = 3/8. Factors (5/8)/(3/4) = 5/6, (5/8)/(1/2) = 5/4.
    mine = weights.loc[1].loc[never]
    assert mine["unmentored_weight"].to_numpy() == pytest.approx(
        (5 / 6) ** np.array([january / 2, january + 1 / 2, january + 1, january + 1]), abs=FITTED
    )
    assert mine["unmentored_weight_at_end"].to_numpy() == pytest.approx(
        (5 / 6) ** np.array([january, january + 1, january + 1, january + 1]), abs=FITTED
    )
    theirs = weights.loc[1].loc[later]
    assert theirs["unmentored_weight"].to_numpy() == pytest.approx(
        (5 / 4) ** np.array([january / 2, january + 1 / 2]), abs=FITTED
    )


def test_follow_up_of_a_comparator_ends_in_the_period_of_their_own_start():
    panel, first = town()
    weights = weights_of(one_set(1, "2020-01-16", "1-00", "0-15", "1-08"), panel, first, exits({}))
    assert weights.loc[1].loc["1-08"].index.tolist() == [0, 1]
    assert weights.loc[1].loc["1-08", "unmentored_weight_at_end"].isna().tolist() == [False, True]


def test_the_mentored_have_no_weight_for_staying_unmentored():
    panel, first = town()
    mine = weights_of(one_set(1, "2020-01-16", "1-00", "0-15"), panel, first, exits({}))
    mine = mine.loc[1].loc["1-00"]
    assert (mine[["unmentored_weight", "unmentored_weight_at_end", "stayed_weight"]] == 1).all(
        axis=None
    )
    assert mine.index.tolist() == [0, 1, 2, 3]


def test_comparators_kept_as_assigned_are_followed_on_with_weight_one():
    panel, first = town()
    groups = Groups(
        covariates=("x",), comparators_mentored_later="as_assigned", truncate_weights_at=1.0
    )
    sets = one_set(1, "2020-01-16", "1-00", "1-08")
    mine = weights_of(sets, panel, first, exits({}), groups).loc[1].loc["1-08"]
    assert mine.index.tolist() == [0, 1, 2, 3]
    assert (mine[["unmentored_weight", "unmentored_weight_at_end"]] == 1).all(axis=None)


def test_follow_up_ends_one_period_past_the_longest_horizon():
    panel, first = town()
    sets = one_set(1, "2020-01-16", "1-00", "0-15")
    weights = weights_of(sets, panel, first, exits({}), longest_months=1)
    assert weights.loc[1].loc["0-15"].index.tolist() == [0, 1, 2]


def leaving_town() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """In February 1 of 4 mentored and 2 of 4 unmentored leave; nobody else ever does."""
    people = dict.fromkeys(["m1", "m2", "m3", "m4", "u1", "u2", "u3", "u4"], 0.0)
    first = starts({person: "2020-01-16" for person in ("m1", "m2", "m3", "m4")})
    left = exits({"m4": "2020-02-20", "u3": "2020-02-20", "u4": "2020-02-20"})
    return months(people, gone={"m4": 1, "u3": 1, "u4": 1}), first, left


def test_those_who_stayed_though_likely_to_leave_stand_for_the_leavers():
    panel, first, left = leaving_town()
    groups = Groups(truncate_weights_at=1.0)
    early, late = one_set(1, "2020-01-16", "m1", "u1"), one_set(2, "2020-02-15", "m2", "u2")
    weights = weights_of(pd.concat([early, late]), panel, first, left, groups)["stayed_weight"]
    february = 14 / 29  # days left after the 15th, in a leap year
    # Comparators, hazard 1/2 in February. In the period of time zero: 0 (January) and 1/2, mean
    # 1/4; one period on: 1/2 and 0 (March), mean 1/4.
    assert weights.loc[1, "u1"].to_numpy()[:3] == pytest.approx(
        [(3 / 4) ** (15 / 31), (3 / 4) ** (15 / 31) * 3 / 2, (3 / 4) ** (15 / 31) * 3 / 2],
        abs=FITTED,
    )
    assert weights.loc[2, "u2"].to_numpy()[:2] == pytest.approx(
        [(3 / 2) ** february, (3 / 2) ** february * 3 / 4], abs=FITTED
    )
    # The mentored, hazard 1/4: mean 1/8.
    assert weights.loc[2, "m2"].to_numpy()[:2] == pytest.approx(
        [(7 / 6) ** february, (7 / 6) ** february * 7 / 8], abs=FITTED
    )


def test_a_comparator_kept_as_assigned_leaves_as_the_mentored_do_once_mentored():
    """u2 starts in February: the hazard of that month is still 1/2, and March's, 0 for both, would
    be the mentored's. u1 starts in January, so that of February is the mentored's 1/4 or 1/3."""
    panel, first, left = leaving_town()
    groups = Groups(comparators_mentored_later="as_assigned", truncate_weights_at=1.0)
    later = pd.concat([first, starts({"u1": "2020-01-20"})])
    sets = pd.concat([one_set(1, "2020-01-16", "m1", "u1"), one_set(2, "2020-01-16", "m2", "u2")])
    weights = weights_of(sets, panel, later, left, groups)["stayed_weight"]
    # In February 1 of 5 mentored by then and 2 of 3 unmentored leave: comparators' mean 13/30.
    mean = (1 / 5 + 2 / 3) / 2
    assert weights.loc[1, "u1"].loc[1] == pytest.approx((1 - mean) / (1 - 1 / 5), abs=FITTED)
    assert weights.loc[2, "u2"].loc[1] == pytest.approx((1 - mean) / (1 - 2 / 3), abs=FITTED)


def test_in_the_period_of_their_start_the_mentored_leave_as_the_unmentored_do():
    """Both started in February, in which 1/2 of those unmentored at its outset leave. m1's set
    begins a month before in the sets' own time, so that the mean of the arm is not m2's own."""
    panel, first, left = leaving_town()
    first = first[~first["person_id"].isin(["m2"])]
    first = pd.concat([first, starts({"m2": "2020-02-15"})])
    sets = pd.concat([one_set(1, "2020-01-16", "m1", "u1"), one_set(2, "2020-02-15", "m2", "u2")])
    weights = weights_of(sets, panel, first, left, Groups(truncate_weights_at=1.0))
    # Of m2, u1 ... u4, unmentored when February began, 2 of 5 leave; January: nobody. Mean 1/5.
    expected = ((4 / 5) / (3 / 5)) ** (14 / 29)
    assert weights["stayed_weight"].loc[2, "m2"].loc[1] == pytest.approx(expected, abs=FITTED)


def test_somebody_whose_last_day_ends_a_month_is_followed_to_its_end():
    panel, first, left = leaving_town()
    left = left.assign(occurred_on=pd.Timestamp("2020-01-31").as_unit("us"))
    weights = weights_of(
        one_set(1, "2020-01-16", "m1", "u3"), panel, first, left, Groups(truncate_weights_at=1.0)
    )
    row = weights.loc[1, "u3"]
    assert row.index.tolist() == [0]
    assert row["unmentored_weight_at_end"].notna().all()


def test_weights_beyond_the_declared_quantiles_are_moved_to_them():
    panel, first = town()
    sets = one_set(1, "2020-01-16", "1-00", "0-15", "1-08")
    every = weights_of(sets, panel, first, exits({})).loc[1].drop(index="1-00")
    cut = weights_of(
        sets, panel, first, exits({}), Groups(covariates=("x",), truncate_weights_at=0.8)
    )
    # Two comparators in each period: neither of them is beyond a quantile that is a weight.
    assert cut.loc[1].drop(index="1-00")["unmentored_weight"].to_numpy() == pytest.approx(
        every["unmentored_weight"].to_numpy(), abs=FITTED
    )


def test_late_weights_are_cut_no_more_often_than_early_ones():
    """Twelve comparators alike but for one, whose weight rises every month: with the quantile .9
    one of twelve may be moved in each month, to the next weight of that month."""
    panel, first = town()
    alike = [f"0-{number:02d}" for number in range(5, 16)]
    first = first[~first["person_id"].isin(alike)]
    sets = one_set(1, "2020-01-16", "1-00", "1-15", *alike)
    groups = Groups(covariates=("x",), truncate_weights_at=0.9)
    uncut = weights_of(sets, panel, first, exits({}))["unmentored_weight_at_end"].loc[1]
    cut = weights_of(sets, panel, first, exits({}), groups)["unmentored_weight_at_end"].loc[1]
    for period in (0, 1, 2, 3):
        of_alike = uncut.loc[(alike[0], period)]
        assert uncut.loc[("1-15", period)] > of_alike
        assert cut.loc[("1-15", period)] == pytest.approx(of_alike, abs=FITTED)
        assert cut.loc[(alike[0], period)] == pytest.approx(of_alike, abs=FITTED)


def test_who_is_too_new_to_start_does_not_make_starting_look_rare():
    """32 newcomers below the minimum tenure, of whom none starts, change nobody's hazard."""
    panel, first = town()
    new = months({f"new-{number:02d}": float(number % 2) for number in range(32)})
    both = pd.concat([panel, new.assign(tenure_months=2.0)])
    sets = one_set(1, "2020-01-16", "1-00", "0-15", "1-08")
    alone = weights_of(sets, panel, first, exits({}))["unmentored_weight"]
    among_new = weights_of(sets, both, first, exits({}))["unmentored_weight"]
    assert among_new.to_numpy() == pytest.approx(alone.to_numpy(), abs=FITTED)


def test_nobody_on_leave_starts_unless_somebody_did():
    """A comparator on leave all February has no chance of starting: no weight is gained then."""
    panel, first = town()
    panel = panel.assign(is_on_leave=(panel["person_id"] == "0-15") & (panel["period"] == 0))
    weights = weights_of(one_set(1, "2020-01-16", "1-00", "0-15"), panel, first, exits({}))
    mine = weights.loc[1].loc["0-15", "unmentored_weight_at_end"]
    assert mine[1] == pytest.approx(mine[0], abs=FITTED)


def test_a_certain_start_is_refused():
    panel, _ = town()
    everyone = starts({person: "2020-02-10" for person in panel["person_id"].unique()})
    sets = one_set(1, "2020-01-16", "1-00", "0-15")
    with pytest.raises(EstimationError, match="certain"):
        weights_of(sets, panel, everyone, exits({}))


def test_a_comparator_hired_in_the_period_of_time_zero_is_refused_with_the_remedy():
    panel, first = town()
    panel = panel[(panel["person_id"] != "0-15") | (panel["period"] >= 0)]
    with pytest.raises(EstimationError, match=r"1 of \d+ person-periods.*min_tenure_months"):
        weights_of(one_set(1, "2020-01-16", "1-00", "0-15"), panel, first, exits({}))


def test_without_sets_there_are_no_weights():
    panel, first = town()
    nobody = one_set(1, "2020-01-16", "1-00", "0-15").iloc[:0]
    assert weights_of(nobody, panel, first, exits({})).empty


def wave(n_answered: dict[float, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Four people for each x, of whom so many answer the one wave, in February."""
    people = {f"{x}-{number}": x for x in n_answered for number in range(4)}
    panel = months(people).assign(is_mentored_ever=False)
    rows = [
        {
            "person_id": person,
            "wave": 1,
            "period": 1,
            "mood": 5.0 if int(person[-1]) < n_answered[x] else np.nan,
        }
        for person, x in people.items()
    ]
    return pd.DataFrame(rows), panel


def test_those_who_answer_though_unlikely_to_stand_for_the_silent():
    waves, panel = wave({0.0: 2, 1.0: 3})
    weights = response_weights(waves, panel, answered="mood", groups=UNTRUNCATED)
    # 2 of 4 with x = 0 answered and 3 of 4 with x = 1, whoever else did in their wave or arm.
    expected = {"0.0-0": 2, "0.0-1": 2, "1.0-0": 4 / 3, "1.0-1": 4 / 3, "1.0-2": 4 / 3}
    found = weights.set_index("person_id")["response_weight"]
    assert found.to_dict() == pytest.approx(expected, abs=FITTED)


def test_where_everyone_answers_every_response_weight_is_one():
    waves, panel = wave({0.0: 4, 1.0: 4})
    weights = response_weights(waves, panel, answered="mood", groups=UNTRUNCATED)
    assert (weights["response_weight"] == 1).all()


def test_people_without_recorded_history_share_one_probability():
    """Of the four without a month before, two answer; of the others with x = 1, three."""
    waves, panel = wave({0.0: 2, 1.0: 3})
    panel = panel[(panel["x"] == 1.0) | (panel["period"] >= 1)]
    weights = response_weights(waves, panel, answered="mood", groups=UNTRUNCATED)
    found = weights.set_index("person_id")["response_weight"]
    assert found["0.0-0"] / found["1.0-0"] == pytest.approx((3 / 4) / (2 / 4), abs=FITTED)


def test_where_all_with_a_history_answered_they_stand_for_themselves_alone():
    """The silent two have no month before; answering is then certain for the others only."""
    waves, panel = wave({0.0: 2, 1.0: 4})
    panel = panel[(panel["x"] == 1.0) | (panel["period"] >= 1)]
    weights = response_weights(waves, panel, answered="mood", groups=UNTRUNCATED)
    found = weights.set_index("person_id")["response_weight"]
    assert found.filter(like="1.0-").tolist() == [1.0] * 4
    assert found.filter(like="0.0-").tolist() == [2.0] * 2
