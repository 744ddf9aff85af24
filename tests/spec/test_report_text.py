"""What the reports say: words by verdict, numbers by key, plain sentences, accessible pages."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from mentor_outcomes.figures import draw_all
from mentor_outcomes.release import release_tables
from mentor_outcomes.reports import (
    Results,
    hr_content,
    passages,
    render,
    technical_content,
    wording,
)
from mentor_outcomes.reports.claims import CLAIMS
from mentor_outcomes.reports.findings import answer, follows, time_in_words
from mentor_outcomes.reports.numbers import MINUS, for_readers, of_hundred, signed
from mentor_outcomes.reports.provenance import data_hash
from mentor_outcomes.reports.trial import target_trial
from mentor_outcomes.schema import VERDICT_WORDS
from tests.invented_results import default_study, invented_results, without_matched_design

STUDY = default_study()


def results_of(study=STUDY, **changes) -> Results:
    return Results(release_tables(invented_results(STUDY, **changes), study.release), study)


def panel_only() -> Results:
    pay = {"log_pay": STUDY.outcomes["log_pay"]}
    study = replace(
        STUDY, outcomes=pay, scales={}, exposure=replace(STUDY.exposure, measure="current")
    )
    return Results(release_tables(without_matched_design(STUDY), STUDY.release), study)


def words_and_svgs(results: Results) -> tuple[dict, dict]:
    study = results.study
    drawings = draw_all(results.tables, study.outcomes, study.analysis, study.figures)
    words = {
        name: {"title": drawing.title, "description": drawing.description}
        for name, drawing in drawings.items()
    }
    return words, {name: drawing.svg for name, drawing in drawings.items()}


def texts(content: object) -> list[str]:
    """Every string in a nested value, keys left out."""
    if isinstance(content, dict):
        return [text for value in content.values() for text in texts(value)]
    if isinstance(content, list | tuple):
        return [text for value in content for text in texts(value)]
    return [content] if isinstance(content, str) else []


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]


def words_in(sentence: str) -> int:
    return len([word for word in sentence.split() if re.search(r"\w", word)])


CASES = {
    "as invented": lambda: results_of(),
    "not reliable": lambda: results_of(verdicts={"promotion": "not_reliable"}),
    "all hidden": lambda: results_of(n_mentored=8),
    "no matched design": panel_only,
    **{
        enrolment: lambda enrolment=enrolment: results_of(
            replace(STUDY, study=replace(STUDY.study, enrolment=enrolment))
        )
        for enrolment in ("nominated", "mandatory", "randomised")
    },
    **{
        verdict: lambda verdict=verdict: results_of(verdicts=dict.fromkeys(STUDY.outcomes, verdict))
        for verdict in VERDICT_WORDS
    },
}


def test_every_verdict_every_check_and_every_enrolment_has_its_words():
    assert set(wording.VERDICTS) == set(VERDICT_WORDS)
    assert set(passages.ENROLMENT) == {"voluntary", "nominated", "mandatory", "randomised"}


@pytest.mark.parametrize("case", CASES)
def test_no_sentence_of_the_hr_report_has_more_than_25_words_or_a_banned_one(case):
    results = CASES[case]()
    words, _ = words_and_svgs(results)
    banned = re.compile(
        r"\b(" + "|".join(word for word in wording.BANNED if word.islower()) + r")", re.IGNORECASE
    )
    acronyms = re.compile(
        r"\b(" + "|".join(word for word in wording.BANNED if word.isupper()) + r")\b"
    )
    content = hr_content(results, words)
    for text in texts({key: value for key, value in content.items() if key != "provenance"}):
        assert not banned.search(text) and not acronyms.search(text), text
        for sentence in sentences(text):
            assert words_in(sentence) <= wording.MOST_WORDS, sentence


def test_the_answer_counts_people_of_100_with_and_without():
    results = results_of()
    assert answer(results, "promotion", STUDY.outcomes["promotion"]) == (
        "Of 100 similar employees about 17 were promoted within 24 months with a mentor, "
        "about 13 without."
    )


def test_an_unreliable_outcome_shows_no_number_in_the_hr_report():
    results = results_of(verdicts={"promotion": "not_reliable"})
    words, _ = words_and_svgs(results)
    content = hr_content(results, words)
    row = content["outcomes"][0]
    assert (row["with"], row["without"], row["difference"], row["range"]) == ("", "", "", "")
    assert content["answer"].startswith("The records cannot support an answer on promotion")
    assert not any("promotion" in item["name"] for item in content["curves"])
    assert not any(row["label"] == "promotion" for row in content["risks"])


def test_the_first_declared_primary_outcome_is_the_answer_whatever_it_shows():
    results = results_of(verdicts={"promotion": "cannot_tell", "voluntary_exit": "helps"})
    content = hr_content(results, words_and_svgs(results)[0])
    assert "were promoted" in content["answer"]
    assert "cannot tell" in content["claim"]


def test_every_declared_outcome_has_its_row_good_bad_or_blocked():
    for case in ("as invented", "all hidden"):
        results = CASES[case]()
        content = hr_content(results, words_and_svgs(results)[0])
        assert len(content["outcomes"]) == len(STUDY.outcomes)
        assert all(row["verdict"] for row in content["outcomes"])


def test_hidden_results_say_that_too_few_people_stand_behind_them():
    results = results_of(n_mentored=8)
    content = hr_content(results, words_and_svgs(results)[0])
    assert content["answer"].endswith(" Too few people stand behind the number.")
    assert content["covered"] == ["Fewer people were compared than may be told."]


def test_the_method_is_told_in_about_150_words():
    content = hr_content(results_of(), {})
    assert 120 <= words_in(content["how"]) <= 180


@pytest.mark.parametrize("case", ["as invented", "all hidden", "no matched design"])
def test_every_claim_has_a_row_in_the_technical_report(case):
    results = CASES[case]()
    content = technical_content(results, words_and_svgs(results)[0])
    [section] = [part for part in content["sections"] if part["title"].startswith("Claims")]
    rows = section["blocks"][0]["rows"]
    assert [row[1] for row in rows[: len(CLAIMS)]] == [claim.says for claim in CLAIMS]
    assert any(row[4] == "not measured in this study" for row in rows)
    measured = {row[2] for row in rows[: len(CLAIMS)]} - {"\u2013"}
    assert measured == {results.label(name) for name in results.study.outcomes}


def test_a_claim_whose_scale_was_scored_and_not_declared_says_so():
    kept = {name: each for name, each in STUDY.outcomes.items() if name != "socialization"}
    tables = {
        name: frame[frame["outcome"] != "socialization"] if "outcome" in frame else frame
        for name, frame in invented_results(STUDY).items()
    }
    content = technical_content(Results(tables, replace(STUDY, outcomes=kept)), {})
    [section] = [part for part in content["sections"] if part["title"].startswith("Claims")]
    [socialised] = [row for row in section["blocks"][0]["rows"] if row[1] == "is better socialised"]
    assert socialised[2:] == [
        "\u2013",
        "survey",
        "answers were scored, but it is not declared as an outcome of this study",
    ]


def test_waived_and_failed_checks_are_printed_with_their_reasons():
    content = technical_content(results_of(), {})
    [section] = [part for part in content["sections"] if part["title"] == "Checks"]
    told = [" | ".join(row) for row in section["blocks"][1]["rows"]]
    assert any("not evaluated (waived)" in row and "Waived: not built yet" in row for row in told)
    assert any("| failed |" in row for row in told)


def test_numbers_have_a_true_minus_a_sign_and_per_cent_for_pay():
    assert signed(-3.14, 1) == f"{MINUS}3.1"
    assert signed(0.04, 1) == "0.0"
    assert signed(-0.04, 1) == "0.0"
    assert for_readers(0.012, "log points") == "+1.2%"
    assert of_hundred(16.5) == "17"
    assert for_readers(float("nan"), "points") == "not shown"


def test_the_data_hash_changes_with_any_released_number():
    tables = results_of().tables
    changed = tables | {"verdicts": tables["verdicts"].assign(smallest_worthwhile=3.0)}
    assert data_hash(tables) == data_hash(dict(reversed(tables.items())))
    assert data_hash(tables) != data_hash(changed)


@pytest.mark.parametrize("case", ["as invented", "not reliable", "all hidden", "no matched design"])
@pytest.mark.parametrize("report", ["hr_report", "technical_report"])
def test_reports_are_tagged_titled_in_a_language_and_the_same_bytes_again(case, report):
    results = CASES[case]()
    words, svgs = words_and_svgs(results)
    make = {"hr_report": hr_content, "technical_report": technical_content}[report]
    content = make(results, words)
    pdf = render(report, content, svgs)
    assert pdf == render(report, content, svgs)
    reader = PdfReader(BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert reader.metadata.title == content["title"]
    xmp = root["/Metadata"].get_data()
    assert b"<pdfaid:part>2" in xmp and b"<pdfuaid:part>1" in xmp
    assert b"/tmp" not in pdf


def test_the_hr_report_has_two_to_four_pages_and_says_that_the_organisation_is_invented():
    results = results_of()
    words, svgs = words_and_svgs(results)
    reader = PdfReader(BytesIO(render("hr_report", hr_content(results, words), svgs)))
    assert 2 <= len(reader.pages) <= 4
    first = " ".join(reader.pages[0].extract_text().split())
    assert "This organisation is invented." in first
    assert "public key" in first
    assert "Of 100 similar employees about 17 were promoted" in first


def test_a_real_study_does_not_call_itself_invented():
    study = replace(STUDY, study=replace(STUDY.study, data="real"))
    content = hr_content(results_of(study), {})
    assert content["notice"] == ""


def nobody_matched() -> Results:
    study = replace(
        STUDY,
        sources={name: STUDY.sources[name] for name in ("people", "employment", "mentoring")},
    )
    return Results(release_tables(without_matched_design(STUDY), study.release), study)


def test_who_is_covered_says_how_many_began_too_early_or_had_no_similar_colleague():
    # Rounded to 5: 130 + 200 too early, 4 + 88 (told together) 90, 15 unmatched, 640 covered.
    told = " ".join(hr_content(results_of(), {})["covered"])
    assert "Of 1,075 people with a first mentorship on record, 640 are covered" in told
    assert "330 began before 2019, 90 fell out for several reasons. Another 15 had no" in told


def test_where_nobody_was_matched_no_words_speak_of_similar_colleagues_found():
    content = hr_content(nobody_matched(), {})
    assert content["covered"][0] == "Nobody could be compared."
    assert "They had the same" not in content["how"]
    assert "Silence in the surveys" not in [threat["name"] for threat in content["threats"]]
    assert "Similar colleagues" not in [row["term"] for row in content["glossary"]]


def test_sources_that_were_not_supplied_are_named_and_leave_is_not_called_checked():
    results = nobody_matched()
    assert "Not supplied: job history, pay, leaves, ratings" in hr_content(results, {})["quality"]
    assert "Not supplied" not in hr_content(results_of(), {})["quality"]
    emulated = {row[0]: row[2] for row in target_trial(results)}
    assert "employed, not on leave" not in emulated["Eligibility"]
    assert (
        "employed, not on leave"
        in {row[0]: row[2] for row in target_trial(results_of())}["Eligibility"]
    )


def test_a_may_says_on_which_outcome_it_rests_and_which_check_to_ask_for():
    results = results_of(verdicts=dict.fromkeys(STUDY.outcomes, "may_help"))
    assert "Ask for the missing check" in follows(results, "job_satisfaction")
    said = follows(results_of(verdicts={"promotion": "helps"}), "promotion")
    assert said.startswith("This rests on promotion, after 24 months.")
    assert "Ask for" not in said


def with_mean_time(estimate: float, low: float, high: float) -> Results:
    """Results in which each event's difference in mean time, in months, is this one."""
    results = results_of()
    rows = results.tables["estimates"]
    is_time = rows["quantity"] == "mean_time_difference"
    changed = rows.assign(
        estimate=rows["estimate"].mask(is_time, estimate),
        ci_low=rows["ci_low"].mask(is_time, low),
        ci_high=rows["ci_high"].mask(is_time, high),
    )
    return replace(results, tables=dict(results.tables) | {"estimates": changed})


@pytest.mark.parametrize(
    ("event", "difference", "said"),
    [
        (
            "promotion",
            (0.3, 0.1, 0.8),
            "Over 24 months, those with a mentor had on average 0.3 more months since a promotion "
            "than similar colleagues (0.1 to 0.8), counting everyone.",
        ),
        (
            "promotion",
            (0.3, -0.2, 0.8),
            "Counted as time since a promotion: 0.3 more months per person with a mentor. "
            f"The records fit {MINUS}0.2 to +0.8 too, so there is no clear difference.",
        ),
        (
            "voluntary_exit",
            (0.3, 0.1, 0.8),  # more time gone: more work lost
            "Over 24 months, leaving by choice cost 0.3 more months of work per person with a "
            "mentor than per similar colleague (0.1 to 0.8).",
        ),
        (
            "voluntary_exit",
            (-0.3, -0.8, -0.1),  # less time gone: less work lost
            "Over 24 months, leaving by choice cost 0.3 fewer months of work per person with a "
            "mentor than per similar colleague (0.1 to 0.8).",
        ),
        (
            "voluntary_exit",
            (-0.02, -0.3, 0.3),
            "Counted as work lost to leaving by choice: under 0.1 fewer months per person "
            f"with a mentor. The records fit {MINUS}0.3 to +0.3 too, so there is no clear "
            "difference.",
        ),
    ],
)
def test_a_mean_time_is_said_in_words_and_with_the_right_sign(event, difference, said):
    results = with_mean_time(*difference)
    assert time_in_words(results, event, STUDY.outcomes[event]) == said
    assert max(len(each.split()) for each in said.split(". ")) <= wording.MOST_WORDS


def test_reasons_show_labels_and_no_internal_names():
    said = results_of().in_words("the records hold no value of log_pay, clustered by person_id")
    assert said == "the records hold no value of pay, clustered by person"
