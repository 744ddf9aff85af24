"""Standing passages of the HR report: how people enrolled, what could mislead, how it was done."""

from dataclasses import dataclass

ENROLMENT = {
    "voluntary": (
        "People chose to take part",
        "Those who ask for a mentor differ from those who do not. We compared them with {whom}. "
        "The result speaks of those who "
        "took part. It does not say what mentoring would do for those who stayed away. "
        "In one field experiment, people made to take part gained much, and volunteers almost "
        "nothing (Sandvik et al., NBER working paper 29148).",
    ),
    "nominated": (
        "People were nominated",
        "Managers chose who got a mentor, and they may have chosen the promising. We compared "
        "those chosen with {whom}. The result speaks of those who were nominated, and of "
        "nobody else.",
    ),
    "mandatory": (
        "Taking part was mandatory",
        "Everyone in certain groups got a mentor. We compared them with {whom}. "
        "Other groups may differ in ways no record shows.",
    ),
    "randomised": (
        "A lottery decided",
        "Chance decided who got a mentor. Differences between the groups are due to mentoring or "
        "to chance. The result speaks of those who entered the lottery.",
    ),
}

WHOM = {
    "matching": "colleagues whose records looked alike on the same day",
    "weighting": "colleagues of the same month, weighted to have like records on average",
}
"""With whom those in the programme are compared, by what makes the groups."""

ENROLMENT_PANEL_ONLY = (
    "Each person is compared with themselves, in periods with and without a mentor. The result "
    "speaks of those who had both kinds of period, and of nobody else."
)

ENROLMENT_NOBODY = (
    "Nobody with a mentor could be compared with a similar colleague. So nothing can be said of "
    "those who took part, nor of those who did not."
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

_THEN = (
    "{later} Differences are counted after {months} months. "
    "Ranges show which values fit the records nearly as well: {confidence} of such ranges hold "
    "the true value, if the comparison is fair. Several checks look for signs that it is not. "
    "Where one fails, the outcome is shown as not reliable. Where one could not be made and the "
    'study says so beforehand, it is shown as "may" at most, with a letter.'
)
HOW_MATCHED = (
    "On the day somebody's first recorded mentorship began, we looked for colleagues who could "
    "have begun one that day but had none. They had the same {exact}. Their chance of getting a "
    "mentor soon was nearly the same, judged by what HR knew on the day before. Up to {k} such "
    "colleagues stand beside each person with a mentor. Both sides were then followed from the "
    "next day, so that nobody is credited for having stayed long enough to find a mentor. " + _THEN
)
HOW_WEIGHTED = (
    "Each month, all who began a first recorded mentorship were set beside all colleagues who "
    "could have begun one. {weights} Only what HR knew on the day before was used. "
    "People were followed from the day after their start, colleagues from the day after the "
    "month's last. So nobody is credited for having stayed long enough to find a mentor. " + _THEN
)
WEIGHTS = {
    "overlap_weights": "Each colleague counts by the chance of getting a mentor that month, each "
    "person with a mentor by the chance of none. So both groups are alike on average{exact}.",
    "entropy_balancing": "Colleagues were weighted so that their averages are those of people with "
    "a mentor{exact}.",
    "inverse_probability": "Colleagues count the more, the likelier they were to get a mentor that "
    "month. So they resemble people with one on average{exact}.",
}
"""What the weights do, by method; {exact}: the columns whose levels are balanced, if any."""
LATER = {
    "censor": "Colleagues who got a mentor later count until that day, and similar ones stand in "
    "for them.",
    "as_assigned": "Colleagues who got a mentor later still count as without one.",
}
ONLY_KIND = {
    "any": "",
    "formal": "Only people whose first mentorship was formal are counted as having had one.",
    "informal": "Only people whose first mentorship was informal are counted as having had one.",
    "manager": "Only people whose first mentorship was with the manager are counted as having had "
    "one.",
    "not_manager": "Only people whose first mentorship was with somebody other than the manager "
    "are counted as having had one.",
}
"""Whose mentorships the headline counts, by the contrast that the study declares first."""
WAITING_FIRST = "Colleagues who had asked for a mentor by that day were chosen first."

RAW = (
    "After {months} months, {label} differs by {naive} of 100 between whoever ever had a mentor "
    "and all others. That misleads: one has to stay long enough to find a mentor."
)
"""Of an event: why it was not simply counted."""
YEAR_BEFORE = {
    "passed": "In the year before the start, the groups were not seen to move apart in {label}: "
    "{size} of 100 ({range}).",
    "made_before": "In the year before the start, {label} already differed by {size} of 100 "
    "({range}) from colleagues who had been alike. We take what is on record of that year into "
    "account; the rest may go on.",
    "compared": "Even the groups compared differed in {label} in the year before the start: "
    "{size} of 100 ({range}). Mentoring cannot have worked then.",
}
"""Of an event: the placebo start, by what its check found and in which groups."""

CHANGED_LATE = (
    "The design was changed after results were known. Read this report as a search, not as a test."
)
RECORDED_LATE = (
    "The way of comparing was put on record only after results were known. Read this report as a "
    "search, not as a test."
)

HOW_PANEL_ONLY = (
    "In this study people begin and end being mentored, often more than once. There is no single "
    "start to compare from. So each person was compared with themselves, in periods with and "
    "without a mentor. Changes that everyone saw in a period were taken out. "
    "This cannot rule out that people got a mentor because things were about to change. "
    "Outcomes that need a clear start are shown as not reliable."
)
HOW_NOBODY = (
    "When somebody's first recorded mentorship began, we looked for similar colleagues who "
    "could have begun one then but had none. Nobody could be compared in this way. "
    "So no difference is told as a finding. The technical report shows at which step people "
    "fell out."
)

PRIVACY = (
    "No person can be found in this report. Behind every figure stand at least {minimum} people; "
    "what would rest on fewer is not shown. Counts are rounded to {rounding}. Names and "
    "numbers of staff were replaced before any analysis. No pair, mentor or manager is ranked."
)

NOTICES = {
    "simulated": (
        "This organisation is invented. A simulation made up all its people and numbers, and its "
        "pseudonyms use a public key. Nothing here describes a real employer."
    ),
    "published": (
        "An example on published records. What stands in for mentoring is named in the title; "
        "pseudonyms use a public key. Nothing here describes an employer."
    ),
    "real": "",
}
"""What page one says first, by `study.data`."""

GLOSSARY_ALWAYS = (("Check", "A test of the comparison that could have shown it to be unfair."),)
GLOSSARY_EVENTS = (("Of 100", "How many out of 100 people, counting those who left as well."),)
GLOSSARY_NUMBERS = (("Range", "The values that fit the records nearly as well as the one shown."),)
"""Explained where a number stands as a finding; the first, where it is of an event."""

GLOSSARY_COMPARED = {
    "matching": (
        ("Similar colleagues", "People with like records who could have begun on the same day."),
    ),
    "weighting": (
        (
            "Similar colleagues",
            "People who could have begun in the same month, weighted to have like records.",
        ),
    ),
}
"""Explained where somebody was compared."""
