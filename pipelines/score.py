"""Survey answers become scale scores, with what they are worth and who gave them."""

from mentor_outcomes import io, schema
from mentor_outcomes.measures.build import MAKES, READS, build_measures
from mentor_outcomes.study import load_study


def main() -> None:
    study = load_study(uses=("scales",))
    is_asked = io.exists(schema.SURVEY_ANSWERS)  # a study may have no survey
    tables = {table.name: io.read(table) for table in READS} if is_asked else {}
    made = build_measures(tables, study.scales)
    for table in MAKES:
        io.write(table, made[table.name])


if __name__ == "__main__":
    main()
