"""Panel models do not hang on row order, names or units, and change nothing they are given."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates import censoring_weights, panel_rows, response_weights
from mentor_outcomes.estimates.panel_answers.members_of_question import PanelTables
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.weights.unstarted import chances_unstarted
from mentor_outcomes.study import Analysis, Exposure, Outcome
from tests.selective_panel import GROUPS, SECTION, selective_panel

SAME = 1e-10
"""The same sums in another order."""
ANALYSIS = Analysis(horizons_months=(12, 24), main_horizon_months=24)
TABLES = (
    "matched_sets",
    "person_months",
    "person_waves",
    "first_mentorships",
    "events",
)
PEOPLE = 400
KEY = ["outcome", "method", "quantity", "horizon_months"]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    panel = selective_panel(np.random.default_rng(8), n=PEOPLE)
    return {name: getattr(panel, name) for name in TABLES}


def answers(tables: dict[str, pd.DataFrame], exposure=Exposure(), groups=GROUPS) -> pd.DataFrame:  # noqa: B008
    """All rows of estimates and curves for pay and mood, in the order of their keys."""
    weights = censoring_weights(
        tables["matched_sets"],
        tables["person_months"],
        tables["first_mentorships"],
        tables["events"],
        section=SECTION,
        groups=groups,
        longest_months=24,
    )
    response = response_weights(
        tables["person_waves"], tables["person_months"], answered="mood", groups=groups
    )
    parts = []
    for name, kind in (("log_pay", "panel"), ("mood", "scale")):
        question = PanelQuestion(
            name=name,
            outcome=Outcome(kind=kind, better="higher", smallest_worthwhile=0.01, primary=True),
            section=SECTION,
            exposure=exposure,
            analysis=ANALYSIS,
            groups=groups,
            role="protege",
            contrast="any",
        )
        records = PanelTables(
            sets=tables["matched_sets"],
            weights=weights,
            events=tables["events"],
            first_mentorships=tables["first_mentorships"],
            person_months=tables["person_months"],
            person_waves=tables["person_waves"],
            response=response if kind == "scale" else None,
            chances=chances_unstarted(
                tables["person_months"], tables["first_mentorships"], SECTION.calendar, groups
            ),
        )
        found = panel_rows(question, records)
        estimates, curves = found.estimates, found.curves
        schema.ESTIMATES.check(estimates)
        schema.CURVES.check(curves)
        parts += [estimates, curves.assign(method="curve", horizon_months=curves["months"])]
    return pd.concat(parts).set_index(KEY).sort_index()


@pytest.fixture(scope="module")
def plain(tables) -> pd.DataFrame:
    return answers(tables)


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    for name in ("estimate", "std_error", "n_mentored", "n_comparison", "n_at_risk"):
        assert found[name].to_numpy() == pytest.approx(
            expected[name].to_numpy(), abs=SAME, rel=1e-8, nan_ok=True
        )
    assert found["status"].equals(expected["status"])


def test_the_order_of_rows_changes_nothing(tables, plain):
    shuffled = {
        name: frame.sample(frac=1, random_state=3).reset_index(drop=True)
        for name, frame in tables.items()
    }
    assert_same(answers(shuffled), plain)


def test_other_names_for_people_and_sets_change_nothing(tables, plain):
    names = pd.concat([frame["person_id"] for frame in tables.values()]).unique()
    others = np.random.default_rng(1).permutation(len(names))
    new_name = dict(zip(names, [f"x{number}" for number in others], strict=True))
    renamed = {
        name: frame.assign(person_id=frame["person_id"].map(new_name))
        for name, frame in tables.items()
    }
    sets = renamed["matched_sets"]
    renamed["matched_sets"] = sets.assign(set_id=10_000 - 7 * sets["set_id"])
    assert_same(answers(renamed), plain)


def test_nothing_given_is_changed(tables):
    before = {name: frame.copy(deep=True) for name, frame in tables.items()}
    answers(tables)
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_pay_in_another_currency_has_the_same_effect_and_moods_scale_with_their_points(
    tables, plain
):
    months, waves = tables["person_months"], tables["person_waves"]
    changed = tables | {
        "person_months": months.assign(log_pay=months["log_pay"] + np.log(7.46)),
        "person_waves": waves.assign(mood=10 * waves["mood"] - 3),
    }
    found = answers(changed)
    # A constant of 2 in the logarithm costs the fixed effects some digits.
    pay, mood = (
        (found.loc[name, "estimate"], plain.loc[name, "estimate"]) for name in ("log_pay", "mood")
    )
    assert pay[0].to_numpy() == pytest.approx(pay[1].to_numpy(), abs=1e-9)
    in_points = plain.loc["mood", "unit"] == "points"
    expected = mood[1] * np.where(in_points, 10, 1)
    assert mood[0].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-8)


def test_exposure_that_goes_on_and_off_blocks_the_matched_rows_with_a_count(tables):
    rows = answers(tables, Exposure(measure="current"))
    matched = rows[rows.index.get_level_values("method") == "matched_difference"]
    assert (matched["status"] == "blocked").all()
    n_first = int(tables["person_months"].query("period == 0")["is_mentored_now"].sum())
    assert matched["reason"].str.startswith(f"{n_first} of {PEOPLE - n_gone(tables)} people").all()
    two_way = rows[rows.index.get_level_values("method") == "two_way_fixed_effects"]
    assert (two_way["status"] == "estimated").all()


def n_gone(tables) -> int:
    """People who left before the first period ended."""
    months = tables["person_months"]
    return PEOPLE - months.loc[months["period"] >= 0, "person_id"].nunique()


def test_what_cannot_be_estimated_is_blocked_with_its_reason(tables):
    months, waves = tables["person_months"], tables["person_waves"]
    silent = tables | {
        "person_months": months.assign(log_pay=10.0, is_mentored_ever=months["period"] > 99),
        "person_waves": waves.assign(mood=np.nan),
    }
    rows = answers(silent)
    pay, mood = rows.loc["log_pay"], rows.loc["mood"]
    two_way = pay.loc["two_way_fixed_effects"]
    assert (two_way["status"] == "blocked").all()
    assert two_way.loc["coefficient", "reason"].str.contains("never changes").all()
    assert pay.loc["naive", "reason"].str.contains("nobody ever mentored").all()
    assert (mood["reason"] == "the records hold no value of mood").all()
    assert mood["estimate"].isna().all()
