"""The record of a design: the same for the same design, and another for any other."""

import copy
import hashlib

import numpy as np
import pandas as pd
import pytest
import yaml

from mentor_outcomes import schema
from mentor_outcomes.release.design_record import (
    DESIGN,
    design_entry,
    design_settings,
    groups_hash,
    history_bytes,
    settings_hash,
    told_settings,
    with_entry,
)
from mentor_outcomes.study import parse_study
from tests.tiny_study import PARAMS


def study(**sections):
    raw = copy.deepcopy(PARAMS)
    for section, keys in sections.items():
        raw[section] = raw.get(section, {}) | keys
    return parse_study(raw)


def tables():
    """Three sets; a serves in two of them, and m2 is a comparator before their own start."""
    rows = [
        *((0, "m1", "2020-03-01", True, 1.0, -3.1), (0, "a", "2020-03-01", False, 0.5, -3.0)),
        *((0, "m2", "2020-03-01", False, 0.5, -3.2), (1, "m2", "2020-05-01", True, 1.0, -2.5)),
        *((1, "a", "2020-05-01", False, 1.0, -2.4), (2, "m3", "2020-05-01", True, 1.0, -2.5)),
        (2, "b", "2020-05-01", False, 1.0, -2.4),
    ]
    columns = ["set_id", "person_id", "time_zero", "is_mentored", "weight", "score"]
    sets = pd.DataFrame(rows, columns=columns).assign(
        role="protege", contrast="any", eligibility="employed"
    )
    sets["time_zero"] = pd.to_datetime(sets["time_zero"])
    return {table.name: table.empty() for table in DESIGN} | {"matched_sets": sets}


def other(change):
    made = tables()
    return made | {"matched_sets": change(made["matched_sets"].copy())}


def overlap(n_mentored=640.0):
    key = {"role": "protege", "contrast": "any", "eligibility": "employed"}
    return pd.DataFrame(
        [key | {"subgroup": "all", "n_mentored_matched": n_mentored, "n_comparison": 1200.0}]
    )


def entry(one=None, made=None, *, estimated=False, n_mentored=640.0, history=()):
    return design_entry(
        one or study(),
        made or tables(),
        overlap(n_mentored),
        outcomes_already_estimated=estimated,
        history=history,
    )


def renamed(sets):
    """As under another pseudonym key: other ids, hence other numbers for the sets."""
    names = sets["person_id"].map(lambda name: hashlib.sha256(name.encode()).hexdigest()[:16])
    return sets.assign(person_id=names, set_id=7 - sets["set_id"])


@pytest.mark.parametrize(
    "same",
    [
        lambda sets: sets.sample(frac=1, random_state=1),
        renamed,
        lambda sets: sets[sets.columns[::-1]],
        lambda sets: sets.assign(score=sets["score"] * (1 + 1e-12)),
        lambda sets: sets.assign(weight=sets["weight"] + 3e-7),
    ],
    ids=[
        *("rows in another order", "another key", "columns in another order", "last digits"),
        "weights beyond six decimals",
    ],
)
def test_the_same_design_has_the_same_hash(same):
    assert groups_hash(other(same)) == groups_hash(tables())


def swapped_within_a_day(sets):
    """a and b, alike in every column, change places in the sets of 1 May."""
    people = sets["person_id"].to_numpy().copy()
    people[[4, 6]] = people[[6, 4]]
    return sets.assign(person_id=people)


@pytest.mark.parametrize(
    "change",
    [
        swapped_within_a_day,
        lambda sets: sets.assign(person_id=sets["person_id"].replace("b", "a")),
        lambda sets: sets.assign(weight=sets["weight"].where(sets.index != 1, 0.4)),
        lambda sets: sets.assign(time_zero=sets["time_zero"] + pd.Timedelta(days=1)),
        lambda sets: sets.iloc[:-1],
    ],
    ids=["who stands with whom", "one serves for two", "a weight", "the day", "a row less"],
)
def test_another_design_has_another_hash(change):
    assert groups_hash(other(change)) != groups_hash(tables())


def test_an_exactly_balanced_mean_does_not_count_with_its_rounding():
    def balance(smd):
        row = {
            column.name: [np.nan] for column in schema.BALANCE.columns if column.type == "number"
        }
        text = {column.name: ["x"] for column in schema.BALANCE.columns if column.type == "text"}
        return tables() | {"balance": pd.DataFrame(text | row | {"smd_after": [smd]})}

    assert groups_hash(balance(3e-14)) == groups_hash(balance(-1e-15))
    assert groups_hash(balance(0.01)) != groups_hash(balance(0.02))


def test_comments_order_of_keys_and_defaults_written_out_change_nothing():
    text = yaml.safe_dump(PARAMS, sort_keys=True)
    reordered = parse_study(yaml.safe_load("# a comment\n" + text))
    assert design_settings(reordered) == design_settings(study())
    assert design_settings(study(groups={"caliper_sd": 0.2})) == design_settings(study())
    assert design_settings(study(groups={"min_tenure_months": 6.0})) == design_settings(study())


def test_windows_left_out_are_on_record_as_those_that_follow_from_the_horizons():
    """So that writing them out is no change, and other horizons change what is averaged."""
    years = [[1, 12], [13, 24], [25, 36]]

    def settings(n_years: int, **more):
        horizons = {"horizons_months": [12, 24, 36][:n_years], "main_horizon_months": 12}
        return design_settings(study(analysis=horizons | more))

    for n_years in (2, 3):
        left_out = settings(n_years)
        assert left_out == settings(n_years, windows_months=years[:n_years])
        assert left_out["analysis.windows_months"] == years[:n_years]


@pytest.mark.parametrize(
    "change",
    [
        {"study": {"title": "Another title", "seed": 5}},
        {"sources": {"people": {"path": "elsewhere/people.csv"}}},
        {"release": {"minimum_people": 20}},
        {"figures": {"font_size": 11}},
    ],
)
def test_titles_places_and_looks_are_no_part_of_the_design(change):
    assert settings_hash(design_settings(study(**change))) == settings_hash(
        design_settings(study())
    )


@pytest.mark.parametrize(
    "change",
    [
        {"groups": {"caliper_sd": 0.3}},
        {"analysis": {"main_horizon_months": 12}},
        {"checks": {"waive": {"placebo_start": "no history"}}},
        {"study": {"enrolment": "randomised"}},
        {"outcomes": {"promotion": PARAMS["outcomes"]["promotion"] | {"smallest_worthwhile": 3}}},
        {"scales": {"belonging": PARAMS["scales"]["belonging"] | {"min_answered": 3}}},
    ],
)
def test_what_is_compared_measured_and_judged_is_part_of_the_design(change):
    assert settings_hash(design_settings(study(**change))) != settings_hash(
        design_settings(study())
    )


def test_a_design_is_recorded_once_until_it_changes():
    first = with_entry([], entry())
    assert with_entry(first, entry(estimated=True)) == first, "seen again: no second entry"
    changed = with_entry(first, entry(study(groups={"caliper_sd": 0.3}), estimated=True))
    assert [each["outcomes_already_estimated"] for each in changed] == [False, True]
    back = with_entry(changed, entry(estimated=True))
    assert len(back) == 3
    assert back[2]["hash"] == back[0]["hash"]


def test_the_record_tells_released_numbers_and_no_person():
    text = history_bytes(with_entry([], entry(n_mentored=np.nan))).decode()
    assert '"n_mentored_matched": null' in text
    assert '"n_comparison": 1200' in text
    assert "m1" not in text


@pytest.mark.parametrize(
    ("n_before", "n_after", "told"),
    [
        (640, 640, 640),  # the same people or not: nothing can be subtracted
        (640, 645, None),  # 642 and 643, perhaps
        (640, 630, None),  # 638 and 632, perhaps
        (640, 655, 655),  # 642 and 653 at the nearest: 11 people
        (np.nan, 645, 645),
    ],
)
def test_a_number_near_an_earlier_one_is_not_told(n_before, n_after, told):
    first = [entry(n_mentored=n_before)]
    changed = entry(study(groups={"caliper_sd": 0.3}), n_mentored=n_after, history=first)
    assert [row["n_mentored_matched"] for row in changed["compared"]] == [told]
    assert [row["n_comparison"] for row in changed["compared"]] == [1200]


def test_a_number_is_held_against_every_earlier_entry_not_the_last_alone():
    history = [entry(n_mentored=640.0), entry(n_mentored=np.nan)]
    assert entry(n_mentored=645.0, history=history)["compared"][0]["n_mentored_matched"] is None


def coded(level="EN-7"):
    jobs = {
        "path": "data/raw/jobs.csv",
        "keep": [{"column": "Company", "values": ["Acme"], "reason": "not of this employer"}],
        "codes": {"job_family": {level: "engineering"}},
        "missing": {"grade": ["-99"]},
    }
    return study(sources={"jobs": PARAMS["sources"].get("jobs", {}) | jobs})


def test_of_sources_the_record_tells_columns_and_no_value_of_their_records():
    text = history_bytes([entry(coded())]).decode()
    assert all(value not in text for value in ("Acme", "EN-7", "engineering", "-99"))
    told = entry(coded())["settings"]
    assert told["sources.jobs.keep"] == ["Company"]
    assert told["sources.jobs.codes"] == ["job_family"]
    assert told["sources.jobs.missing"] == ["grade"]


def test_values_that_are_not_told_count_all_the_same():
    one, another = coded(), coded("EN-8")
    assert settings_hash(design_settings(one)) != settings_hash(design_settings(another))
    assert told_settings(design_settings(one)) == told_settings(design_settings(another))


def test_what_the_method_does_not_read_is_no_part_of_the_design():
    def weighted(**more):
        return design_settings(study(groups={"method": "overlap_weights"} | more))

    assert weighted(caliper_sd=0.3) == weighted(comparators_per_mentee=5) == weighted()
    assert weighted() != design_settings(study())
    assert weighted(min_tenure_months=9) != weighted()
