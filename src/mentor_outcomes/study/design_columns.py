"""Columns and contrasts that a design may name: known before a start, and of use where named."""

import difflib
from collections.abc import Iterable

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.study.sections import Study

_MEASURED = ("age", "tenure_months", "months_in_grade", "log_pay_12_months_before")
"""Baseline columns that never have few levels."""


def check_design_columns(study: Study) -> None:
    """Refuse contrasts that are none, and columns that a design cannot use as it is told to."""
    _check_contrasts(study.exposure.contrasts)
    _check_baseline_names(study)
    _check_subgroups(study.groups.subgroups)


def nearest(name: str, options: Iterable[str]) -> str:
    """How a remedy begins: with the nearest option, if one is near."""
    close = difflib.get_close_matches(name, list(options), n=1, cutoff=0.7)
    return f"write {close[0]}, the nearest, " if close else "correct the name "


def _check_baseline_names(study: Study) -> None:
    """Columns of the design must be known before the start: baselines of the panel."""
    declared = [
        name
        for source in ("people", "jobs", "pay")
        if source in study.sources
        for name in study.sources[source].extra
    ]
    known = [c.name for c in schema.PERSON_MONTHS.columns if c.role == "baseline"] + declared
    groups = study.groups
    for setting, names in {
        "covariates": groups.covariates,
        "exact": groups.exact,
        "subgroups": groups.subgroups,
        "splines": groups.splines,
        "interactions": [name for pair in groups.interactions for name in pair],
    }.items():
        for name in names:
            if name not in known:
                raise StudyError(
                    f"groups.{setting} names {name}, which is not known before a start.",
                    expected=f"one of {', '.join(known)}.",
                    remedy=f"{nearest(name, known)}in groups.{setting} of params.yaml; a "
                    "column of your own is declared under `extra` of its source.",
                )
    for name in study.analysis.adjust_for:
        if name not in known:
            raise StudyError(
                f"analysis.adjust_for names {name}, which is no covariate.",
                expected=f"some of {', '.join(known)}.",
                remedy=f"{nearest(name, known)}in analysis.adjust_for of params.yaml; a column of "
                "your own is declared under `extra` of its source.",
            )


def _check_contrasts(contrasts: tuple[str, ...]) -> None:
    for name in contrasts:
        if name not in schema.CONTRASTS:
            raise StudyError(
                f"exposure.contrasts names {name}.",
                expected=f"some of {', '.join(schema.CONTRASTS)}.",
                remedy=f"{nearest(name, schema.CONTRASTS)}in exposure.contrasts of params.yaml.",
            )


def _check_subgroups(names: tuple[str, ...]) -> None:
    """Refuse measured numbers here; how many levels other columns have only the records tell."""
    for name in names:
        if name in _MEASURED:
            raise StudyError(
                f"groups.subgroups names {name}, a measured number: nearly everybody would be a "
                "subgroup of their own.",
                expected="columns of few levels, such as gender or site.",
                remedy=f"remove {name} from groups.subgroups in params.yaml, or supply it in bands "
                "under `extra` of the source `people` and name that column.",
            )
