"""What a study may say about the trimming of its weights."""

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study.sections import Groups

_NONE = Groups()


def check_trimming(groups: Groups) -> None:
    """Refuse a rule that is no rule, and one that the method would leave aside in silence."""
    quantile, limits = groups.trim_weights_at, groups.trim_propensity
    if not 0.5 < quantile <= 1:
        raise StudyError(
            f"groups.trim_weights_at is {quantile:g}.",
            expected="a quantile above 0.5 and up to 1 (1: no weight is cut).",
            remedy="correct groups.trim_weights_at in params.yaml.",
        )
    if len(limits) != 2 or not 0 <= limits[0] < limits[1] <= 1:
        raise StudyError(
            f"groups.trim_propensity is [{', '.join(f'{limit:g}' for limit in limits)}].",
            expected="two probabilities, the smaller first; [0, 1] keeps everybody.",
            remedy="correct groups.trim_propensity in params.yaml.",
        )
    is_declared = (quantile, limits) != (_NONE.trim_weights_at, _NONE.trim_propensity)
    if is_declared and groups.method != "inverse_probability":
        raise StudyError(
            f"groups declares a rule of trimming with the method {groups.method}.",
            expected="trimming of inverse-probability weights only.",
            remedy="remove groups.trim_weights_at and groups.trim_propensity, or set groups.method "
            "to inverse_probability.",
        )
