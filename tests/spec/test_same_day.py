"""Events at the time of entry: how much later they count, and with whom they are at risk."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import cox_regression, kaplan_meier, log_rank, mean_count

EXACT = 1e-12  # fractions of small numbers
TIMES = {"entry": "entry", "exit": "exit", "event": "event"}
NAMES = ["person", "entry", "exit", "event"]


def people(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=NAMES)


DAYS = people(("a", 0, 0, 1), ("b", 0, 1, 1), ("c", 0, 2, 0), ("d", 0, 3, 1))


def recurring(*own: tuple, others=("b", "c", "d"), until=20) -> pd.DataFrame:
    """a's rows, and others who are followed without an event."""
    rows = [("a", *row) for row in own] + [(name, 0, until, 0) for name in others]
    return people(*rows).assign(left=0)


def counted(records: pd.DataFrame, at=10, **more) -> pd.Series:
    found = mean_count(records, terminal="left", at=at, **{"cluster": "person", **TIMES, **more})
    return found.tidy().iloc[-1]


@pytest.mark.parametrize("same_day", [0, 0.0, -1.0, np.nan, np.inf, "0.5", None])
@pytest.mark.parametrize("records", [DAYS, DAYS[1:]], ids=["one", "none"])
def test_a_day_later_is_a_time_above_zero(records, same_day):
    """Refused although nobody has an event on the day of entry, as well."""
    records = records.assign(x=[0, 1, 0, 1][: len(records)], left=0)
    for asked in (
        lambda: kaplan_meier(records, at=1, same_day=same_day, **TIMES),
        lambda: cox_regression(records, covariates=["x"], same_day=same_day, **TIMES),
        lambda: log_rank(records, by="x", same_day=same_day, **TIMES),
        lambda: counted(records, same_day=same_day),
    ):
        with pytest.raises(EstimationError, match="same_day is"):
            asked()


def test_an_event_that_cannot_be_moved_is_not_lost():
    """Of two numbers near 2^52 half a unit is nothing."""
    far = DAYS.assign(entry=2.0**52, exit=2.0**52 + DAYS["exit"])
    with pytest.raises(EstimationError, match="1 events are at the time of entry, which same_day"):
        kaplan_meier(far, at=2.0**52 + 2, same_day=0.1, **TIMES)


@pytest.mark.parametrize("column", ["entry", "exit"])
def test_numbers_that_do_not_hold_every_unit_are_refused(column):
    """Nanoseconds since 1970, as whole numbers."""
    base = 1_700_000_000_000_000_000
    far = DAYS.assign(entry=base + DAYS["entry"], exit=base + DAYS["exit"])
    with pytest.raises(EstimationError, match="rows have a exit beyond 2"):
        kaplan_meier(far, at=1, **TIMES)
    assert far[column].dtype == "int64"


def test_half_a_year_would_overtake_the_events_of_half_a_year():
    """In days 9/10 are left at 0.25 years; moved by half a year the event would be after them."""
    exits = [0.0, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1]
    events = [1, 0, 0, 0, 1, 0, 1, 1, 0, 1]
    years = pd.DataFrame({"entry": 0.0, "exit": exits, "event": events})
    with pytest.raises(EstimationError, match=r"0 rows begin and 3 end, 0 of these in an event"):
        kaplan_meier(years, at=0.25, **TIMES)
    found = kaplan_meier(years, at=0.25, same_day=0.5 / 365.25, **TIMES).tidy()
    days = years.assign(exit=years["exit"] * 365.25)
    assert found["estimate"].item() == pytest.approx(9 / 10, abs=EXACT)
    assert kaplan_meier(days, at=0.25 * 365.25, **TIMES).tidy()["estimate"].item() == (
        found["estimate"].item()
    )


@pytest.mark.parametrize(
    ("row", "is_refused"),
    [
        (("e", 0.5, 9, 0), True),  # enters at the very time to which the event is moved
        (("e", 0.25, 9, 0), True),
        (("e", 0, 0.5, 0), True),
        (("e", 0, 0.25, 1), True),
        (("e", 0.25, 0.25, 1), True),
        (("e", 0.51, 9, 0), False),
        (("e", 0, 0.51, 1), False),
    ],
)
def test_nothing_else_may_happen_in_the_meantime(row, is_refused):
    records = pd.concat([DAYS, people(row)])
    if is_refused:
        with pytest.raises(EstimationError, match="within same_day"):
            kaplan_meier(records, at=2, **TIMES)
    else:
        assert kaplan_meier(records, at=2, **TIMES).tidy()["n_events"].item() >= 2


def test_a_row_that_is_only_cut_in_the_meantime_is_no_hindrance():
    cut = pd.concat([DAYS[:3], people(("d", 0, 0.25, 0), ("d", 0.25, 3, 1))])
    found, whole = (kaplan_meier(each, at=[0.5, 2], **TIMES).tidy() for each in (cut, DAYS))
    assert found["estimate"].tolist() == pytest.approx(whole["estimate"].tolist(), abs=EXACT)


def test_two_events_of_one_day_are_two_of_one_person():
    """a of four at 5, twice: 2/4."""
    found = counted(recurring((0, 5, 1), (5, 5, 1), (5, 20, 0)))
    assert found["estimate"] == pytest.approx(2 / 4, abs=EXACT)
    assert (found["n_events"], found["n_with_event"], found["n_at_risk"]) == (2, 1, 4)
    # Counts 2, 0, 0, 0 of mean 1/2.
    assert found["std_error"] == pytest.approx(np.sqrt((1.5**2 + 3 * 0.5**2) / 16), abs=EXACT)
    thrice = counted(recurring((0, 5, 1), (5, 5, 1), (5, 5, 1), (5, 20, 0)))
    assert thrice["estimate"] == pytest.approx(3 / 4, abs=EXACT)


def test_two_events_of_the_last_day_both_count_on_it():
    records = recurring((0, 10, 1), (10, 10, 1), others=["b"], until=10)
    found = counted(records)
    assert found["estimate"] == pytest.approx(1, abs=EXACT)
    assert found["n_events"] == 2


def test_who_is_promoted_and_gone_on_one_day_is_gone():
    """Half are left after 5; one of one has an event at 8: 1/2 + 1/2 x 1."""
    records = recurring((0, 5, 1), (5, 5, 0), others=["b"]).assign(left=[0, 1, 0])
    later = people(("b", 0, 8, 1), ("b", 8, 20, 0)).assign(left=0)
    found = counted(pd.concat([records[:2], later]))
    assert found["estimate"] == pytest.approx(1, abs=EXACT)
    # In rows of their own, in whatever order: both happen at 5.
    apart = people(("a", 0, 5, 0), ("a", 5, 5, 0), ("a", 5, 5, 1)).assign(left=[0, 1, 0])
    for own in (apart, apart[::-1]):
        found = counted(pd.concat([own, later]))
        assert found["estimate"] == pytest.approx(1, abs=EXACT)


def test_events_on_the_day_of_entry_have_their_person_at_risk_once():
    """At 0.5 a of four, in the row that follows or, if there is none, in the event's own."""
    for own, n_events in (
        ([(0, 0, 1), (0, 20, 0)], 1),
        ([(0, 0, 1), (0, 0, 1), (0, 20, 0)], 2),
        ([(0, 0, 1)], 1),
        ([(0, 0, 1), (0, 0, 1)], 2),
    ):
        found = counted(recurring(*own))
        assert found["estimate"] == pytest.approx(n_events / 4, abs=EXACT)
        assert found["n_events"] == n_events


def test_a_person_in_two_sets_is_told_apart_by_the_unit():
    """a has two events at 5 in the first set, none in the second: 2 of 5 rows at risk."""
    first = recurring((0, 5, 1), (5, 5, 1), (5, 20, 0)).assign(set=1)
    both = pd.concat([first, people(("a", 0, 20, 0)).assign(set=2, left=0)])
    with pytest.raises(EstimationError, match="1 of 7 rows begin and end with an event when"):
        counted(both)
    found = counted(both, unit=["set", "person"])
    assert found["estimate"] == pytest.approx(2 / 5, abs=EXACT)
    with pytest.raises(EstimationError, match="4 of 7 rows are of units with rows that overlap"):
        counted(both, unit="person")


def test_a_person_in_both_groups_is_at_risk_in_each():
    """The event at 5 is the comparison's first: half a day after its entry, one of two."""
    records = people(("a", 0, 5, 1), ("a", 5, 5, 1), ("b", 0, 20, 0), ("c", 0, 20, 0))
    records = records.assign(arm=["mentored", "comparison", "comparison", "mentored"], left=0)
    found = counted(records, by="arm", at=[10]), counted(records[::-1], by="arm", at=[10])
    result = mean_count(records, terminal="left", at=10, by="arm", cluster="person", **TIMES)
    assert result.tidy().set_index("term")["estimate"].tolist() == pytest.approx([1 / 2, 1 / 2])
    assert found[0]["estimate"] == found[1]["estimate"]


def test_an_event_of_another_weight_than_its_person_is_refused():
    records = recurring((0, 5, 1), (5, 5, 1), (5, 20, 0)).assign(weight=[1, 2, 1, 1, 1, 1])
    with pytest.raises(EstimationError, match=r"1 of 6 rows .* with another weight than"):
        counted(records, weights="weight")


def test_nobody_has_rows_after_the_terminal_event():
    records = recurring((0, 5, 0), (5, 20, 1)).assign(left=[1, 0, 0, 0, 0])
    with pytest.raises(EstimationError, match="1 of 5 rows come after the terminal event"):
        counted(records)
    # Of two people in a firm one comes when the other has gone.
    apart = counted(records.assign(member=[1, 2, 3, 4, 5]), unit="member")
    assert apart["n_at_risk"] == 4


def test_cox_has_a_person_whose_events_recur_at_risk_once():
    """The same as the rows whose times were written so: the second event at 5.5, then the rest."""
    others = [(f"p{i}", 0, 4 + i, i % 2) for i in range(8)]
    own = [("a", 0, 5, 1), ("a", 5, 5, 1), ("a", 5, 9, 1)]
    written = [("a", 0, 5, 1), ("a", 5, 5.5, 1), ("a", 5.5, 9, 1)]
    fits = [
        cox_regression(
            people(*rows, *others).assign(x=[1, 1, 1, *(i // 3 % 2 for i in range(8))]),
            covariates=["x"],
            cluster="person",
            **TIMES,
        )
        for rows in (own, written)
    ]
    assert fits[0].loglik_null == pytest.approx(fits[1].loglik_null, abs=EXACT)
    assert fits[0].coefficients == pytest.approx(fits[1].coefficients, abs=1e-9)
    with pytest.raises(EstimationError, match="1 rows begin and end with an event when another of"):
        cox_regression(
            people(*own[:2], *own[1:], *others).assign(x=[1] * 4 + [0, 1] * 4),
            covariates=["x"],
            cluster="person",
            **TIMES,
        )


def test_cox_leaves_a_firm_alone_in_which_one_has_an_event_on_the_day_all_enter():
    """Clusters whose rows overlap are not units: clustered or not, the likelihood is the same."""
    rows = people(*[("firm", 0, i, 1 - i % 2) for i in range(6)], ("other", 0, 7, 1))
    rows = rows.assign(x=[0, 1, 0, 1, 1, 0, 1])
    clustered, plain = (
        cox_regression(rows, covariates=["x"], **TIMES, **more)
        for more in ({"cluster": "person"}, {})
    )
    assert clustered.loglik == pytest.approx(plain.loglik, abs=EXACT)
