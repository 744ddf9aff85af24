"""What the two arms are called, by the role whose mentorships a study follows."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArmWords:
    """Words for those whose mentorship began and for those they are compared with.

    mentored, comparison     behind a noun or a number: 12 of 100 *with a mentor*, *without*
    heads                    above columns of numbers of either arm
    chance                   what the model of starts foretells
    answer                   an event's answer: so many of 100 of either arm
    title                    the same in ten words at most, for a figure
    title_of_leaving         and of leaving
    phrases                  standing phrases of the texts, which speak of people who are mentored,
                             and what they become for this role
    """

    mentored: str
    comparison: str
    heads: tuple[str, str]
    chance: str
    answer: str
    title: str
    title_of_leaving: str
    phrases: Mapping[str, str]


_MENTOR_PHRASES = {
    "already mentored": "already mentors",
    "are mentored later": "become mentors later",
    "ask for a mentor": "become mentors",
    "asked for a mentor": "asked to be mentors",
    "been mentored": "been mentors",
    "before they had a mentor": "before they were mentors",
    "being mentored": "being mentors",
    "better and worse with a mentor": "better and worse for those who became mentors",
    "better with a mentor": "better for those who became mentors",
    "by the chance of getting none": "by the chance of not becoming one",
    "colleagues counted as without a mentor may have an informal one": "colleagues counted as no "
    "mentors may mentor somebody informally",
    "colleagues without": "colleagues who did not",
    "comparators mentored later": "comparators mentored later",
    "comparators with a mentor nobody wrote down": "comparators whose mentoring nobody wrote down",
    "ess with": "ESS mentors",
    "ess without": "ESS others",
    "equipoise with": "equipoise, mentors",
    "equipoise without": "equipoise, others",
    "find a mentor": "become a mentor",
    "for a mentor": "for a mentor",
    "find a mentor more easily, and would have done well without one": "become mentors more "
    "easily, and would have done well without that",
    "get a mentor": "become a mentor",
    "getting a mentor": "becoming a mentor",
    "got a mentor": "became a mentor",
    "had a mentor": "was a mentor",
    "had a mentor at some time, and": "were mentors at some time, and",
    "having a mentor": "becoming a mentor",
    "mentored": "mentors",
    "mentored people": "new mentors",
    "mentored person's": "new mentor's",
    "mentees": "mentors",
    "mentors nobody wrote down": "mentoring nobody wrote down",
    "nobody with a mentor": "nobody who became a mentor",
    "of all mentored": "of all who became mentors",
    "periods with and without a mentor": "periods as a mentor and other periods",
    "person with a mentor": "person who became a mentor",
    "person with one": "person who became one",
    "still count as without one": "still count as no mentors",
    "the mentored": "those who became mentors",
    "the mentored who": "those who became mentors and",
    "those mentored": "those who became mentors",
    "wait for a mentor": "wait to become mentors",
    "was mentored": "became a mentor",
    "whether a mentor makes": "whether becoming a mentor makes",
    "who got one": "who became one",
    "with a mentor": "who became mentors",
    "with a mentor than among similar employees without": "among those who became mentors than "
    "among similar employees who did not",
    "with and without a mentor": "who became mentors and who did not",
    "with one": "who became one",
    "without a mentor": "who did not become mentors",
    "worse with a mentor": "worse for those who became mentors",
}

ARM_WORDS: Mapping[str, ArmWords] = {
    "protege": ArmWords(
        mentored="with a mentor",
        comparison="without",
        heads=("With", "Without"),
        chance="chance of a mentor",
        answer="Of 100 similar employees about {mentored} {did} within {months} months with a "
        "mentor, about {comparison} without.",
        title="Of 100, {mentored} were promoted with a mentor, {comparison} without",
        title_of_leaving="Of 100, {mentored} left by choice with mentors, {comparison} without",
        phrases={},
    ),
    "mentor": ArmWords(
        mentored="who became mentors",
        comparison="who did not",
        heads=("Mentors", "Others"),
        chance="chance of becoming a mentor",
        answer="Of 100 employees who became mentors about {mentored} {did} within {months} months, "
        "of 100 similar ones who did not about {comparison}.",
        title="Of 100 mentors, {mentored} were promoted; of 100 others, {comparison}",
        title_of_leaving="Of 100 mentors, {mentored} left; of 100 others, {comparison}",
        phrases=_MENTOR_PHRASES,
    ),
}
"""Every text and figure of a study takes its words from here."""
