"""Scale scores, how well the scales measure, and who answered: from answers to questionnaires."""

from mentor_outcomes.measures.build import build_measures
from mentor_outcomes.measures.invariance import Invariance, invariance
from mentor_outcomes.measures.quality import scale_quality
from mentor_outcomes.measures.reliability import Reliability, cronbach_alpha, reliability
from mentor_outcomes.measures.response import response_rates
from mentor_outcomes.measures.scale_invariance import scale_invariance
from mentor_outcomes.measures.scoring import keyed_answers, score_scales

__all__ = [
    "Invariance",
    "Reliability",
    "build_measures",
    "cronbach_alpha",
    "invariance",
    "keyed_answers",
    "reliability",
    "response_rates",
    "scale_invariance",
    "scale_quality",
    "score_scales",
]
