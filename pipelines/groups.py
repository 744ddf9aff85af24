"""The panel becomes comparison groups: matched sets, their flow, balance and overlap."""

from mentor_outcomes import io, schema
from mentor_outcomes.groups import design_groups
from mentor_outcomes.study import load_study

USES = ("study", "exposure", "groups")
KNOWN_BEFORE = ("identifier", "baseline", "exposure")


def main() -> None:
    study = load_study("params.yaml", uses=USES)
    designed = design_groups(
        io.read(schema.PERSON_MONTHS, roles=KNOWN_BEFORE),
        io.read(schema.SPELLS_AT_RISK, roles=KNOWN_BEFORE),
        io.read(schema.FIRST_MENTORSHIPS, roles=KNOWN_BEFORE),
        settings=study.groups,
        section=study.study,
        exposure=study.exposure,
    )
    for table in (schema.FLOW, schema.MATCHED_SETS, schema.BALANCE, schema.OVERLAP):
        io.write(table, getattr(designed, table.name))


if __name__ == "__main__":
    main()
