"""One human, several ids: across rehires, systems, addresses and codes that people made up."""

import pytest

from mentor_outcomes.errors import MentorOutcomesError
from mentor_outcomes.study import Layout
from mentor_outcomes.tables import Intake
from tests.tiny_study import FILES
from tests.tiny_tables import (
    broken,
    counts_of,
    intake_of,
    pseudonym_of,
    reason_of,
    rows_of,
)

CODES = Layout(ids="code", match="tolerant")
_SURVEY = "person_id,wave,answered_on,b1,b2,b3\n"


def linked(*typed: str, crosswalk: str = "code,ANNA15,p01\ncode,OTTO22,p02\n") -> Intake:
    """Answers under codes as people typed them, all in wave 1, one a day."""
    rows = [f"{code},1,2020-06-{10 + day},5,1,5\n" for day, code in enumerate(typed)]
    texts = {
        "survey": _SURVEY + "".join(rows),
        "crosswalk": "system,other_id,person_id\n" + crosswalk,
    }
    return intake_of(texts, layouts={"survey": CODES})


def linkage(intake: Intake) -> tuple[int, int, int, int]:
    """Answers of wave 1: finished, linked, linked with a small difference, not linked."""
    assert not intake.refusals
    (row,) = intake.tables["survey_linkage"].drop(columns=["wave", "opened_on"]).to_numpy().tolist()
    return tuple(row)


def answered(intake: Intake) -> set[str]:
    return set(intake.tables["survey_answers"]["person_id"])


def refused(crosswalk: str, **layouts: Layout) -> MentorOutcomesError:
    (refusal,) = intake_of({"crosswalk": crosswalk}, layouts=layouts).refusals
    return refusal


def test_a_rehire_under_a_new_id_is_the_same_person():
    # p02 came back as q02; people has a row for each of the two ids.
    texts = {
        "people": FILES["people.csv"] + "q02,1985,man,bachelor\n",
        "employment": FILES["employment.csv"].replace("p02,2020", "q02,2020"),
        "jobs": FILES["job_history.csv"].replace("p02,2020", "q02,2020"),
        "crosswalk": "other_id,person_id\nq02,p02\n",
    }
    intake = intake_of(texts)
    assert not intake.refusals
    assert rows_of(intake.tables["employment_spells"], "p02")["spell"].tolist() == [1, 2]
    assert len(intake.tables["people"]) == 8
    assert reason_of(intake, "people") == "a further row of a person: 1 rows"
    assert len(rows_of(intake.tables["job_history"], "p02")) == 2
    assert counts_of(intake, "crosswalk") == (1, 1, 0, 0)


def test_without_the_crosswalk_the_new_id_is_another_person():
    texts = {"employment": FILES["employment.csv"].replace("p02,2020", "q02,2020")}
    assert broken(intake_of(texts), "employment") == [(4, "not_among_people")]


def test_addresses_are_the_same_in_capitals_and_with_spaces_around_them():
    mentoring = FILES["mentoring.csv"]
    for person, address in (("p01", "A@X.ORG "), ("p04", "d@x.org"), ("p07", "g@x.org")):
        mentoring = mentoring.replace(f",{person}", f",{address}")
    mentoring = mentoring.replace(",p08", ",coach@y.org")
    crosswalk = "system,other_id,person_id\nmail,a@x.org,p01\nmail,D@x.org,p04\nmail,g@x.org,p07\n"
    intake = intake_of(
        {"mentoring": mentoring, "crosswalk": crosswalk},
        layouts={"mentoring": Layout(ids="mail")},
    )
    assert not intake.refusals
    mentorships = intake.tables["mentorships"]
    assert rows_of(mentorships, "p01", "protege_id")["mentor_id"].tolist() == [pseudonym_of("p07")]
    # A mentor whom the crosswalk does not have is from outside.
    outside = rows_of(mentorships, "p04", "protege_id")["mentor_id"].item()
    assert outside == pseudonym_of("mail:coach@y.org")


def test_a_protege_whom_the_crosswalk_does_not_have_cannot_be_used():
    mentoring = FILES["mentoring.csv"].replace(",p01", ",a@x.org").replace(",p04", ",d@x.org")
    intake = intake_of(
        {"mentoring": mentoring, "crosswalk": "system,other_id,person_id\nmail,a@x.org,p01\n"},
        layouts={"mentoring": Layout(ids="mail")},
    )
    assert broken(intake, "mentoring") == [(3, "protege_id_not_in_crosswalk")]


def test_a_code_with_other_signs_spaces_or_capitals_is_exact():
    intake = linked("an-na15", " Otto 22")
    assert linkage(intake) == (2, 2, 0, 0)
    assert answered(intake) == {pseudonym_of("p01"), pseudonym_of("p02")}


@pytest.mark.parametrize("typed", ["ANNA16", "ANA15", "ANNNA15", "NNA15", "ANNA155"])
def test_one_character_other_less_or_more_is_a_small_difference(typed):
    intake = linked(typed)
    assert linkage(intake) == (1, 0, 1, 0)
    assert answered(intake) == {pseudonym_of("p01")}


@pytest.mark.parametrize("typed", ["ANNA61", "AN15", "ANAN15", "XY", "?", "--"])
def test_two_characters_or_two_exchanged_are_nobodys(typed):
    intake = linked(typed)
    assert linkage(intake) == (1, 0, 0, 1)
    assert answered(intake) == set()
    assert reason_of(intake, "survey") == "with an id that is nobody's: 1 rows"
    assert counts_of(intake, "survey") == (1, 0, 1, 0)


def test_a_code_that_is_near_two_people_is_nobodys():
    crosswalk = "code,ANNA15,p01\ncode,ANNA17,p02\n"
    assert linkage(linked("ANNA16", crosswalk=crosswalk)) == (1, 0, 0, 1)
    assert linkage(linked("ANNA17", crosswalk=crosswalk)) == (1, 1, 0, 0)


def test_a_code_that_is_near_two_codes_of_one_person_is_theirs():
    intake = linked("ANNA16", crosswalk="code,ANNA15,p01\ncode,ANNA17,p01\n")
    assert linkage(intake) == (1, 0, 1, 0)
    assert answered(intake) == {pseudonym_of("p01")}


def test_short_codes_and_codes_of_signs_must_be_exact():
    crosswalk = "code,A1,p01\ncode,--,p02\n"
    assert linkage(linked("A2", "?", "A", crosswalk=crosswalk)) == (3, 0, 0, 3)
    assert linkage(linked("a-1", crosswalk=crosswalk)) == (1, 1, 0, 0)


def test_an_exact_code_beats_one_that_is_nearly_it_in_the_same_wave():
    intake = linked("ANNA16", "ANNA15")
    assert linkage(intake) == (2, 1, 0, 1)
    assert reason_of(intake, "survey") == "with an id that is nearly somebody's own: 1 rows"
    assert intake.tables["survey_answers"]["answered_on"].dt.day.tolist() == [11]


def test_two_answers_that_are_nearly_somebodys_contradict_each_other():
    intake = linked("ANNA16", "ANNA17")
    assert broken(intake, "survey") == [(2, "contradicting_rows"), (3, "contradicting_rows")]


def test_an_answer_without_a_code_is_counted_as_unlinked():
    intake = linked("ANNA15", "")
    assert linkage(intake) == (2, 1, 0, 1)
    assert reason_of(intake, "survey") == "without a person_id: 1 rows"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("q2,p02\nq2,p03\n", "2 of 2 rows of crosswalk give an other_id of one system to two peop"),
        ("q2,\n", "1 of 1 row of crosswalk has no other_id or no person_id"),
        ("q2,q3\nq3,p03\n", "1 rows of crosswalk.csv lead to an id that another row leads further"),
        ("42.0,p02\n", "1 of 1 row of crosswalk has a other_id that ends in `.0` or has an exp"),
        ("q2,p02 \n", "1 of 1 row of crosswalk has spaces around an id"),
    ],
)
def test_a_crosswalk_that_cannot_be_is_refused(rows, found):
    refusal = refused("other_id,person_id\n" + rows)
    assert refusal.found.startswith(found)
    assert "q2" not in str(refusal)
    assert "p02" not in str(refusal)


def test_copies_in_a_crosswalk_and_a_person_of_several_ids_are_no_contradiction():
    crosswalk = "other_id,person_id\nq2,p02\nq2,p02\nq3,p02\np02,p02\n"
    assert not intake_of({"crosswalk": crosswalk}).refusals


def test_a_system_that_the_crosswalk_does_not_have_is_refused():
    refusal = refused(
        "system,other_id,person_id\nmail,a@x.org,p01\n", mentoring=Layout(ids="badge")
    )
    assert refusal.found == (
        "a source has ids of the system badge, of which the crosswalk has none."
    )


def test_codes_that_only_signs_tell_apart_are_refused_where_signs_do_not_count():
    crosswalk = "system,other_id,person_id\ncode,AN-15,p01\ncode,AN15,p02\n"
    refusal = refused(crosswalk, survey=CODES)
    assert refusal.found.startswith("1 ids of the system code differ from another person's only in")
    intake = intake_of({"crosswalk": crosswalk}, layouts={"survey": Layout(ids="code")})
    assert not intake.refusals


def test_a_refused_crosswalk_does_not_hide_what_else_is_wrong():
    intake = intake_of(
        {
            "crosswalk": "other_id,person_id\nq2,\n",
            "employment": FILES["employment.csv"].replace("involuntary", "fired"),
        }
    )
    assert len(intake.refusals) == 2
    assert "unknown exit_kind: 1 more" in intake.refusals[1].found
