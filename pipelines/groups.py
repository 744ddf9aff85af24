"""The panel becomes comparison groups: matched sets, their flow, balance and overlap."""

from mentor_outcomes import io, schema
from mentor_outcomes.groups import (
    TABLES,
    asked_for_last_value,
    design_groups,
    last_value_sets,
    placebo_sets,
    waiting_list,
)
from mentor_outcomes.study import load_study

USES = ("study", "exposure", "groups", "outcomes")
KNOWN_BEFORE = ("identifier", "baseline", "exposure")


def main() -> None:
    study = load_study("params.yaml", uses=USES)
    spells = io.read(schema.SPELLS_AT_RISK, roles=KNOWN_BEFORE)
    first = io.read(schema.FIRST_MENTORSHIPS, roles=KNOWN_BEFORE)
    requests = io.read(schema.FIRST_REQUESTS)
    person_months = io.read(schema.PERSON_MONTHS, roles=KNOWN_BEFORE)
    designed = design_groups(
        person_months,
        spells,
        first,
        settings=study.groups,
        section=study.study,
        exposure=study.exposure,
        panel_flow=io.read(schema.PANEL_FLOW),
        first_requests=requests,
    )
    for table in TABLES:
        io.write(table, getattr(designed, table.name))
    placebo, reason = placebo_sets(
        person_months,
        spells,
        first,
        settings=study.groups,
        section=study.study,
        exposure=study.exposure,
    )
    io.write(schema.PLACEBO_SETS, placebo)
    if reason:
        print(f"No groups a year before the start: {reason}")
    last_value, reason = last_value_sets(
        person_months,
        io.read(schema.LATEST_VALUES, roles=KNOWN_BEFORE),
        spells,
        first,
        outcomes=asked_for_last_value(study.outcomes),
        settings=study.groups,
        section=study.study,
        exposure=study.exposure,
        first_requests=requests,
    )
    io.write(schema.LAST_VALUE_SETS, last_value)
    if reason:
        print(f"No groups matched on last values: {reason}")
    if study.groups.prefer_waiting_list:
        own_role = first[first["role"] == study.exposure.role]
        print(waiting_list(requests, own_role, spells["person_id"]).note)


if __name__ == "__main__":
    main()
