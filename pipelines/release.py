"""Results pass the one door out of data/: small cells hidden, counts rounded."""

from mentor_outcomes import io, schema
from mentor_outcomes.release import release_tables
from mentor_outcomes.study import load_study


def main() -> None:
    study = load_study(uses=("release",))
    results = {table.name: io.read(table) for table in schema.RELEASED}
    public = release_tables(results, study.release)
    for table in schema.RELEASED:
        io.write(schema.released(table), public[table.name])


if __name__ == "__main__":
    main()
