"""Who is compared with whom, and how alike they are."""

from dataclasses import replace

from mentor_outcomes.schema.panel import FLOW_STEP
from mentor_outcomes.schema.promise import PERSON, Table, date, flag, integer, number, text

ELIGIBILITIES = ("employed", "below_top_grade")
CONTRASTS = ("any", "formal", "informal", "manager", "not_manager")
"""Kinds of a first mentorship that a study may ask about."""
DESIGN_KEY = (
    text("role", "identifier"),
    text("contrast", "identifier"),
    text("eligibility", "identifier", levels=ELIGIBILITIES),
)
SUBGROUP = text("subgroup", "identifier", "all, or column=value of both arms on the day")
PREFERENCE = Table(
    "preference",
    "data/groups",
    "a range of preference scores in one arm of a design, before matching",
    ("role", "contrast", "eligibility", "arm", "preference_from"),
    (
        *DESIGN_KEY,
        text("arm", "identifier", levels=("mentored", "comparison")),
        number("preference_from", "identifier", "lower end of the range, .05 wide"),
        number("share", "result", "of the weight of all eligible of the arm"),
        integer("n_people", "result", "distinct people in the range on some day"),
    ),
)
FLOW = Table(
    "flow",
    "data/groups",
    "a criterion applied in turn to one arm, from the tables of the extract to the groups; "
    "n_before - n_removed = n_remaining, of units and of people",
    ("role", "contrast", "eligibility", "arm", "step"),
    (*DESIGN_KEY, *FLOW_STEP),
)
CALIBRATION = Table(
    "calibration",
    "data/groups",
    "a tenth of the predicted hazard of starting, over the person-months that a contrast's model "
    "was fitted on; equal hazards are never split",
    ("role", "contrast", "tenth"),
    (
        *DESIGN_KEY[:2],
        integer("tenth", "identifier", "1 is the lowest"),
        integer("n_person_months", "result"),
        integer("n_people", "result", "distinct people"),
        integer("n_starts", "result", "people: each starts once"),
        number("mean_predicted", "result", "chance of starting in a period"),
        number("observed_share", "result", "of the person-months, followed by a start"),
        number("gap_error", "result", "standard error of observed less predicted"),
    ),
)
MATCHED_SETS = Table(
    "matched_sets",
    "data/groups",
    "a person in the set of one mentored person's start or, for weighting designs, of the trial of "
    "one period",
    ("role", "contrast", "eligibility", "set_id", "person_id"),
    (
        *DESIGN_KEY,
        integer("set_id", "identifier", "a label; its order means nothing"),
        PERSON,
        date("time_zero", "exposure", "own start; of comparators, the day of a start of the set"),
        flag("is_mentored", "exposure"),
        number("weight", "baseline", "both arms of a set sum to the same; mentored: 1, or 1 - e"),
        number("score", "baseline", "logit of the hazard of starting that period"),
    ),
)
PLACEBO_SETS = replace(
    MATCHED_SETS,
    name="placebo_sets",
    one_row_is="a person in a set made as in matched_sets, but a year before the true start",
)
LAST_VALUE_SETS = replace(
    MATCHED_SETS,
    name="last_value_sets",
    one_row_is="a person in a set made as in matched_sets, but matched on the last values of "
    "outcomes, too; no rows where no outcome declares matched_on_last_value",
)
BALANCE = Table(
    "balance",
    "data/groups",
    "a covariate (or one level of it) of a design",
    ("role", "contrast", "eligibility", "subgroup", "covariate"),
    (
        *DESIGN_KEY,
        SUBGROUP,
        text("covariate", "identifier"),
        number("mean_mentored", "result"),
        number("mean_comparison_before", "result", "all eligible on the same days"),
        number("mean_comparison_after", "result", "matched, weighted"),
        number("smd_before", "result", "difference over the SD of the mentored"),
        number("smd_after", "result", "the same SD"),
        number("smd_after_p_value", "result", "difference of means, clustered by person"),
        number("variance_ratio_before", "result", "missing for 0/1 columns"),
        number("variance_ratio_after", "result", "missing for 0/1 columns"),
        number("ks_before", "result", "Kolmogorov-Smirnov distance"),
        number("ks_after", "result"),
        number("n_mentored_known", "result", "distinct matched people with a value"),
        number("n_comparison_known", "result", "the same of the comparators"),
        number("n_mentored_level", "result", "of these, people with a 1; missing: no 0/1 column"),
        number("n_comparison_level", "result", "the same of the comparators"),
        number("n_mentored_known_before", "result", "distinct eligible people with a value"),
        number("n_comparison_known_before", "result", "the same, eligible on the same days"),
        number("n_mentored_level_before", "result", "of these, people with a 1"),
        number("n_comparison_level_before", "result", "the same, eligible on the same days"),
    ),
)
OVERLAP = Table(
    "overlap",
    "data/groups",
    "a design",
    ("role", "contrast", "eligibility", "subgroup"),
    (
        *DESIGN_KEY,
        SUBGROUP,
        integer("n_mentored_eligible", "result", "people"),
        integer("n_mentored_matched", "result", "people"),
        number("share_unmatched", "result"),
        integer("n_comparison", "result", "distinct people"),
        number("effective_mentored", "result", "the same of the mentored"),
        number("effective_comparison", "result", "Kish, weights summed over a person's sets"),
        number("equipoise_share", "result", "preference score .3-.7, both arms"),
        number("equipoise_share_mentored", "result"),
        number("equipoise_share_comparison", "result"),
        number("largest_reuse", "result", "sets the most used comparator serves in"),
        integer("n_truncated", "result", "comparison rows whose weight was cut, as declared"),
        number("c_statistic", "result", "pairs of a period ordered rightly by the model of starts"),
        number("largest_calibration_gap", "result", "observed less predicted, of all tenths"),
        number("calibration_gap_error", "result", "its standard error, were the model true"),
        text(
            "left_out_of_model", "result", "what the model of starts lacks, and why", nullable=True
        ),
        integer(
            "flow_gap",
            "result",
            "largest disagreement of the design's flow with the panel and the sets; 0: none",
        ),
    ),
)
