"""Both engines of two-way fixed effects: the same numbers, by dummies too, and refusals."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import fixed_effects
from mentor_outcomes.estimates.inference.clustered_errors import CORRECTIONS
from mentor_outcomes.estimates.panel._two_way_within import two_way_effects
from mentor_outcomes.estimates.panel.fixed_effects import (
    LINEARMODELS,
    ONE_PASS,
    ONE_PASS_FROM_VALUES,
)

ENGINES = [LINEARMODELS, ONE_PASS]
SAME = 1e-10
"""The same least squares by another route."""
COLUMNS = {"unit": "person", "period": "year", "outcome": "pay"}


def made(people=40, years=9, seen=0.7, seed=5) -> pd.DataFrame:
    """People in some of the years; pay follows the person, the year and three regressors."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), years)
    year = np.tile(np.arange(years), people)
    frame = pd.DataFrame({"person": person, "year": year})
    frame["mentored"] = year >= rng.integers(1, 2 * years, people)[person]
    frame["hours"] = 1000 + rng.normal(size=len(frame)) + 0.3 * year
    frame["grade"] = rng.integers(0, 4, len(frame))
    frame["pay"] = (
        0.2 * frame["mentored"]
        + 0.1 * frame["hours"]
        + rng.normal(size=people)[person]
        + 0.3 * year
        + rng.normal(size=len(frame))
    )
    frame["team"] = person % 11
    return frame[rng.random(len(frame)) < seen].reset_index(drop=True)


def dummies(panel: pd.DataFrame, names) -> np.ndarray:
    """Least squares with a column per person and per year, by a singular value decomposition."""
    used = panel[panel.groupby("person")["year"].transform("size") > 1]
    columns = [used[name].to_numpy(dtype=float) for name in names]
    effects = pd.get_dummies(used[["person", "year"]].astype(str)).to_numpy(dtype=float)
    design = np.column_stack([*columns, effects])
    return np.linalg.lstsq(design, used["pay"].to_numpy(), rcond=None)[0][: len(names)]


PANELS = {
    "unbalanced": made(),
    "balanced": made(seen=2.0),
    "more years than people": made(people=6, years=30),
    "few of many cells": made(people=60, years=40, seen=0.12),
}


@pytest.mark.parametrize("names", [["mentored"], ["mentored", "hours", "grade"]])
@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
def test_engines_agree_with_each_other_and_with_a_column_per_effect(panel, names):
    one, other = (fixed_effects(panel, **COLUMNS, regressors=names, engine=e) for e in ENGINES)
    assert one.coefficients == pytest.approx(other.coefficients, rel=SAME, abs=SAME)
    assert one.covariance == pytest.approx(other.covariance, rel=SAME, abs=SAME)
    assert one.coefficients == pytest.approx(dummies(panel, names), rel=1e-8, abs=1e-8)
    assert (one.engine, other.engine) == tuple(ENGINES)
    assert one.n_switchers.tolist() == other.n_switchers.tolist()


@pytest.mark.parametrize("error", CORRECTIONS)
def test_engines_agree_on_every_correction_and_on_coarser_clusters(error):
    for cluster in (None, "team"):
        one, other = (
            fixed_effects(
                made(), **COLUMNS, regressors=["hours"], engine=e, error=error, cluster=cluster
            )
            for e in ENGINES
        )
        assert one.covariance == pytest.approx(other.covariance, rel=SAME)
        assert one.error_type == other.error_type
        assert CORRECTIONS[error].words in one.error_type


def test_corrections_differ_by_their_stated_factors():
    panel = made(seen=2.0)
    n, groups, years = 360, 40, 9
    found = {
        name: fixed_effects(panel, **COLUMNS, regressors=["hours"], error=name).covariance.item()
        for name in CORRECTIONS
    }
    of_clusters = groups / (groups - 1)
    assert found["sss"] / found["HC0"] == pytest.approx(of_clusters * (n - 1) / (n - 1))
    assert found["xtreg"] / found["HC0"] == pytest.approx(of_clusters * (n - 1) / (n - 1 - years))
    counted = 1 + groups + years - 1
    assert found["areg"] / found["HC0"] == pytest.approx(of_clusters * (n - 1) / (n - counted))


def test_parts_of_a_panel_that_nobody_links_have_period_effects_of_their_own():
    """People of the first years and people of the last ones: 4 years, but 2 effects of years."""
    early, late = made(12, 2, 2.0, seed=1), made(12, 2, 2.0, seed=2)
    late = late.assign(person=late["person"] + 100, year=late["year"] + 2)
    panel = pd.concat([early, late], ignore_index=True)
    effects = two_way_effects(pd.factorize(panel["person"])[0], 24, panel["year"].to_numpy(), 4)
    assert (effects.n_parts, len(effects.kept)) == (2, 2)
    one, other = (fixed_effects(panel, **COLUMNS, regressors=["hours"], engine=e) for e in ENGINES)
    assert one.coefficients == pytest.approx(other.coefficients, rel=SAME)
    assert one.coefficients == pytest.approx(dummies(panel, ["hours"]), rel=1e-8)


def test_what_the_effects_leave_has_no_mean_in_any_person_or_year():
    panel = made()
    unit, period = pd.factorize(panel["person"])[0], pd.factorize(panel["year"])[0]
    effects = two_way_effects(unit, unit.max() + 1, period, period.max() + 1)
    left = effects.without(panel["hours"].to_numpy())
    assert np.abs(np.bincount(unit, left)).max() < 1e-10
    assert np.abs(np.bincount(period, left)).max() < 1e-10


def test_the_size_of_the_panel_decides_who_computes():
    rows = ONE_PASS_FROM_VALUES // 2
    small, large = (made(n // 10, 10, 2.0) for n in (rows - 10, rows))
    found = [fixed_effects(p, **COLUMNS, regressors=["mentored"]).engine for p in (small, large)]
    assert found == ENGINES


def changed(**columns) -> pd.DataFrame:
    return made().assign(**columns)


def absorbed() -> pd.DataFrame:
    panel = made()
    return panel.assign(age=30 + panel["person"] + panel["year"])


def one_arm_silent() -> pd.DataFrame:
    panel = made()
    ever = panel.groupby("person")["mentored"].transform("any")
    return panel.assign(pay=panel["pay"].mask(ever))


def two_by_two() -> pd.DataFrame:
    return pd.DataFrame(
        {"person": [1, 1, 2, 2], "year": [1, 2, 1, 2], "pay": [1.0, 2, 3, 5]}
    ).assign(mentored=[0, 1, 0, 0])


BAD = {
    "absorbed": (absorbed(), ["mentored", "age"], "^Found: age repeat each other, or what unit"),
    "collinear": (
        made().assign(twice=lambda f: 2 * f["hours"] - 5),
        ["hours", "twice"],
        "repeat each other",
    ),
    "sum of others": (
        made().assign(both=lambda f: f["hours"] + f["grade"]),
        ["hours", "grade", "both"],
        "repeat each other",
    ),
    "repeated": (pd.concat([made(), made().head(1)]), ["mentored"], "repeat the person and year"),
    "one period": (made().query("year == 3"), ["mentored"], "two or more"),
    "nobody switches": (changed(mentored=False), ["mentored"], "nobody switches mentored"),
    "constant": (changed(pay=3.0), ["mentored"], "pay never changes"),
    "silent arm": (one_arm_silent(), ["mentored"], "nobody switches mentored"),
    "nothing": (changed(pay=np.nan), ["mentored"], "fewer than two periods"),
    "text": (changed(pay="high"), ["mentored"], "the column pay holds"),
    "infinite": (changed(pay=-np.inf), ["mentored"], "infinite pay"),
    "no regressor": (made(), [], "the regressors are none"),
    "perfect": (two_by_two(), ["mentored"], "no more rows than regressors and effects"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", BAD)
def test_both_engines_refuse_the_same_in_the_same_words(case, engine):
    panel, names, words = BAD[case]
    with pytest.raises(EstimationError, match=words):
        fixed_effects(panel, **COLUMNS, regressors=names, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_clusters_that_cut_people_in_pieces_need_a_correction_that_counts_all_effects(engine):
    panel = made()
    with pytest.raises(EstimationError, match="lie in more than one year"):
        fixed_effects(panel, **COLUMNS, regressors=["hours"], cluster="year", engine=engine)
    found = fixed_effects(
        panel, **COLUMNS, regressors=["hours"], cluster="year", engine=engine, error="areg"
    )
    assert found.n_clusters == 9


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"error": "HC3"}, "correction HC3"), ({"engine": "R"}, "engine R")],
)
def test_unknown_names_are_refused(wrong, words):
    with pytest.raises(EstimationError, match=words):
        fixed_effects(made(), **COLUMNS, regressors=["hours"], **wrong)


def test_one_cluster_is_refused():
    with pytest.raises(EstimationError, match="all rows are in one cluster"):
        fixed_effects(made().assign(team=1), **COLUMNS, regressors=["hours"], cluster="team")


def said_in_full(panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Outcomes of which effects, or effects and the regressors, leave nothing but rounding."""
    by_itself = np.random.default_rng(6).normal(size=panel["person"].max() + 1)
    effects = 10 + by_itself[panel["person"]] + 0.03 * (panel["year"] // 2)
    return {
        "effects": panel.assign(pay=effects),
        "mentored": panel.assign(pay=effects + 0.05 * panel["mentored"]),
        "itself": panel.assign(pay=panel["hours"]),
    }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", ["effects", "mentored", "itself"])
def test_what_effects_and_regressors_say_in_full_is_rounding_and_no_finding(case, engine):
    panel = said_in_full(made())[case]
    with pytest.raises(EstimationError, match="nothing varies beside them, so that no error"):
        fixed_effects(panel, **COLUMNS, regressors=["mentored", "hours"], engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_coefficient_of_a_part_that_hangs_by_nothing_on_the_rest_needs_an_error_of_its_own(
    engine,
):
    """People of later years, all mentored alike, in a part that varies by its effects alone."""
    early = made(12, 3, 2.0, seed=1).assign(mentored=False)
    late = said_in_full(made(12, 3, 2.0, seed=2))["mentored"]
    late = late.assign(person=late["person"] + 100, year=late["year"] + 3, hours=0.0)
    panel = pd.concat([early, late], ignore_index=True)
    with pytest.raises(EstimationError, match="nothing varies beside them"):
        fixed_effects(panel, **COLUMNS, regressors=["mentored", "hours"], engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_little_that_varies_is_no_rounding(engine):
    """Pay of 10 that changes by a millionth has an error."""
    panel = said_in_full(made())["mentored"]
    noise = np.random.default_rng(7).normal(0, 1e-6, len(panel))
    found = fixed_effects(
        panel.assign(pay=panel["pay"] + noise), **COLUMNS, regressors=["mentored"], engine=engine
    )
    assert found.coefficients == pytest.approx([0.05], abs=1e-6)
    assert 1e-8 < found.tidy().loc[0, "std_error"] < 1e-6
