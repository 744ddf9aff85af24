"""Whatever text stands in a cell: it is read as it was written, or it is refused; no third way."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentor_outcomes.errors import MentorOutcomesError, SourceError
from mentor_outcomes.sources import raw_table
from mentor_outcomes.study import Layout
from mentor_outcomes.study.source import DATE_FORMS
from mentor_outcomes.tables import ledger_of
from mentor_outcomes.tables.crosswalk import SHORTEST, Crosswalk
from mentor_outcomes.tables.forms import (
    Forms,
    found_date_form,
    found_decimal,
    read_day,
    read_number,
)
from mentor_outcomes.tables.parsing import KINDS, parse

RECEIVED = raw_table("pay", pd.DataFrame({"x": pd.Series([], dtype="str")}))
WRITTEN = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYY/MM/DD": "%Y/%m/%d",
    "YYYYMMDD": "%Y%m%d",
    "DD.MM.YYYY": "%d.%m.%Y",
    "DD/MM/YYYY": "%d/%m/%Y",
    "DD-MM-YYYY": "%d-%m-%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
    "MM-DD-YYYY": "%m-%d-%Y",
    "DD-MON-YYYY": "%d-%b-%Y",
}
NEAR_DATES = st.from_regex(
    r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,3}[-/. ][0-9]{2,4}( [0-9:]*)?", fullmatch=True
)
NEAR_NUMBERS = st.from_regex(
    r"[-+]?[0-9]{0,4}([.,' ][0-9]{0,4}){0,3}(e[0-9]{1,3})?", fullmatch=True
)
ANY_TEXT = st.one_of(st.text(), NEAR_DATES, NEAR_NUMBERS)


@given(
    texts=st.lists(st.one_of(st.none(), ANY_TEXT), min_size=1, max_size=5),
    kind=st.sampled_from(sorted(KINDS)),
    form=st.sampled_from(DATE_FORMS),
    decimal=st.sampled_from([".", ","]),
)
def test_any_text_is_read_or_unreadable_and_its_look_gives_nothing_away(texts, kind, form, decimal):
    parsed = parse(pd.Series(texts, dtype="str"), kind, Forms(dates=form, decimal=decimal))
    assert len(parsed.values) == len(parsed.is_unreadable) == len(texts)
    assert str(parsed.values.dtype) == KINDS[kind].dtype
    assert not any(sign.isdigit() for sign in parsed.look)
    assert bool(parsed.look) == parsed.is_unreadable.any()
    is_missing = pd.Series(texts, dtype="str").isna()
    assert not parsed.is_unreadable[is_missing].any()


@given(texts=st.lists(ANY_TEXT, max_size=8))
def test_finding_a_form_fails_in_one_way_only(texts):
    for found in (found_date_form, found_decimal):
        try:
            forms = found(RECEIVED, texts)
        except SourceError:
            continue
        assert forms == found(RECEIVED, texts[::-1])


@pytest.mark.parametrize("form", DATE_FORMS)
@given(days=st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)), min_size=1, max_size=6))
def test_days_written_in_one_form_are_read_as_written_or_refused_as_open(form, days):
    texts = [day.strftime(WRITTEN[form]) for day in days]
    try:
        found = found_date_form(RECEIVED, texts).dates
    except SourceError:
        assert form[:2] in ("DD", "MM")
        assert all(day.day <= 12 for day in days)
        return
    assert [read_day(text, found) for text in texts] == days


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("grouped", [False, True])
@given(cents=st.lists(st.integers(0, 10**10), min_size=1, max_size=6), places=st.integers(0, 3))
def test_amounts_written_one_way_are_read_as_written_or_refused_as_open(
    decimal, grouped, cents, places
):
    amounts = [round(cent / 100, places) for cent in cents]
    texts = [f"{amount:{',' if grouped else ''}.{places}f}" for amount in amounts]
    if decimal == ",":
        texts = [text.translate(str.maketrans(",.", ".,")) for text in texts]
    try:
        found = found_decimal(RECEIVED, texts).decimal
    except SourceError:
        assert grouped or places == 3
        return
    assert [read_number(text, found) for text in texts] == amounts


def one_apart(one: str, other: str) -> bool:
    """By trying every change: the slow and plain way."""
    if one == other:
        return True
    signs = {*one, *other}
    changed = {one[:n] + one[n + 1 :] for n in range(len(one))}
    changed |= {one[:n] + sign + one[n + 1 :] for n in range(len(one)) for sign in signs}
    changed |= {one[:n] + sign + one[n:] for n in range(len(one) + 1) for sign in signs}
    return other in changed


CODES = st.text("ab1", min_size=1, max_size=7)


@given(codes=st.lists(CODES, min_size=1, max_size=5, unique=True), typed=CODES)
@settings(max_examples=500)
def test_a_typed_code_is_somebodys_where_one_person_only_has_one_so_near(codes, typed):
    crosswalk = Crosswalk({"code": {code: f"person {n // 2}" for n, code in enumerate(codes)}})
    ids = pd.Series([typed], dtype="str")
    joined = crosswalk.joined(ids, Layout(ids="code", match="tolerant"))
    people = {f"person {n // 2}" for n, code in enumerate(codes) if one_apart(typed, code)}
    if typed in codes:
        expected, how = f"person {codes.index(typed) // 2}", "exact"
    elif len(typed) >= SHORTEST and len(people) == 1:
        expected, how = people.pop(), "tolerant"
    else:
        expected, how = f"code:{typed}", "unresolved"
    assert joined.ids.tolist() == [expected]
    assert joined.is_unresolved.tolist() == [how == "unresolved"]
    assert joined.is_tolerant.tolist() == [how == "tolerant"]


SECRET = "Zoe 4711"
VALUES = st.sampled_from(
    [SECRET, 4711, None, [SECRET], {SECRET: 4711}, True, 4.5, date(2024, 5, 2)]
)
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "source": st.sampled_from(["jobs", "people"]),
        "where": st.one_of(VALUES, st.dictionaries(st.just("person_id"), VALUES)),
        "column": st.just("grade"),
        **dict.fromkeys(("wrong", "right", "why", "told"), VALUES),
        "dated": st.sampled_from(["2024-05-02", "2024-02-30", "x"]),
    },
)


@given(ledger=st.one_of(VALUES, st.lists(st.one_of(VALUES, ENTRIES), max_size=3)))
@settings(max_examples=300)
def test_whatever_a_ledger_holds_its_refusal_quotes_no_value(ledger):
    try:
        ledger_of(ledger, "corrections.yaml")
    except MentorOutcomesError as refusal:
        assert "Zoe" not in str(refusal)
        assert "4711" not in str(refusal)
        assert refusal.__context__ is None
