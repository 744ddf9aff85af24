"""The chance of not having been mentored yet, on a few people over half a year."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.weights._hazards import hazards_by_period, start_hazards
from mentor_outcomes.estimates.weights.unstarted import CHANCE, chances_unstarted, with_chances
from mentor_outcomes.study import Groups, StudySection
from tests.spec.test_hazards_behind_weights import GROUPS as CURVED
from tests.spec.test_hazards_behind_weights import SECTION as HALF_YEAR
from tests.spec.test_hazards_behind_weights import nobody_gone, town

CALENDAR = StudySection(
    "five months", date(2020, 1, 1), date(2020, 5, 31), date(2019, 1, 1), "voluntary"
).calendar
ALIKE = Groups(min_tenure_months=0)
EXACT = 1e-9
"""Newton stops when nobody's log odds move by more."""


def months(**employed: tuple[int, int] | list[int]) -> pd.DataFrame:
    """From the first period to the last, or in those listed."""
    rows = [
        (who, period)
        for who, spell in employed.items()
        for period in (range(spell[0], spell[1] + 1) if isinstance(spell, tuple) else spell)
    ]
    frame = pd.DataFrame(rows, columns=["person_id", "period"])
    return frame.assign(tenure_months=24.0, is_on_leave=False)


def starts(**days: str) -> pd.DataFrame:
    frame = pd.DataFrame({"person_id": list(days), "started_on": list(days.values())})
    return frame.astype({"started_on": "datetime64[us]"}).assign(
        is_prevalent=frame["person_id"].isin(["z"])
    )


def found(records: pd.DataFrame, first: pd.DataFrame, groups: Groups = ALIKE) -> dict:
    """(person, period) -> chance."""
    rows = chances_unstarted(records, first, CALENDAR, groups)
    assert list(rows.columns) == ["person_id", "period", CHANCE]
    return rows.set_index(["person_id", "period"])[CHANCE].to_dict()


ALWAYS = (-1, 4)
SEVEN = months(a=ALWAYS, b=ALWAYS, c=ALWAYS, d=ALWAYS, e=(1, 4), f=[-1, 0, 3, 4], z=ALWAYS)
"""e is hired in period 1, f is gone after period 1 and back in period 3, z was mentored before."""
FIRST = starts(a="2020-02-10", b="2020-03-31", z="2019-01-01")
# In period 1 five are at risk (a-d and f) and a starts; in 2 b, c, d and e, of whom b starts.
IN_1, IN_2 = 1 - 1 / 5, 1 - 1 / 4


def test_the_chance_is_the_product_of_one_less_the_hazard_of_every_period_so_far():
    chance = found(SEVEN, FIRST)
    own = [chance["c", period] for period in range(5)]
    assert own == pytest.approx([1, IN_1, IN_1 * IN_2, IN_1 * IN_2, IN_1 * IN_2], abs=EXACT)


def test_the_mentored_have_a_chance_up_to_the_period_of_their_start():
    periods = {who: sorted(p for w, p in found(SEVEN, FIRST) if w == who) for who in "abz"}
    assert periods == {"a": [0, 1], "b": [0, 1, 2], "z": []}
    assert found(SEVEN, FIRST)["a", 1] == pytest.approx(IN_1, abs=EXACT)


def test_of_somebody_hired_the_first_period_has_a_factor_of_1():
    chance = found(SEVEN, FIRST)
    assert ("e", 1) not in chance
    assert chance["e", 2] == pytest.approx(IN_2, abs=EXACT)


def test_who_is_away_between_two_employments_keeps_the_chance_of_before():
    chance = found(SEVEN, FIRST)
    assert [period for who, period in chance if who == "f"] == [0, 1, 4]
    assert chance["f", 4] == pytest.approx(IN_1, abs=EXACT)


def test_where_nobody_starts_every_chance_is_1():
    nobody = starts(z="2019-01-01")
    assert set(found(SEVEN, nobody).values()) == {1.0}


def test_nothing_known_only_in_the_period_itself_moves_its_chance():
    """Ratings foretell starts: those of period 0 move chances from period 1 on."""
    records = months(**{f"p{n}": ALWAYS for n in range(40)})
    number = records["person_id"].str[1:].astype("int64")
    records["rating"] = (number * 7 % 11 + records["period"] * number % 3).astype("float64")
    first = starts(**{f"p{n}": f"2020-0{n % 4 + 1}-15" for n in range(0, 40, 3)})
    groups = Groups(min_tenure_months=0, covariates=("rating",))
    plain = found(records, first, groups)
    last = records["rating"].where(records["period"] < 4, 1000.0)
    assert found(records.assign(rating=last), first, groups) == plain
    before = records["rating"].where(records["period"] < 3, records["rating"][::-1].to_numpy())
    changed = found(records.assign(rating=before), first, groups)
    assert all(changed[key] == pytest.approx(plain[key]) for key in plain if key[1] < 3)


def test_hazards_are_those_of_the_censoring_weights():
    records, first = town()
    every = hazards_by_period(records, first, nobody_gone(), HALF_YEAR.calendar, CURVED)
    own = start_hazards(records, first, HALF_YEAR.calendar, CURVED)
    keys = ["person_id", "period"]
    both = every.dropna(subset="start_hazard").merge(own, on=keys, how="outer", indicator=True)
    assert (both["_merge"] == "both").all()
    assert np.array_equal(both["start_hazard_x"], both["start_hazard_y"])
    chance = chances_unstarted(records, first, HALF_YEAR.calendar, CURVED)
    product = (1 - own.set_index(keys)["start_hazard"].unstack()).cumprod(axis=1)
    both = own.set_index(keys).join(chance.set_index(keys)).join(product.stack().rename("product"))
    assert np.allclose(both[CHANCE], both["product"], rtol=1e-12)


def refused(records: pd.DataFrame, first: pd.DataFrame, groups: Groups) -> str:
    with pytest.raises(EstimationError) as raised:
        chances_unstarted(records, first, CALENDAR, groups)
    return str(raised.value)


def forty() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two in three of forty start, rather those of high x; a newcomer is not at risk."""
    records = months(**{f"p{n}": ALWAYS for n in range(40)}, newcomer=ALWAYS)
    number = records["person_id"].str.extract(r"(\d+)")[0].astype("float64")
    is_new = number.isna()
    records = records.assign(
        x=number.fillna(0) % 5,
        site=np.where(is_new, "elsewhere", np.where(number % 2, "north", "south")),
        tenure_months=np.where(is_new, 1.0, 24.0),
    )
    days = {f"p{n}": f"2020-0{(n // 5 + n) % 5 + 1}-15" for n in range(40) if n % 5 + n % 3 > 1}
    return records, starts(**days)


def test_of_a_level_that_nobody_employed_long_enough_has_nobody_starts():
    records, first = forty()
    chance = found(records, first, Groups(min_tenure_months=6, exact=("site",)))
    assert [chance["newcomer", period] for period in range(5)] == [1.0] * 5
    assert chance["p0", 4] < 1


def test_in_a_period_without_anybody_employed_long_enough_nobody_starts():
    records, first = forty()
    new_in_3 = records.assign(tenure_months=np.where(records["period"] == 2, 1.0, 24.0))
    chance = found(new_in_3, first, Groups(min_tenure_months=6))
    assert chance["p0", 3] == chance["p0", 2] > chance["p0", 4]


def test_who_is_newer_is_taken_to_start_as_those_alike_do():
    records, first = forty()
    chance = found(records, first, Groups(min_tenure_months=6, covariates=("x",)))
    alike = records.loc[records["x"] == 0, "person_id"].iloc[0]
    assert chance["newcomer", 4] == pytest.approx(chance[alike, 4])


def test_a_start_that_is_certain_for_somebody_is_refused_and_counted():
    records, first = forty()
    far = records["x"].where(records["person_id"] != "newcomer", 1e6)
    groups = Groups(min_tenure_months=6, covariates=("x",))
    words = refused(records.assign(x=far), first, groups)
    assert "starting a mentorship is certain in 5 of " in words
    assert "newcomer" not in words
    assert found(records, first, groups)["newcomer", 0] < 1


def test_a_period_in_which_everybody_starts_is_refused():
    everybody = starts(**dict.fromkeys("abcde", "2020-03-10"), z="2019-01-01")
    assert "certain" in refused(SEVEN, everybody, ALIKE)


CHANCES = pd.DataFrame(
    {
        "person_id": ["b", "a", "b", "a"],
        "period": [4, 3, 2, 1],
        CHANCE: [0.4, 0.6, 0.8, 0.9],
    }
)


def test_a_row_takes_the_last_chance_known_by_its_period():
    asked = [("a", 0), ("a", 1), ("a", 2), ("a", 3), ("a", 9), ("b", 1), ("b", 3), ("c", 5)]
    rows = pd.DataFrame(asked, columns=["person_id", "period"])
    known = with_chances(rows, CHANCES, rows["period"])
    assert known.tolist() == [1, 0.9, 0.9, 0.6, 0.6, 1, 0.8, 1]


def test_chances_stand_in_the_order_of_the_rows_whatever_their_index():
    rows = pd.DataFrame({"person_id": ["b", "c", "a", "b"], "period": [9, 9, 1, 2]})
    rows.index = pd.Index([3, 3, 0, 1])
    assert with_chances(rows, CHANCES, rows["period"]).tolist() == [0.4, 1, 0.9, 0.8]


def test_a_wave_that_opens_in_the_first_period_finds_nothing_before_it():
    """As of the end of the period before, which is before the window: everybody's chance is 1."""
    chances = chances_unstarted(SEVEN, FIRST, CALENDAR, ALIKE)
    waves = pd.DataFrame({"person_id": ["c", "c"], "period": [0, 3]})
    at = with_chances(waves, chances, waves["period"] - 1)
    assert at == pytest.approx([1, IN_1 * IN_2], abs=EXACT)


def test_without_any_chances_everybody_has_one_of_1():
    rows = pd.DataFrame({"person_id": ["a", "b"], "period": [0, 1]})
    assert with_chances(rows, CHANCES.iloc[:0], rows["period"]).tolist() == [1, 1]
