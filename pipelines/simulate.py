"""An invented organisation's raw exports, and the truth about it."""

from dataclasses import fields

from mentor_outcomes import io
from mentor_outcomes.simulation import csv_bytes, parquet_bytes, simulate
from mentor_outcomes.study import load_study

FOLDER = "data/simulated"


def main() -> None:
    study = load_study("params.yaml", uses=("study", "scales", "simulation"))
    organisation = simulate(study.simulation, study.study, study.scales)
    for name, frame in organisation.exports.items():
        io.write_bytes(f"{FOLDER}/{name}", csv_bytes(frame))
    for part in fields(organisation.potential):
        frame = io.rounded(getattr(organisation.potential, part.name))
        io.write_bytes(f"{FOLDER}/truth/{part.name}.parquet", parquet_bytes(frame))


if __name__ == "__main__":
    main()
