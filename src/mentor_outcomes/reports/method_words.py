"""How the reports for researchers speak of a comparison, by the method that made its groups."""

from dataclasses import dataclass, replace

from mentor_outcomes.study import Groups

MATCHING = "risk_set_matching"


@dataclass(frozen=True, slots=True)
class MethodWords:
    """Words for the groups that one method makes.

    made, adjective    of the groups: what was done, and what a difference between them is
    sets               what its members stand in
    effect_on          whom the effect is about, with the abbreviation of the estimand
    day                time zero of a member, within a sentence
    day_rests_on       why time zero favours neither arm
    whom_rests_on      who is not in the effect
    limits             of the effect and its error
    errors             what errors of differences in pay and scales are clustered by
    left_out_check     what the check `unmatched_mentees` is called
    on_last_value      the sensitivity in which the last value before the start counts as well
    """

    made: str
    adjective: str
    sets: str
    effect_on: str
    day: str
    day_rests_on: str
    whom_rests_on: str
    limits: tuple[str, ...]
    errors: str
    left_out_check: str
    on_last_value: str


_MATCHED = MethodWords(
    made="matching",
    adjective="matched",
    sets="matched sets",
    effect_on="Effect on the mentored who could be compared (ATT of the matched)",
    day="the same day for all of a matched set",
    day_rests_on="Both arms share the day, so nobody is credited for having stayed long enough to "
    "find a mentor.",
    whom_rests_on="Of those compared, not of all mentored: who found no comparator is counted and "
    "named.",
    limits=(
        "The effect is that on the mentored who found a comparator, over this period, in this "
        "organisation; not that on others.",
        "Errors take the estimated weights and matching as given.",
    ),
    errors="two ways by person and matched set",
    left_out_check="unmatched mentees",
    on_last_value="matched on the last value too",
)
_WEIGHTED = MethodWords(
    made="weighting",
    adjective="weighted",
    sets="weighted trials",
    effect_on="Effect on the mentored who could be compared (ATT of the weighted)",
    day="for comparators the last day of a start in the trial",
    day_rests_on="The mentored count from their own start, comparators from the month's last, days "
    "or weeks later. Each is eligible on their own day, so nobody is credited for having stayed "
    "long enough to find a mentor. The arms' days lie within one month, not on one day.",
    whom_rests_on="Of those with a weight, not of all mentored: who had nobody alike in the trial "
    "is counted and named.",
    limits=(
        "The effect is that on the mentored who could be weighted, over this period, in this "
        "organisation; not that on others.",
        "Errors take the estimated weights as given.",
    ),
    errors="by person",
    left_out_check="mentees not compared",
    on_last_value="weighted by the last value too",
)
_NEARLY_ATT = (
    "each of the mentored weighs one less the chance of starting that month. Where starts within a "
    "month are rare that is nearly one, and the effect nearly that on the mentored (ATT)"
)
_BY_METHOD = {
    MATCHING: _MATCHED,
    "overlap_weights": replace(
        _WEIGHTED,
        effect_on=f"Effect on those who could have been in either arm (ATO): {_NEARLY_ATT}",
        limits=(
            f"The effect is about those who could have been in either arm: {_NEARLY_ATT}. It is of "
            "this period and organisation; not of others.",
            *_WEIGHTED.limits[1:],
        ),
    ),
    "entropy_balancing": _WEIGHTED,
    "inverse_probability": _WEIGHTED,
}


def method_words(groups: Groups) -> MethodWords:
    """The words for the method of a study."""
    return _BY_METHOD[groups.method]
