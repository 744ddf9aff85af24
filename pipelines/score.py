"""Survey answers become scale scores, one row per person, wave and scale."""

from mentor_outcomes import io, schema
from mentor_outcomes.measures import scale_quality, score_scales
from mentor_outcomes.study import load_study


def main() -> None:
    study = load_study(uses=("scales",))
    scores, quality = schema.SCALE_SCORES.empty(), schema.SCALE_QUALITY.empty()
    if io.exists(schema.SURVEY_ANSWERS):
        answers = io.read(schema.SURVEY_ANSWERS)
        scores, quality = score_scales(answers, study.scales), scale_quality(answers, study.scales)
    io.write(schema.SCALE_SCORES, scores)
    io.write(schema.SCALE_QUALITY, quality)


if __name__ == "__main__":
    main()
