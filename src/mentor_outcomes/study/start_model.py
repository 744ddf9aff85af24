"""What must hold of the model of starts that a study declares: its curves and products."""

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.study.sections import Groups, Study


def check_start_model(study: Study) -> None:
    """Refuse curves and products of what is no covariate, or that could not do what they say."""
    _check_splines(study.groups)
    _check_interactions(study.groups)
    _check_waiting_list(study)


def _check_splines(groups: Groups) -> None:
    texts = {c.name for c in schema.PERSON_MONTHS.columns if c.type in ("text", "flag")}
    for name in groups.splines:
        if name in groups.exact or name in texts:
            raise StudyError(
                f"groups.splines names {name}, whose values count as levels.",
                expected="covariates that are numbers and not matched on exactly.",
                remedy=f"remove {name} from groups.splines in params.yaml.",
            )
        if name not in groups.covariates:
            raise StudyError(
                f"groups.splines names {name}, which is no covariate.",
                expected=f"some of groups.covariates: {', '.join(groups.covariates) or 'none'}.",
                remedy=f"add {name} to groups.covariates in params.yaml, or remove it from "
                "groups.splines.",
            )
    _check_once("groups.splines", groups.splines)


def _check_interactions(groups: Groups) -> None:
    known = (*groups.covariates, *groups.exact)
    for pair in groups.interactions:
        shown = f"[{', '.join(pair)}]"
        if len(pair) != 2 or pair[0] == pair[1]:
            raise StudyError(
                f"groups.interactions holds {shown}.",
                expected="pairs of two different columns, such as [grade, tenure_months].",
                remedy="correct groups.interactions in params.yaml; a curve of one column is "
                "declared under groups.splines.",
            )
        strangers = [name for name in pair if name not in known]
        if strangers:
            raise StudyError(
                f"groups.interactions holds {shown}; {strangers[0]} is neither a covariate nor "
                "matched on exactly.",
                expected=f"pairs of {', '.join(known) or 'declared columns; none is'}.",
                remedy=f"add {strangers[0]} to groups.covariates in params.yaml, or remove the "
                "pair: each column enters by itself too.",
            )
    _check_once("groups.interactions", [" x ".join(sorted(p)) for p in groups.interactions])


def _check_once(where: str, named) -> None:
    repeated = sorted({name for name in named if list(named).count(name) > 1})
    if repeated:
        raise StudyError(
            f"{where} names {repeated[0]} more than once.",
            expected="each once.",
            remedy=f"remove the repetition from {where} in params.yaml.",
        )


def _check_waiting_list(study: Study) -> None:
    if not study.groups.prefer_waiting_list:
        return
    if study.groups.method != "risk_set_matching":
        raise StudyError(
            f"groups.prefer_waiting_list is true with groups.method {study.groups.method}.",
            expected="risk_set_matching: weighting chooses nobody, so nobody can be preferred.",
            remedy="set groups.prefer_waiting_list to false, or groups.method to "
            "risk_set_matching, in params.yaml.",
        )
    if study.exposure.role != "protege":
        raise StudyError(
            f"groups.prefer_waiting_list is true with exposure.role {study.exposure.role}.",
            expected="protege: a request is a protege's, and the mentor it went to is known only "
            "once there is one.",
            remedy="set groups.prefer_waiting_list to false in params.yaml.",
        )
    if "requests" not in study.sources and not study.sources["mentoring"].columns.get(
        "requested_on"
    ):
        raise StudyError(
            "groups.prefer_waiting_list is true, but no source of the study records requests.",
            expected="a source `requests`, or requested_on among the columns of the source "
            "`mentoring`: they say who is waiting, if requests that led to nothing are among them.",
            remedy="add `requests` under `sources` in params.yaml, or set "
            "groups.prefer_waiting_list to false.",
        )
