"""Who is compared with whom, and how alike they are."""

from mentor_outcomes.schema.promise import PERSON, Table, date, flag, integer, number, text

ELIGIBILITIES = ("employed", "below_top_grade")
DESIGN_KEY = (
    text("role", "identifier"),
    text("contrast", "identifier"),
    text("eligibility", "identifier", levels=ELIGIBILITIES),
)
FLOW = Table(
    "flow",
    "data/groups",
    "a criterion applied in turn to one arm; n_before - n_removed = n_remaining",
    ("role", "contrast", "eligibility", "arm", "step"),
    (
        *DESIGN_KEY,
        text("arm", "identifier", levels=("mentored", "comparison")),
        integer("step", "identifier"),
        text("criterion", "result"),
        integer("n_removed", "result", "people"),
        integer("n_remaining", "result", "people"),
    ),
)
MATCHED_SETS = Table(
    "matched_sets",
    "data/groups",
    "a person in the matched set of one mentored person's start",
    ("role", "contrast", "eligibility", "set_id", "person_id"),
    (
        *DESIGN_KEY,
        integer("set_id", "identifier", "a label; its order means nothing"),
        PERSON,
        date("time_zero", "exposure", "the day the set's mentored person starts"),
        flag("is_mentored", "exposure"),
        number("weight", "baseline", "1 for the mentored; comparators of a set sum to 1"),
        number("score", "baseline", "logit of the hazard of starting that period"),
    ),
)
BALANCE = Table(
    "balance",
    "data/groups",
    "a covariate (or one level of it) of a design",
    ("role", "contrast", "eligibility", "covariate"),
    (
        *DESIGN_KEY,
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
    ("role", "contrast", "eligibility"),
    (
        *DESIGN_KEY,
        integer("n_mentored_eligible", "result", "people"),
        integer("n_mentored_matched", "result", "people"),
        number("share_unmatched", "result"),
        integer("n_comparison", "result", "distinct people"),
        number("effective_comparison", "result", "Kish, weights summed over a person's sets"),
        number("equipoise_share", "result", "preference score .3-.7, both arms"),
        number("equipoise_share_mentored", "result"),
        number("equipoise_share_comparison", "result"),
        number("largest_reuse", "result", "sets the most used comparator serves in"),
    ),
)
