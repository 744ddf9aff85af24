"""A scale that measures differently is not compared by any method; the other outcomes go on."""

import pandas as pd

from mentor_outcomes import io, schema
from mentor_outcomes.estimates.study_estimates import READS, estimate_study
from mentor_outcomes.study import load_study

BROKEN = "turnover_intent"
KEY = ["outcome", "method", "estimand", "quantity", "horizon_months", "variant"]


def test_loadings_that_differ_block_every_row_of_that_scale_and_its_verdict(finished):
    study = load_study(finished / "params.yaml")
    tables = {table.name: io.read(table, finished) for table in READS}
    steps = tables["scale_invariance"]
    is_broken = (
        (steps["scale"] == BROKEN) & (steps["grouping"] == "waves") & (steps["step"] == "metric")
    )
    assert is_broken.sum() == 1
    holds = steps["holds"].mask(is_broken, "no")
    made = estimate_study({**tables, "scale_invariance": steps.assign(holds=holds)}, study)

    rows = made["estimates"]
    mine = rows[rows["outcome"] == BROKEN]
    answered = mine["quantity"] == "seen_difference"
    assert (mine.loc[answered, "status"] == "estimated").any()
    assert not mine.loc[answered, "reason"].str.contains("not compared").any()
    mine = mine[~answered]
    assert (mine["status"] == "blocked").all()
    assert mine["estimate"].isna().all() and mine["ci_low"].isna().all()
    why = mine.groupby("method")["reason"].apply(
        lambda reasons: reasons.str.contains("its scores are not compared").any()
    )
    assert {"matched_difference", "two_way_fixed_effects", "naive", "placebo_start"} <= set(
        why.index
    )
    assert why[["two_way_fixed_effects", "naive"]].all()
    assert not (made["curves"]["outcome"] == BROKEN).any()
    verdict = made["verdicts"].set_index("outcome").loc[BROKEN]
    assert verdict["verdict"] == "not_reliable"
    checks = made["checks"].set_index(["outcome", "check"])["result"]
    assert checks[BROKEN, "measurement_invariance"] == "failed"

    before = io.read(schema.ESTIMATES, finished)
    others, as_before = (
        each.loc[each["outcome"] != BROKEN, [*KEY, "status", "estimate"]]
        .sort_values(KEY)
        .reset_index(drop=True)
        for each in (rows, before)
    )
    pd.testing.assert_frame_equal(others, as_before, rtol=1e-8, check_dtype=False)
