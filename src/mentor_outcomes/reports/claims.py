"""What mentoring is said to do: every claim has a row in the results, measured or not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim about one group, and the outcomes by which this software can measure it."""

    role: str
    who: str
    says: str
    outcomes: tuple[str, ...]
    source: str


CLAIMS = (
    Claim("protege", "protégé", "advances faster", ("promotion",), "job history"),
    Claim("protege", "protégé", "earns more", ("log_pay", "log_wage", "pay"), "pay history"),
    Claim("protege", "protégé", "is more satisfied with the job", ("job_satisfaction",), "survey"),
    Claim("protege", "protégé", "intends to leave less", ("turnover_intent",), "survey"),
    Claim("protege", "protégé", "trusts more in own abilities", ("self_efficacy",), "survey"),
    Claim("protege", "protégé", "is better socialised", ("socialization",), "survey"),
    Claim("protege", "protégé", "plans the career more", ("career_planning",), "survey"),
    Claim("protege", "protégé", "is more involved in the job", ("involvement",), "survey"),
    Claim("protege", "protégé", "is more motivated", ("motivation",), "survey"),
    Claim("protege", "protégé", "leaves less by choice", ("voluntary_exit",), "exits"),
    Claim("mentor", "mentor", "finds personal satisfaction", ("personal_satisfaction",), "survey"),
    Claim("mentor", "mentor", "is exhilarated by fresh energy", ("exhilaration",), "survey"),
    Claim("mentor", "mentor", "performs better", ("job_performance", "rating"), "ratings"),
    Claim("mentor", "mentor", "gains loyalty and support", ("loyalty_and_support",), "survey"),
    Claim("mentor", "mentor", "gains recognition", ("recognition",), "survey"),
    Claim("organisation", "organisation", "attracts talent", ("offer_accepted",), "offers"),
    Claim("organisation", "organisation", "loses fewer people", ("turnover",), "exits"),
    Claim("organisation", "organisation", "is more productive", ("output",), "unit output"),
    Claim(
        "organisation",
        "organisation",
        "keeps women and minorities",
        ("retention_of_women_and_minorities",),
        "exits by group",
    ),
)
"""Families of claims: about those mentored, about mentors, about the organisation."""
