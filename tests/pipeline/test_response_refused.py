"""One scale whose answering cannot be modelled blocks itself, with the reason, and nothing else."""

import pandas as pd

from mentor_outcomes import io, schema
from mentor_outcomes.estimates.study_estimates import READS, estimate_study
from mentor_outcomes.study import load_study

SEPARATED = "job_satisfaction"


def test_a_separated_model_of_response_blocks_that_scale_only(finished):
    study = load_study(finished / "params.yaml")
    tables = {table.name: io.read(table, finished) for table in READS}
    waves = tables["person_waves"]
    gender = tables["person_months"].groupby("person_id")["gender"].first()
    never_silent = waves["person_id"].map(gender) == gender.mode()[0]
    scores = waves[SEPARATED].where(~never_silent, waves[SEPARATED].fillna(4.0))
    made = estimate_study({**tables, "person_waves": waves.assign(**{SEPARATED: scores})}, study)

    rows = made["estimates"]
    mine = rows[(rows["outcome"] == SEPARATED) & (rows["method"] == "matched_difference")]
    assert len(mine) and (mine["status"] == "blocked").all()
    assert mine["reason"].str.match("who answered cannot be modelled: .* gender.* foretell").all()
    scales = [name for name, outcome in study.outcomes.items() if outcome.kind == "scale"]
    is_told = rows["outcome"].isin(scales) & (rows["outcome"] != SEPARATED)
    is_told &= (rows["method"] == "matched_difference") & (rows["status"] == "estimated")
    is_weighted = rows["variant"] != "without weights"
    says = rows["error_type"].str.contains("; answers weighted by a logit")
    assert says[is_told & is_weighted].all() and (is_told & is_weighted).any()
    assert not says[~is_weighted].any()
    checks = made["checks"].set_index(["outcome", "check"])
    assert checks.loc[(SEPARATED, "response"), "result"] == "not_evaluated"
    assert checks.loc[(SEPARATED, "attrition"), "result"] != "not_evaluated"
    verdict = made["verdicts"].set_index("outcome").loc[SEPARATED]
    assert verdict["verdict"] == "not_reliable"
    assert "who answered cannot be modelled" in verdict["because"]

    key = ["outcome", "method", "quantity", "horizon_months", "variant"]
    others, as_before = (
        each.loc[each["outcome"] != SEPARATED, [*key, "status", "estimate"]]
        .sort_values(key)
        .reset_index(drop=True)
        for each in (rows, io.read(schema.ESTIMATES, finished))
    )
    pd.testing.assert_frame_equal(others, as_before, rtol=1e-8, check_dtype=False)
