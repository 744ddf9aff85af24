"""Scores of questionnaires, how well they measure, and who answered."""

from mentor_outcomes.schema.promise import PERSON, Table, flag, integer, number, text

GROUPINGS = ("waves", "mentored")
STEPS = ("configural", "metric", "scalar")
HOLDS = ("yes", "doubtful", "no", "cannot be tested", "not evaluated")

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
        integer("n_complete", "result", "of these, people who answered every item"),
        number("mean", "result", "points"),
        number("sd", "result", "points"),
        number("alpha", "result", "Cronbach's alpha, on complete answers"),
        number("alpha_ci_low", "result", "95 % F interval"),
        number("alpha_ci_high", "result"),
        number("omega", "result", "omega total of the one-factor model; two items: none"),
        number("omega_ci_low", "result", "95 % interval, delta method on the logit"),
        number("omega_ci_high", "result"),
        number("spearman_brown", "result", "of two items only"),
        number("share_prorated", "result"),
        number(
            "share_straight_lined",
            "result",
            "of complete answers: the same off-centre answer to every item, reversed ones too",
        ),
        text("key_errors", "result", "items that go against the rest, or empty", nullable=True),
        text("reason", "result", "why a number is missing", nullable=True),
    ),
)
SCALE_INVARIANCE = Table(
    "scale_invariance",
    "data/measures",
    "a step of measurement invariance of a scale between the groups of one grouping",
    ("scale", "grouping", "step"),
    (
        text("scale", "identifier"),
        text("grouping", "identifier", "waves, or mentored so far against not", levels=GROUPINGS),
        text("step", "identifier", levels=STEPS),
        number("chi2", "result"),
        number("df", "result", "degrees of freedom"),
        number("p_value", "result", "of chi-square; people recur, so it is approximate"),
        number("cfi", "result"),
        number("rmsea", "result", "missing without degrees of freedom"),
        number("srmr", "result", "with means"),
        number("delta_cfi", "result", "against the step before"),
        number("delta_rmsea", "result", "against the step before"),
        integer("n_people", "result", "distinct people with a complete answer sheet"),
        integer("n_smallest", "result", "of these, in the smallest group"),
        integer("n_left_out", "result", "answer sheets with some item not answered"),
        integer("n_groups", "result", "groups compared"),
        text("holds", "result", levels=HOLDS),
        text("reason", "result", "the verdict in words, or why there is none"),
    ),
)
RESPONSE_RATES = Table(
    "response_rates",
    "data/measures",
    "a survey wave and arm: who was asked, who answered, whose answers found their person",
    ("wave", "arm"),
    (
        integer("wave", "identifier"),
        text("arm", "identifier", levels=("mentored", "not_mentored")),
        number("n_employed", "result", "the day the wave opened; missing: no answer was linked"),
        integer("n_answered", "result", "of these"),
        number("response_rate", "result", "n_answered / n_employed"),
        integer("n_unlinked", "result", "finished answers of the wave without a person, any arm"),
        number(
            "linkage_lowest",
            "result",
            "share linked, if as many of the unlinked are of this arm as have not answered",
        ),
        number("linkage_highest", "result", "share linked, were none of them"),
    ),
)
