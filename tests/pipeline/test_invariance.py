"""Whoever the people are called, and in whatever order they come: the same sets and estimates."""

import shutil
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import io, schema
from mentor_outcomes.estimates.study_estimates import estimate_study
from mentor_outcomes.groups import (
    asked_for_last_value,
    design_groups,
    last_value_sets,
    placebo_sets,
)
from mentor_outcomes.measures import build_measures
from mentor_outcomes.panel import build_panel
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import load_study
from mentor_outcomes.tables import build_tables, wanted_columns
from mentor_outcomes.tables.pseudonyms import pseudonyms

ID_COLUMNS = {
    "person_id",
    "manager_id",
    "rater_id",
    "mentor_id",
    "protege_id",
    "ExternalReference",
}
RELATIVE = 1e-10
"""Sums of the same numbers in another order differ in their last digits only."""


def estimated(folder: Path, scratch: Path, key: bytes, monkeypatch) -> dict[str, pd.DataFrame]:
    """Sets and estimates from the raw exports in `folder`, unrounded, without any file between."""
    monkeypatch.chdir(folder)
    study = load_study()
    raw = {
        name: read_source(name, source, wanted=wanted_columns(name, source, study.scales))
        for name, source in study.sources.items()
    }
    tables = build_tables(raw, section=study.study, scales=study.scales, key=key)
    measures = build_measures(tables, study.scales)
    tables |= measures
    connection = ibis.duckdb.connect()
    lazy = {}
    for table in schema.ALL:
        if table.name in tables:
            io.write(table, tables[table.name], scratch)
            lazy[table.name] = io.scan(connection, table, scratch)
    made = build_panel(lazy, section=study.study, exposure=study.exposure, scales=study.scales)
    panel = {name: io.collect(frame) for name, frame in made.items()}
    designed = design_groups(
        panel["person_months"],
        panel["spells_at_risk"],
        panel["first_mentorships"],
        settings=study.groups,
        section=study.study,
        exposure=study.exposure,
    )
    groups = {name: getattr(designed, name) for name in ("matched_sets", "balance", "overlap")}
    groups["placebo_sets"], _ = placebo_sets(
        panel["person_months"],
        panel["spells_at_risk"],
        panel["first_mentorships"],
        settings=study.groups,
        section=study.study,
        exposure=study.exposure,
    )
    groups["last_value_sets"], _ = last_value_sets(
        panel["person_months"],
        panel["latest_values"],
        panel["spells_at_risk"],
        panel["first_mentorships"],
        outcomes=asked_for_last_value(study.outcomes),
        settings=study.groups,
        section=study.study,
        exposure=study.exposure,
    )
    return groups | estimate_study(panel | groups | measures, study)


def rearranged(folder: Path, names: dict[str, str]) -> None:
    """Every export with its rows in another order and its people renamed."""
    rng = np.random.default_rng(5)
    for path in sorted((folder / "data" / "simulated").glob("*.csv")):
        n_header = 3 if path.name.startswith("survey_") else 1
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        extra = frame.iloc[: n_header - 1]
        rows = frame.iloc[n_header - 1 :].sample(frac=1, random_state=rng)
        for column in ID_COLUMNS & set(rows.columns):
            rows[column] = rows[column].map(lambda old: names.get(old, old))
        pd.concat([extra, rows]).to_csv(path, index=False)


def sets_by_people(made: dict[str, pd.DataFrame], key: bytes, ids: pd.Series) -> pd.DataFrame:
    """The sets under raw ids: who is matched with whom, and with which weight."""
    raw = pd.Series(ids.index, index=pseudonyms(ids, key).to_numpy())
    sets = made["matched_sets"].assign(person=lambda frame: frame["person_id"].map(raw))
    mentored = sets[sets["is_mentored"]].set_index(["eligibility", "set_id"])["person"]
    sets = sets.assign(
        of=mentored.loc[list(zip(sets["eligibility"], sets["set_id"], strict=True))].to_numpy()
    )
    return sets.sort_values(["eligibility", "of", "person"])[
        ["eligibility", "of", "person", "time_zero", "weight"]
    ].reset_index(drop=True)


@pytest.fixture
def both(finished, tmp_path, monkeypatch):
    """Sets and estimates as they came, and with rows permuted, ids renamed, another key."""
    people = pd.read_csv(finished / "data/simulated/people.csv", dtype="str")["person_id"]
    order = np.random.default_rng(4).permutation(len(people))
    names = {old: f"{place:06d}" for old, place in zip(people, order, strict=True)}
    copy = tmp_path / "copy"
    shutil.copytree(finished / "data" / "simulated", copy / "data" / "simulated")
    shutil.copy(finished / "params.yaml", copy)
    rearranged(copy, names)
    first = estimated(finished, tmp_path / "first", b"one key", monkeypatch)
    second = estimated(copy, tmp_path / "second", b"another key", monkeypatch)
    as_came = pd.Series(people.to_numpy(), index=people)
    renamed = pd.Series([names[old] for old in people], index=people)
    return (
        (first, sets_by_people(first, b"one key", as_came)),
        (second, sets_by_people(second, b"another key", renamed)),
    )


def test_permuted_rows_renamed_ids_and_another_key_change_no_set_and_no_estimate(both):
    (first, sets), (second, sets_again) = both
    assert len(sets) > 100
    columns = ["eligibility", "of", "person", "time_zero"]
    pd.testing.assert_frame_equal(sets[columns], sets_again[columns])
    assert sets_again["weight"].to_numpy() == pytest.approx(sets["weight"].to_numpy(), rel=RELATIVE)
    for name, table in (("estimates", schema.ESTIMATES), ("curves", schema.CURVES)):
        one, two = (made[name].sort_values(list(table.key)) for made in (first, second))
        for column in table.columns:
            a, b = one[column.name].to_numpy(), two[column.name].to_numpy()
            if column.type == "number":
                np.testing.assert_allclose(b, a, rtol=RELATIVE, atol=RELATIVE, err_msg=column.name)
            else:
                assert (pd.Series(a).fillna("") == pd.Series(b).fillna("")).all(), column.name
    assert (first["estimates"]["status"] == "estimated").sum() > 20
