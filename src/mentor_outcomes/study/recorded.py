"""Which source records a column of the panel, and whether a study supplies it."""

from collections.abc import Iterable, Mapping

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study.sections import Study

RECORDED_IN: Mapping[str, tuple[str, str]] = {
    "grade": ("jobs", "grade"),
    "job_family": ("jobs", "job_family"),
    "unit_id": ("jobs", "unit_id"),
    "site": ("jobs", "site"),
    "manager_id": ("jobs", "manager_id"),
    "fte": ("jobs", "fte"),
    "months_in_grade": ("jobs", "grade"),
    "past_promotions": ("jobs", "grade"),
    "last_rating": ("ratings", "rating"),
    "rating_before_last": ("ratings", "rating"),
    "log_pay": ("pay", "annual_pay"),
    "log_pay_12_months_before": ("pay", "annual_pay"),
    "is_on_leave": ("leaves", "from"),
    "age": ("people", "birth_year"),
    "gender": ("people", "gender"),
    "education": ("people", "education"),
}
"""Column of the person-months -> the source that records it, and that source's column."""


def check_recorded(study: Study) -> None:
    """Refuse covariates that no source of the study records, all of them at once.

    Without its source a column is missing for everybody (nobody is on leave): a model can do
    nothing with it, while reports would name it among what was controlled for. A source's column
    that the study file says the provider lacks (`columns: {site: ""}`) is not recorded either.
    """
    unrecorded = {where: _unrecorded(names, study) for where, names in _asked_for(study).items()}
    unrecorded = {where: names for where, names in unrecorded.items() if names}
    if not unrecorded:
        return
    found = "; ".join(
        f"{where} names "
        + ", ".join(f"{name} (recorded in {source})" for name, source in names.items())
        for where, names in unrecorded.items()
    )
    lacking = sorted({source for names in unrecorded.values() for source in names.values()})
    raise StudyError(
        f"{found}, which this study does not supply.",
        expected="what some source of the study records: anything else is missing for everybody, "
        "so that nothing could be controlled for.",
        remedy=f"remove these names from {' and '.join(unrecorded)} in params.yaml, or supply "
        f"{' and '.join(lacking)} under `sources`.",
    )


def _asked_for(study: Study) -> Mapping[str, tuple[str, ...]]:
    return {
        "groups.covariates": study.groups.covariates,
        "groups.exact": study.groups.exact,
        "groups.subgroups": study.groups.subgroups,
        "analysis.adjust_for": study.analysis.adjust_for,
    }


def _unrecorded(names: Iterable[str], study: Study) -> dict[str, str]:
    """Name -> `source`, or `source.column`, that it would need."""
    needs = {}
    for name in names:
        source, column = RECORDED_IN.get(name, (None, None))
        if source is None:
            continue
        if source not in study.sources:
            needs[name] = source
        elif study.sources[source].columns.get(column) == "":
            needs[name] = f"{source}.{column}"
    return needs
