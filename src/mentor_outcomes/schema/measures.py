"""Scores of questionnaires."""

from mentor_outcomes.schema.promise import PERSON, Table, flag, integer, number, text

SCALE_SCORES = Table(
    "scale_scores",
    "data/measures",
    "a person's score on one scale in one wave; only those with enough answers",
    ("person_id", "wave", "scale"),
    (
        PERSON,
        integer("wave", "identifier"),
        text("scale", "identifier"),
        number("score", "outcome", "mean answer on the scale's own points, reversed items turned"),
        integer("n_answered", "outcome", "items answered"),
        flag("is_prorated", "outcome", "some item was not answered"),
    ),
)
SCALE_QUALITY = Table(
    "scale_quality",
    "data/measures",
    "a scale in one wave",
    ("scale", "wave"),
    (
        text("scale", "identifier"),
        integer("wave", "identifier"),
        integer("n_people", "result", "people with a score"),
        number("mean", "result", "points"),
        number("sd", "result", "points"),
        number("alpha", "result", "Cronbach's alpha, on complete answers"),
        number("share_prorated", "result"),
    ),
)
