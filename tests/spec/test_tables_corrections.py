"""The ledger of known errors: applied while they stand, refused once the source is mended."""

import pytest

from mentor_outcomes.errors import MentorOutcomesError
from mentor_outcomes.tables import ledger_of
from tests.tiny_tables import intake_of, rows_of

ENTRY = {
    "source": "jobs",
    "where": {"person_id": "p01", "effective_on": "2020-07-01"},
    "column": "grade",
    "wrong": "3",
    "right": "4",
    "why": "typed one too low; confirmed by HR",
    "dated": "2024-05-02",
}


def changed(**keys: object) -> dict:
    return {**ENTRY, **keys}


def applied(*entries: dict):
    return intake_of(ledger=ledger_of(list(entries), "corrections.yaml"))


def refused(*entries: object) -> MentorOutcomesError:
    """The one refusal that these entries lead to, which quotes nothing of them."""
    with pytest.raises(MentorOutcomesError) as caught:
        intake = applied(*entries)
        (refusal,) = intake.refusals
        raise refusal
    assert "p01" not in str(caught.value)
    assert "12377" not in str(caught.value)
    return caught.value


def test_no_ledger_corrects_nothing():
    assert ledger_of(None, None) == ()
    assert ledger_of([], "corrections.yaml") == ()


def test_the_wrong_value_is_replaced_and_the_correction_noted():
    intake = applied(ENTRY)
    assert rows_of(intake.tables["job_history"], "p01")["grade"].tolist() == [2, 4]
    assert intake.notes == ("jobs: 1 value corrected as the ledger says",)


def test_a_value_may_be_corrected_to_unknown_and_an_unknown_one_be_filled_in():
    unknown = changed(column="site", wrong="north", right=None)
    found = changed(
        where={"person_id": "p03"}, column="site", wrong=None, right="north", told="the manager"
    )
    intake = applied(unknown, found)
    history = intake.tables["job_history"]
    assert rows_of(history, "p01")["site"].isna().tolist() == [False, True]
    assert rows_of(history, "p03")["site"].tolist() == ["north"]
    assert intake.notes == ("jobs: 2 values corrected as the ledger says",)


def test_what_a_row_looks_like_before_all_corrections_is_what_an_entry_names():
    moved = changed(column="effective_on", wrong="2020-07-01", right="2020-08-01")
    history = rows_of(applied(moved, ENTRY).tables["job_history"], "p01")
    assert history["grade"].tolist() == [2, 4]
    assert history["effective_on"].dt.month.tolist() == [3, 8]


def test_a_corrected_row_is_no_longer_in_quarantine():
    text = "person_id,effective_on,annual_pay\np01,2020-31-01,30000\n"
    entry = changed(
        source="pay",
        where={"person_id": "p01"},
        column="effective_on",
        wrong="2020-31-01",
        right="2020-01-31",
    )
    assert len(intake_of({"pay": text}).quarantine) == 1
    intake = intake_of({"pay": text}, ledger=ledger_of([entry], "corrections.yaml"))
    assert intake.quarantine.empty


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (
            {"wrong": "2", "right": "3"},
            "no longer finds the wrong value in grade of jobs: the right",
        ),
        ({"wrong": "2", "right": "1"}, "wrong value in grade of jobs, nor the right one."),
        ({"where": {"person_id": "p99"}}, "entry 1 of the ledger of corrections finds no rows of"),
        ({"where": {"person_id": "p01"}}, "entry 1 of the ledger of corrections finds 2 rows of"),
        ({"where": {}}, "finds 11 rows of jobs instead of one"),
        ({"column": "level"}, "entry 1 of the ledger of corrections names a column that jobs has"),
        ({"where": {"id": "p01"}}, "names a column that jobs has not: id"),
    ],
)
def test_an_entry_that_does_not_find_its_error_stops_the_run(keys, found):
    assert found in refused(changed(**keys)).found


def test_once_the_source_is_mended_the_entry_has_to_go():
    refusal = refused(changed(wrong="2", right="3"))
    assert refusal.remedy == "remove the entry: the source has been mended."


def test_two_entries_for_one_value_contradict_each_other():
    refusal = refused(ENTRY, changed(right="5"))
    assert "entry 2 of the ledger of corrections corrects a value that an earlier" in refusal.found


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (changed(source="job"), "entry 1 of corrections.yaml is for job, which is no source."),
        (
            changed(where={"person_id": 12377}),
            "entry 1 of corrections.yaml has where.person_id that",
        ),
        (changed(wrong=12377), "entry 1 of corrections.yaml has wrong that is no text."),
        (
            changed(where="12377"),
            "entry 1 of corrections.yaml has no columns and texts under `where`",
        ),
        (
            "p01 has grade 12377",
            "entry 1 of corrections.yaml has no columns and texts under `where`",
        ),
        (changed(dated=12377), "entry 1 of corrections.yaml has dated that is no text."),
        (changed(dated="May"), "corrections.dated is 'May'."),
        (changed(reason="x"), "corrections has a key `reason`, which does not exist."),
        ({key: text for key, text in ENTRY.items() if key != "why"}, "corrections lacks why."),
    ],
)
def test_an_unfit_entry_is_refused_without_its_values(entry, found):
    assert found in refused(entry).found


def test_a_ledger_that_is_no_list_is_refused():
    with pytest.raises(MentorOutcomesError, match=r"corrections\.yaml is no list"):
        ledger_of({"corrections": [ENTRY]}, "corrections.yaml")
