"""The words of the HR report. They come from these tables, keyed by verdict, never from a mood.

Sentences have at most 25 words and none of `BANNED`; tests hold them to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

BANNED = (
    "significant",
    "significance",
    "hazard",
    "odds",
    "covariate",
    "propensity",
    "counterfactual",
    "p-value",
    "standard deviation",
    "regression",
    "estimand",
    "heterogeneity",
    "ATE",
    "ATT",
    "SMD",
    "SD",
)
"""Words that the HR report may not hold; capitals are matched as written."""

MOST_WORDS = 25


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one verdict is said.

    short     in the table of outcomes
    claim     after the numbers; {doubt} is what is in doubt
    badge     how sure, in a word or two; level is the filled quarters of its dial
    why       the badge's reason
    follows   what follows for the programme;  change: what would change the answer
    """

    short: str
    claim: str
    badge: str
    level: int
    why: str
    follows: str
    change: str


_CHECKED = "Chance did not decide who got a mentor, but every check of the comparison passed."
_DOUBT = "Chance did not decide who got a mentor, and something is in doubt."
_LOTTERY = "Chance decided who got a mentor, and every check of the comparison passed."
_WOULD_SETTLE = "A lottery among those who wait for a mentor would settle what records cannot."

VERDICTS: Mapping[str, Verdict] = {
    "helps": Verdict(
        "Helps",
        "Having a mentor results in this difference.",
        "Shown",
        4,
        _LOTTERY,
        "There is good reason to keep the programme, if its cost is worth this difference.",
        "A change in who takes part, or in what mentors do, could change the answer.",
    ),
    "probably_helps": Verdict(
        "Probably helps",
        "Having a mentor probably makes this difference.",
        "Probable",
        3,
        _CHECKED,
        "Keeping the programme is reasonable, if its cost is worth this difference.",
        _WOULD_SETTLE,
    ),
    "may_help": Verdict(
        "May help",
        "Having a mentor may make this difference.",
        "Possible",
        2,
        _DOUBT,
        "Keep the programme as it is, and look into the doubt before it grows.",
        _WOULD_SETTLE,
    ),
    "too_small_to_matter": Verdict(
        "Too small to matter",
        "If there is a difference, it is too small to matter here.",
        "Little effect",
        3,
        "The whole range of values that fit the records is below what would matter.",
        "Do not keep the programme for the sake of this outcome alone.",
        "A different programme, or other people in it, could change the answer.",
    ),
    "cannot_tell": Verdict(
        "Cannot tell",
        "These records cannot tell whether a mentor makes a difference. "
        "That is not the same as no effect.",
        "Open",
        1,
        "Values on both sides of no difference fit the records.",
        "Neither keep nor stop the programme because of this outcome.",
        "More people, or a longer follow-up, would narrow the range.",
    ),
    "may_hurt": Verdict(
        "May hurt",
        "Having a mentor may make this difference, which is the unwanted one.",
        "Possible",
        2,
        _DOUBT,
        "Look into the doubt soon, and ask those mentored what happened.",
        _WOULD_SETTLE,
    ),
    "probably_hurts": Verdict(
        "Probably hurts",
        "Having a mentor probably makes this difference, which is the unwanted one.",
        "Probable",
        3,
        _CHECKED,
        "Review the programme before it takes in more people.",
        _WOULD_SETTLE,
    ),
    "hurts": Verdict(
        "Hurts",
        "Having a mentor results in this difference, which is the unwanted one.",
        "Shown",
        4,
        _LOTTERY,
        "Stop taking in people until the programme has been changed.",
        "A change in what mentors do could change the answer.",
    ),
    "not_reliable": Verdict(
        "Not reliable",
        "A check of the comparison failed or was not made, so no number is shown as a finding.",
        "Not reliable",
        0,
        "Without its checks a comparison can mislead, whatever number it gives.",
        "Do not decide on the programme because of this outcome.",
        "The checks must be made and passed, or the outcome studied with a lottery.",
    ),
    "not_measured": Verdict(
        "Not measured",
        "This study has no records of it.",
        "Not measured",
        0,
        "The study file declares the outcome, but the records do not hold it.",
        "Nothing follows for the programme.",
        "Records of this outcome would be needed.",
    ),
}


@dataclass(frozen=True, slots=True)
class Event:
    """How an event is said: what people did, and what time spent after it means."""

    did: str
    after: str


EVENTS: Mapping[str, Event] = {
    "promotion": Event("were promoted", "in the higher grade"),
    "voluntary_exit": Event("left by choice", "away, having left by choice"),
}

CHECKS: Mapping[str, tuple[str, str]] = {
    "overlap": (
        "too few people could have been in either group",
        "whether people could have been in either group was not checked",
    ),
    "balance": (
        "the two groups differed before the start",
        "whether the two groups were alike before the start was not checked",
    ),
    "unmatched_mentees": (
        "many of those mentored had no comparable colleague",
        "how many had no comparable colleague was not checked",
    ),
    "before_start_trend": (
        "the two groups may have moved apart before the start",
        "whether the two groups moved alike before the start was not checked",
    ),
    "placebo_start": (
        "a difference shows a year early, where there can be none",
        "whether a difference shows a year early was not checked",
    ),
    "negative_controls": (
        "a difference shows where mentoring cannot act",
        "whether a difference shows where mentoring cannot act was not checked",
    ),
    "attrition": (
        "one group dropped out of the records more than the other",
        "whether one group dropped out more was not checked",
    ),
    "linkage": (
        "records of one group were found less often",
        "whether records of both groups were found alike was not checked",
    ),
    "response": (
        "one group answered the survey more than the other",
        "whether both groups answered the survey alike was not checked",
    ),
    "measurement_invariance": (
        "answers may not mean the same in both groups",
        "whether answers mean the same in both groups was not checked",
    ),
}
"""For a reader: what it means when a check fails or is in doubt; and that it was not made."""

HIDDEN_VERDICT = Verdict(
    "Not shown",
    "Too few people stand behind the number, so it is not shown.",
    "Not shown",
    0,
    "A number that rests on few people could tell something about one of them.",
    "Nothing follows for the programme.",
    "More people, or a longer follow-up, would allow a number to be shown.",
)

HIDDEN = "too few people stand behind the number"
NO_ESTIMATE = "there is no estimate at this horizon"

ROLES = {
    "protege": "What did mentoring do for those who got a mentor?",
    "mentor": "What did mentoring do for those who became mentors?",
    "organisation": "What did mentoring do for the organisation?",
}

ENROLMENT = {
    "voluntary": (
        "People chose to take part",
        "Those who ask for a mentor differ from those who do not. We compared them with "
        "colleagues whose records looked alike on the same day. The result speaks of those who "
        "took part. It does not say what mentoring would do for those who stayed away. "
        "In one field experiment, people made to take part gained much, and volunteers almost "
        "nothing.",
    ),
    "nominated": (
        "People were nominated",
        "Managers chose who got a mentor, and they may have chosen the promising. We compared "
        "those chosen with colleagues whose records looked alike on the same day. The result "
        "speaks of those who were nominated, and of nobody else.",
    ),
    "mandatory": (
        "Taking part was mandatory",
        "Everyone in certain groups got a mentor. We compared them with colleagues whose records "
        "looked alike on the same day. Other groups may differ in ways no record shows.",
    ),
    "randomised": (
        "A lottery decided",
        "Chance decided who got a mentor. Differences between the groups are due to mentoring or "
        "to chance. The result speaks of those who entered the lottery.",
    ),
}

ENROLMENT_PANEL_ONLY = (
    "Each person is compared with themselves, in periods with and without a mentor. The result "
    "speaks of those who had both kinds of period, and of nobody else."
)


@dataclass(frozen=True, slots=True)
class Threat:
    """What could mislead, and which way. `when` names the condition under which it is told."""

    name: str
    says: str
    direction: str
    when: str


THREATS = (
    Threat(
        "Promise that no record shows",
        "Promising people may find a mentor more easily, and would have done well without one.",
        "Mentoring would look better than it is.",
        "not_randomised",
    ),
    Threat(
        "Mentors nobody wrote down",
        "Colleagues counted as without a mentor may have an informal one.",
        "The difference would look smaller than it is.",
        "always",
    ),
    Threat(
        "Silence in the surveys",
        "Answers come only from those who stayed and replied.",
        "The direction is unknown.",
        "survey",
    ),
    Threat(
        "A window that ends",
        "Those who started late are followed for a short time only.",
        "Effects that come late would be missed.",
        "always",
    ),
)
"""Ranked: the first is the most dangerous. The report prints the first three that apply."""

HOW = (
    "On the day somebody's first recorded mentorship began, we looked for colleagues who could "
    "have begun one that day but had none. They had the same {exact}. Their chance of getting a "
    "mentor soon was nearly the same, judged by what HR knew on the day before. Up to {k} such "
    "colleagues stand beside each person with a mentor. Both sides were then followed from the "
    "next day, so that nobody is credited for having stayed long enough to find a mentor. "
    "{later} Differences are counted after {months} months. "
    "Ranges show which values fit the records nearly as well: {confidence} of such ranges hold "
    "the true value, if the comparison is fair. Several checks look for signs that it is not. "
    "Where one fails or is missing, the outcome is shown as not reliable."
)
LATER = {
    "censor": "Colleagues who got a mentor later count until that day, and similar ones stand in "
    "for them.",
    "as_assigned": "Colleagues who got a mentor later still count as without one.",
}
HOW_PANEL_ONLY = (
    "In this study people begin and end being mentored, often more than once. There is no single "
    "start to compare from. So each person was compared with themselves, in periods with and "
    "without a mentor. Changes that everyone saw in a period were taken out. "
    "This cannot rule out that people got a mentor because things were about to change. "
    "Outcomes that need a clear start are shown as not reliable."
)

PRIVACY = (
    "No person can be found in this report. Behind every figure stand at least {minimum} people; "
    "what would rest on fewer is not shown. Counts are rounded to {rounding}. Names and "
    "numbers of staff were replaced before any analysis. No pair, mentor or manager is ranked."
)

SIMULATED = (
    "This organisation is invented. A simulation made up all its people and numbers, and its "
    "pseudonyms use a public key. Nothing here describes a real employer."
)

GLOSSARY = (
    ("Similar colleagues", "People with like records who could have begun on the same day."),
    ("Of 100", "How many out of 100 people, counting those who left as well."),
    ("Range", "The values that fit the records nearly as well as the one shown."),
    ("Check", "A test of the comparison that could have shown it to be unfair."),
    ("Too small to matter", "Below the difference the study named beforehand as worthwhile."),
)
