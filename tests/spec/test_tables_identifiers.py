"""Ids as text: what spreadsheets and databases do to them is refused, or undone as declared."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from mentor_outcomes.study import Layout
from mentor_outcomes.tables import Intake
from tests.tiny_study import FILES
from tests.tiny_tables import broken, intake_of, received, rows_of, taken_in

_FILES = {
    "people": "people.csv",
    "employment": "employment.csv",
    "jobs": "job_history.csv",
    "mentoring": "mentoring.csv",
    "requests": "mentoring_requests.csv",
}
_OTHERS = ("pay", "leaves", "ratings", "survey", "offers", "unit_output")


def numbered(**ids: str) -> Intake:
    """The study with p01 ... p08 as 0001 ... 0008; in the sources named, as `ids` writes 1-8."""
    texts = {}
    for source, file in _FILES.items():
        pattern = ids.get(source, "000{}")
        texts[source] = FILES[file]
        for number in range(1, 9):
            texts[source] = texts[source].replace(f"p0{number}", pattern.format(number))
    return intake_of(texts, without=_OTHERS)


def refusals(intake: Intake) -> list[str]:
    """What was found about ids; that too many rows are nobody's then is no news."""
    found = [refusal.found for refusal in intake.refusals]
    return [text for text in found if "more than the 99.0% that may be left out" not in text]


def test_ids_with_zeros_in_front_stay_as_they_are():
    intake = numbered()
    assert not intake.refusals
    assert len(rows_of(intake.tables["people"], "0001")) == 1


@pytest.mark.parametrize("source", ["employment", "jobs", "mentoring", "requests"])
def test_ids_that_lost_their_zeros_in_one_of_two_files_are_refused_there(source):
    (found,) = refusals(numbered(**{source: "{}"}))
    assert f" of {source} have a " in found
    assert "that the source people has with another number of zeros in front" in found


def test_a_manager_or_mentor_who_lost_the_zeros_is_refused_too():
    # A manager may be from outside: without this the mentor would just not be the manager.
    jobs = FILES["job_history.csv"]
    for number in range(1, 9):
        jobs = jobs.replace(f"\np0{number}", f"\n000{number}").replace(f",p0{number}", f",{number}")
    texts = {"jobs": jobs}
    for source in ("people", "employment", "mentoring", "requests"):
        texts[source] = FILES[_FILES[source]].replace("p0", "000")
    (found,) = refusals(intake_of(texts, without=_OTHERS))
    assert "9 of 11 rows of jobs have a manager_id that the source people has with another" in found


def test_a_crosswalk_takes_nothing_away_from_this():
    texts = {source: FILES[file].replace("p0", "000") for source, file in _FILES.items()}
    texts["employment"] = FILES["employment.csv"].replace("p0", "")
    texts["crosswalk"] = "system,other_id,person_id\nbadge,77,0001\n"
    (found,) = refusals(intake_of(texts, without=_OTHERS))
    assert "rows of employment have a person_id that the source people has with another" in found
    texts["employment"] = FILES["employment.csv"].replace("p0", "000")
    texts["crosswalk"] = "other_id,person_id\n9,1\n"
    (found,) = refusals(intake_of(texts, without=_OTHERS))
    assert "1 of 1 row of crosswalk has a person_id that the source people has with" in found


def as_numbers(digits: int | None, sources: Mapping[str, str]) -> Intake:
    """The study with ids 1 ... 8 in these sources, which store them as numbers."""
    texts = {source: FILES[file].replace("p0", "000") for source, file in _FILES.items()}
    texts |= {source: FILES[_FILES[source]].replace("p0", "") for source in sources}
    layouts = {source: Layout(id_digits=digits) for source in sources}
    raw = received(texts, without=_OTHERS, layouts=layouts)
    for source, column in sources.items():
        raw[source] = replace(raw[source], numeric=frozenset({column}))
    return taken_in(raw)


def test_ids_stored_as_numbers_are_refused_unless_their_digits_are_declared():
    (found,) = refusals(as_numbers(None, {"employment": "person_id"}))
    assert found == (
        "employment.csv stores person_id as a number, not as text: zeros in front of an id are "
        "lost there."
    )
    intake = as_numbers(4, {"employment": "person_id"})
    assert not intake.refusals
    assert len(rows_of(intake.tables["employment_spells"], "0003")) == 1


def test_declared_digits_are_of_numbers_only():
    text = FILES["people.csv"].replace("p06", "6")
    layouts = {"people": Layout(id_digits=4)}
    people = intake_of({"people": text}, layouts=layouts).tables["people"]
    assert len(rows_of(people, "0006")) == 1
    assert len(rows_of(people, "p01")) == 1


def test_wrong_digits_make_strangers_who_are_counted():
    intake = as_numbers(5, {"employment": "person_id"})
    assert any("another number of zeros in front" in found for found in refusals(intake))
    assert broken(intake, "employment")[0] == (2, "not_among_people")


def test_a_number_in_the_file_of_answers_that_people_typed_may_look_like_anything():
    survey = "person_id,wave,answered_on,b1,b2,b3\n123.0,1,2020-06-10,5,1,5\n"
    crosswalk = "system,other_id,person_id\ncode,12300,p01\n"
    layout = Layout(ids="code", match="tolerant")
    intake = intake_of({"survey": survey, "crosswalk": crosswalk}, layouts={"survey": layout})
    assert not intake.refusals
    assert intake.tables["survey_linkage"].loc[0, "n_tolerant"] == 1  # 1230 for 12300
