"""Every profile names columns and words that exist, and says what it is known from."""

from importlib import resources
from pathlib import Path

import pytest
import yaml

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.sources.profiles import layout_of, load_profile
from mentor_outcomes.study import SOURCES, KeptRows, Source
from mentor_outcomes.study.source import PROFILE_NAMES
from mentor_outcomes.tables.contracts import CONTRACTS, PAY_PER, shape_of

KNOWN = [
    pytest.param(name, source, id=f"{name}-{source}")
    for name in PROFILE_NAMES
    for source in load_profile(name).sources
]


def fields_of(source: str, layout) -> dict:
    return {field.name: field for field in CONTRACTS[source][shape_of(source, layout)]}


def test_each_name_has_its_file_and_each_file_its_name():
    folder = resources.files("mentor_outcomes.sources") / "profiles"
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        f"{name}.yaml" for name in PROFILE_NAMES
    )


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_a_profile_says_what_it_is_known_from(name):
    profile = load_profile(name)
    assert profile.provider and profile.known_from.strip()
    assert profile.verified in ("headers", "docs")
    assert "http" not in profile.known_from, "documents are named, not linked"
    assert set(profile.sources) <= set(SOURCES)


@pytest.mark.parametrize(("name", "source"), KNOWN)
def test_columns_are_those_of_the_declared_shape(name, source):
    layout = load_profile(name).sources[source]
    fields = fields_of(source, layout)
    assert set(layout.columns) <= set(fields)
    assert set(layout.needed) <= set(layout.columns)
    assert set(layout.codes) <= set(layout.columns)
    assert set(layout.missing) <= set(layout.columns)
    absent = {ours for ours, theirs in layout.columns.items() if not theirs}
    assert not [ours for ours in absent if fields[ours].is_required]


@pytest.mark.parametrize(("name", "source"), KNOWN)
def test_codes_lead_to_words_that_the_column_knows(name, source):
    layout = load_profile(name).sources[source]
    fields = fields_of(source, layout)
    for column, words in layout.codes.items():
        assert set(words.values()) <= set(fields[column].words), column


@pytest.mark.parametrize(("name", "source"), KNOWN)
def test_alternatives_are_written_with_bars_and_named_once(name, source):
    layout = load_profile(name).sources[source]
    for theirs in layout.columns.values():
        each = theirs.split(" | ")
        assert len(set(each)) == len(each)
        assert all(header == header.strip() for header in each)


@pytest.mark.parametrize(("name", "source"), KNOWN)
def test_event_logs_of_employment_say_how_exits_are_dated(name, source):
    layout = load_profile(name).sources[source]
    if (source, layout.shape) == ("employment", "events"):
        assert layout.exit_dated == "day_after"
        assert "exit" in layout.codes["event_code"].values()


def test_no_duplicate_keys_hide_in_the_files():
    """YAML keeps the last of two equal keys without a word."""

    class Strict(yaml.SafeLoader):
        pass

    def mapping(loader, node):
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), keys
        return loader.construct_mapping(node, deep=True)

    Strict.add_constructor("tag:yaml.org,2002:map", mapping)
    folder = resources.files("mentor_outcomes.sources")
    files = [*(folder / "profiles").iterdir(), folder / "synonyms.yaml"]
    for file in files:
        yaml.load(file.read_text(encoding="utf-8"), Strict)


def test_plain_reads_every_source_under_our_own_names():
    profile = load_profile("plain")
    assert set(profile.sources) == set(SOURCES)
    assert all(layout == type(layout)() for layout in profile.sources.values())


def test_the_study_file_has_the_last_word():
    source = Source(
        path="job.csv",
        profile="peoplesoft",
        columns={"job_family": "JOBCODE", "entered_on": ""},
        codes={"event_code": {"LOF": "leave"}},
        keep=(KeptRows(column="JOB_INDICATOR", values=("P",), reason="no primary job"),),
    )
    layout = layout_of("jobs", source)
    assert layout.columns["job_family"] == "JOBCODE"
    assert layout.columns["entered_on"] == ""
    assert layout.columns["grade"] == "GRADE"
    assert layout.codes["event_code"]["LOF"] == "leave"
    assert layout.codes["event_code"]["PRO"] == "promotion"
    assert [rule.column for rule in layout.keep] == ["JOB_INDICATOR"]


def test_a_source_that_the_provider_does_not_have_is_refused_with_the_way_out():
    with pytest.raises(StudyError) as caught:
        layout_of("jobs", Source(path="users.csv", profile="together"))
    message = str(caught.value)
    assert "has the profile together, which has no jobs" in message
    assert "people, employment" in message
    assert "profile: plain" in message


def test_an_unknown_profile_is_refused_with_the_known_ones():
    with pytest.raises(StudyError, match=r"sap is no profile.*successfactors"):
        load_profile("sap")


def test_seniority_of_together_and_meetings_of_qooper_are_never_read():
    together = load_profile("together").sources.values()
    assert not [each for each in together if "dateOfSeniority" in each.columns.values()]
    qooper = load_profile("qooper").sources.values()
    assert not [h for each in qooper for h in each.columns.values() if "Meetings" in h]


def test_a_status_alone_never_makes_an_exit():
    statuses = ("emplStatus", "EMPL_STATUS", "HR_STATUS", "employeeStatusCode", "status")
    for name in PROFILE_NAMES:
        for layout in load_profile(name).sources.values():
            theirs = {h for each in layout.columns.values() for h in each.split(" | ")}
            assert not theirs.intersection(statuses), name


def test_codes_of_leave_and_of_exit_are_apart():
    events = load_profile("successfactors").sources["employment"].codes["event_code"]
    assert events["26"] == "exit"
    assert {events["10"], events["11"]} == {"leave"}
    actions = load_profile("peoplesoft").sources["employment"].codes["event_code"]
    assert {actions[code] for code in ("TER", "RET", "TWP", "TWB")} == {"exit"}
    assert actions["LOA"] == "leave"
    assert "LOF" not in actions, "a layoff means different things: it stops the run"


def test_no_provider_s_reasons_are_translated_where_they_are_the_tenant_s():
    for name in ("successfactors", "peoplesoft", "workday"):
        assert "exit_kind" not in load_profile(name).sources["employment"].codes
    assert "TERMINATION" not in load_profile("oracle").sources["employment"].codes["exit_kind"]


def test_periods_of_pay_are_words_that_can_be_made_yearly():
    for name in PROFILE_NAMES:
        layout = load_profile(name).sources.get("pay")
        if layout is not None:
            assert set(layout.codes.get("per", {}).values()) <= set(PAY_PER)
            assert layout.pay_is is None, "full-time or actual is the tenant's rule"


def test_event_words_are_those_of_the_schema():
    words = {
        word
        for name in PROFILE_NAMES
        for layout in load_profile(name).sources.values()
        for word in layout.codes.get("event_code", {}).values()
    }
    assert words <= set(schema.JOB_EVENTS)


def test_the_table_in_the_documents_lists_every_profile_as_it_is():
    text = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:5] for line in text.splitlines() if line.startswith("| `")]
    said = {row[0].strip(" `"): row[2].strip() for row in rows}
    assert said == {name: load_profile(name).verified for name in PROFILE_NAMES}
    reads = {row[0].strip(" `"): row[3] for row in rows}
    for name in PROFILE_NAMES:
        if name != "plain":
            assert all(source in reads[name] for source in load_profile(name).sources), name
