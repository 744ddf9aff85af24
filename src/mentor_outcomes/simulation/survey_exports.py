"""One file per wave as Qualtrics writes it: three header rows, and data nobody should keep."""

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mentor_outcomes.simulation.answers import (
    FUNCTION_ITEMS,
    MENTOR_ITEMS,
    SKIPPED,
    item_answers,
    opinions,
    question,
    with_skipped,
)
from mentor_outcomes.simulation.hr_exports import Filed
from mentor_outcomes.simulation.mentorships import Mentorships
from mentor_outcomes.simulation.parameters import TRAITS
from mentor_outcomes.simulation.waves import Wave, observed_waves, respondents, trait_levels
from mentor_outcomes.simulation.writing import as_label, text_frame
from mentor_outcomes.study import Scale

_SECONDS_PER_DAY = 86_400
_FIRST_NAMES = ("Ada", "Boro", "Cleo", "Dara", "Eno", "Fia", "Gil", "Hana", "Ivo", "Juno")
_LAST_NAMES = ("Amber", "Birch", "Cove", "Dale", "Elm", "Frost", "Grove", "Heath", "Isle", "Jade")


def survey_files(
    filed: Filed, mentorships: Mentorships, scales: Mapping[str, Scale]
) -> dict[str, pd.DataFrame]:
    """File name -> the wave's export; its first two rows are the rest of the header."""
    record = filed.record
    satisfaction = trait_levels("job_satisfaction", record.setting, record.mentored_on)
    levels = {name: trait_levels(name, record.setting, record.mentored_on) for name in scales}
    files = {}
    for wave in observed_waves(record.timeline, record.setting.parameters.surveys):
        rows, answered_on = respondents(record, wave, satisfaction[wave.number - 1])
        felt = {name: level[wave.number - 1, rows] for name, level in levels.items()}
        columns = {
            **_envelope(filed, wave, rows, answered_on),
            **_scale_columns(filed, wave, rows, felt, scales),
            **_relationship_columns(filed, wave, rows, mentorships),
        }
        headers = _header_rows(list(columns), scales)
        files[f"survey_{wave.number:02d}.csv"] = text_frame(
            {
                name: pa.concat_arrays([headers[name], values.cast(pa.string())])
                for name, values in columns.items()
            }
        )
    return files


def _scale_columns(filed: Filed, wave: Wave, rows, felt, scales) -> dict[str, pa.Array]:
    setting = filed.record.setting
    columns = {}
    for name, scale in scales.items():
        # A stream for each scale: the order of scales in the study file changes no answer.
        skipping = setting.draws.generator("skipped", wave.number, list(TRAITS).index(name))
        ticked = item_answers(
            name, scale, felt[name], setting.stays.draw[rows], wave.number, setting.draws
        )
        given = with_skipped(ticked, setting.parameters.surveys.item_skipped, skipping)
        columns |= {item: _ticks(answer) for item, answer in zip(scale.items, given, strict=True)}
    return columns


def _ticks(answer: np.ndarray) -> pa.Array:
    return pa.array(answer, mask=answer == SKIPPED).cast(pa.string())


def _relationship_columns(filed: Filed, wave: Wave, rows, mentorships) -> dict[str, pa.Array]:
    """Functions received, asked of the mentored; what mentoring gives, asked of mentors."""
    surveys = filed.record.setting.parameters.surveys
    rng = filed.record.setting.draws.generator("functions", wave.number)
    going_on = (mentorships.started_on < wave.opened_on) & (mentorships.ended_on > wave.opened_on)
    mentor = mentorships.mentor[going_on]
    parts = (
        (FUNCTION_ITEMS, mentorships.protege[going_on], surveys.function_mean, surveys.function_sd),
        (MENTOR_ITEMS, mentor[mentor >= 0], surveys.mentor_mean, surveys.mentor_sd),
    )
    columns = {}
    for items, asked, mean, sd in parts:
        answers = opinions(len(items), len(rows), mean, sd, rng)
        given = with_skipped(answers, surveys.item_skipped, rng)
        given = np.where(np.isin(rows, asked), given, SKIPPED)
        columns |= {item: _ticks(answer) for item, answer in zip(items, given, strict=True)}
    return columns


def _envelope(filed: Filed, wave: Wave, rows, answered_on) -> dict[str, pa.Array]:
    """What the survey platform notes about each response; names and places are made up."""
    n = len(rows)
    rng = filed.record.setting.draws.generator("survey_meta", wave.number)
    opened_at = answered_on * _SECONDS_PER_DAY + rng.integers(7 * 3600, 20 * 3600, n)
    seconds = rng.integers(180, 1500, n)
    first, last = rng.integers(0, len(_FIRST_NAMES), n), rng.integers(0, len(_LAST_NAMES), n)
    first_name, last_name = as_label(first, _FIRST_NAMES), as_label(last, _LAST_NAMES)
    local = pc.utf8_lower(pc.binary_join_element_wise(first_name, last_name, "."))
    address = pa.array(rng.integers(1, 255, n)).cast(pa.string())
    closed_at = _timestamps(opened_at + seconds)
    place = pa.array([f"R_{number:015x}" for number in rng.integers(1 << 58, size=n).tolist()])
    return {
        "StartDate": _timestamps(opened_at),
        "EndDate": closed_at,
        "Status": _constant("0", n),
        "IPAddress": pc.binary_join_element_wise("192.0.2", address, "."),
        "Progress": _constant("100", n),
        "Duration (in seconds)": pa.array(seconds).cast(pa.string()),
        "Finished": _constant("1", n),
        "RecordedDate": closed_at,
        "ResponseId": place,
        "RecipientLastName": last_name,
        "RecipientFirstName": first_name,
        "RecipientEmail": pc.binary_join_element_wise(local, "example.org", "@"),
        "ExternalReference": filed.person(rows),
        "LocationLatitude": _constant("52.1", n),
        "LocationLongitude": _constant("4.9", n),
        "DistributionChannel": _constant("email", n),
        "UserLanguage": _constant("EN", n),
    }


def _timestamps(seconds: np.ndarray) -> pa.Array:
    return pa.array(seconds).cast(pa.timestamp("s")).cast(pa.string())


def _constant(text: str, n: int) -> pa.Array:
    return pa.array([text]).take(pa.array(np.zeros(n, dtype="int64")))


def _header_rows(columns: list[str], scales: Mapping[str, Scale]) -> dict[str, pa.Array]:
    """Second and third header row of each column: question text, and the import id."""
    texts = {
        item: question(name, number)
        for name, scale in scales.items()
        for number, item in enumerate(scale.items, start=1)
    }
    texts |= {item: question("mentor_function", n) for n, item in enumerate(FUNCTION_ITEMS, 1)}
    texts |= {item: question("as_a_mentor", n) for n, item in enumerate(MENTOR_ITEMS, 1)}
    return {
        name: pa.array([texts.get(name, name), json.dumps({"ImportId": _import_id(name, texts)})])
        for name in columns
    }


def _import_id(name: str, texts: Mapping[str, str]) -> str:
    return f"QID_{name}" if name in texts else name[0].lower() + name[1:]
