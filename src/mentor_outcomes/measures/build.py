"""All tables of `data/measures` from answers and records."""

from collections.abc import Mapping

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.measures.quality import scale_quality
from mentor_outcomes.measures.response import response_rates
from mentor_outcomes.measures.scale_invariance import scale_invariance
from mentor_outcomes.measures.scoring import score_scales
from mentor_outcomes.study import Scale

READS = (
    schema.SURVEY_ANSWERS,
    schema.EMPLOYMENT_SPELLS,
    schema.MENTORSHIPS,
    schema.SURVEY_LINKAGE,
)
MAKES = (
    schema.SCALE_SCORES,
    schema.SCALE_QUALITY,
    schema.SCALE_INVARIANCE,
    schema.RESPONSE_RATES,
)


def build_measures(
    tables: Mapping[str, pd.DataFrame], scales: Mapping[str, Scale]
) -> dict[str, pd.DataFrame]:
    """The tables `MAKES`, from the tables `READS`, each under its name; without a survey no rows.

    A study without a survey has neither answers nor linkage among `tables`.
    """
    if "survey_answers" not in tables:
        return {table.name: table.empty() for table in MAKES}
    answers, mentorships = tables["survey_answers"], tables["mentorships"]
    return {
        "scale_scores": score_scales(answers, scales),
        "scale_quality": scale_quality(answers, scales),
        "scale_invariance": scale_invariance(answers, mentorships, scales),
        "response_rates": response_rates(
            answers, tables["employment_spells"], mentorships, tables["survey_linkage"]
        ),
    }
