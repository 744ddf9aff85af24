"""Scale scores and their quality, from answers to questionnaire items."""

from mentor_outcomes.measures.quality import cronbach_alpha, scale_quality
from mentor_outcomes.measures.scoring import keyed_answers, score_scales

__all__ = ["cronbach_alpha", "keyed_answers", "scale_quality", "score_scales"]
