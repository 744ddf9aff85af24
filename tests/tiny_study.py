"""A study of eight invented people, small enough to work out on paper.

Ids p01 ... p08. p02 leaves and is hired again; p03 leaves for good; p08 is the manager of the
others. p01 asked p07 for mentoring and got it, p04 began one with p08, its manager, and p05 still
waits. Two survey waves of a scale of three items, the second reversed.
"""

import json
from pathlib import Path

import yaml

PARAMS = {
    "study": {
        "title": "Mentoring among eight",
        "data": "simulated",
        "observed_from": "2020-01-01",
        "observed_to": "2021-12-31",
        "mentoring_recorded_from": "2019-01-01",
        "enrolment": "voluntary",
        "pseudonyms": {"key": "public"},
    },
    "sources": {
        "people": {"path": "raw/people.csv"},
        "employment": {"path": "raw/employment.csv"},
        "jobs": {"path": "raw/job_history.csv"},
        "pay": {"path": "raw/pay_history.csv"},
        "leaves": {"path": "raw/leaves.csv"},
        "ratings": {"path": "raw/ratings.csv"},
        "mentoring": {"path": "raw/mentoring.csv"},
        "requests": {"path": "raw/mentoring_requests.csv"},
        "survey": {
            "path": "raw/survey_*.csv",
            "profile": "qualtrics",
            "wave": "from_file_name",
        },
        "offers": {"path": "raw/offers.csv"},
        "unit_output": {"path": "raw/unit_output.csv"},
    },
    "scales": {
        "belonging": {
            "items": ["b1", "b2", "b3"],
            "reverse_keyed": ["b2"],
            "lowest": 1,
            "highest": 5,
            "min_answered": 2,
        }
    },
    "outcomes": {
        "promotion": {
            "kind": "event",
            "event": "promotion",
            "competing": ["exit"],
            "better": "higher",
            "smallest_worthwhile": 2,
        }
    },
}

FILES = {
    "people.csv": """\
person_id,birth_year,gender,education
p01,1990,woman,master
p02,1985,man,bachelor
p03,1979,woman,
p04,1994,man,bachelor
p05,1992,,master
p06,,woman,bachelor
p07,1970,man,doctorate
p08,1968,woman,master
""",
    "employment.csv": """\
person_id,hired_on,left_on,exit_kind
p01,2018-03-01,,
p02,2017-01-01,2019-06-30,voluntary
p02,2020-02-01,9999-12-31,
p03,2016-05-01,2020-09-15,involuntary
p04,2019-01-01,,
p05,2019-04-01,4712-12-31,
p06,2019-04-01,,
p07,2010-01-01,,
p08,2008-01-01,,
""",
    "job_history.csv": """\
person_id,effective_on,sequence,grade,job_family,unit_id,site,manager_id,fte,event_code
p01,2018-03-01,1,2,sales,U1,north,p08,1,hire
p01,2020-07-01,1,3,sales,U1,north,p08,1,promotion
p02,2017-01-01,1,2,sales,U1,north,p08,1,hire
p02,2020-02-01,1,2,sales,U1,north,p08,0.8,rehire
p03,2016-05-01,1,3,sales,U1,,p08,1,hire
p04,2019-01-01,1,1,finance,U2,south,p07,1,hire
p04,2020-05-01,1,1,finance,U2,south,p08,1,transfer
p05,2019-04-01,1,1,finance,U2,south,p07,1,hire
p06,2019-04-01,1,1,finance,U2,south,p07,1,hire
p07,2010-01-01,1,4,finance,U2,south,,1,hire
p08,2008-01-01,1,5,sales,U1,north,,1,hire
""",
    "pay_history.csv": """\
person_id,effective_on,annual_pay
p01,2018-03-01,40000
p01,2020-07-01,43000.50
p02,2020-02-01,41000
""",
    "leaves.csv": """\
person_id,from,until
p05,2020-03-01,2020-08-31
p06,2021-11-01,
""",
    "ratings.csv": """\
person_id,rated_on,rating,rater_id
p01,2019-12-31,3.5,p08
p04,2019-12-31,4,p07
""",
    "mentoring.csv": """\
mentorship_id,mentor_id,protege_id,started_on,ended_on,kind,cultivation_on,separation_on,redefinition_on,end_reason
m1,p07,p01,2020-03-01,2020-12-31,formal,2020-09-01,,,goals met
m2,p08,p04,2020-05-01,,informal,,,,
""",
    "mentoring_requests.csv": """\
protege_id,requested_on,mentorship_id
p01,2020-01-15,m1
p05,2020-02-20,
""",
    "offers.csv": """\
offer_id,offered_on,unit_id,saw_programme,accepted
o1,2020-05-01,U1,true,false
o2,2020-06-01,U1,0,1
""",
    "unit_output.csv": """\
unit_id,month,output
U1,2020-01-01,101.5
U1,2020-02-01,99
""",
}

ANSWERS = {
    "survey_01.csv": [
        # Status, Finished, ExternalReference, b1, b2, b3
        ("IP Address", "True", "p01", "5", "1", "5"),
        ("IP Address", "True", "p02", "4", "4", ""),
        ("IP Address", "True", "p04", "3", "", ""),
        ("Survey Preview", "True", "p08", "1", "1", "1"),
        ("IP Address", "False", "p05", "2", "", ""),
        ("IP Address", "True", "", "2", "2", "2"),
    ],
    "survey_02.csv": [
        ("0", "1", "p01", "4", "2", "4"),
        ("0", "1", "p06", "1", "5", "2"),
    ],
}

_HEADERS = (
    *("StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)"),
    *("Finished", "RecordedDate", "ResponseId", "RecipientLastName", "RecipientFirstName"),
    *("RecipientEmail", "ExternalReference", "LocationLatitude", "LocationLongitude"),
    *("DistributionChannel", "UserLanguage", "b1", "b2", "b3"),
)


def qualtrics(rows: list[tuple[str, ...]], day: str) -> str:
    """The text of a Qualtrics export: three header rows, the second with a line break in it."""
    questions = ",".join(f'"{name}: how much\nof it?"' for name in _HEADERS)
    ids = ",".join(
        '"' + json.dumps({"ImportId": name}).replace('"', '""') + '"' for name in _HEADERS
    )
    lines = [",".join(_HEADERS), questions, ids]
    for status, finished, person, *answers in rows:
        moment = f"{day} 10:15:00"
        lines.append(
            f"{moment},{moment},{status},192.0.2.7,100,60,{finished},{moment},R_1,Surname,"
            f"Forename,mail@example.org,{person},52.1,13.2,email,EN,{','.join(answers)}"
        )
    return "\n".join(lines) + "\n"


def texts() -> dict[str, str]:
    """Every file of the study, as name -> text."""
    return {
        **FILES,
        "survey_01.csv": qualtrics(ANSWERS["survey_01.csv"], "2020-06-10"),
        "survey_02.csv": qualtrics(ANSWERS["survey_02.csv"], "2020-12-09"),
    }


def write_study(
    folder: Path, files: dict[str, str] | None = None, params: dict | None = None
) -> Path:
    """Write the study below `folder`, with some files' text or the study file replaced."""
    (folder / "raw").mkdir(parents=True, exist_ok=True)
    for name, text in {**texts(), **(files or {})}.items():
        (folder / "raw" / name).write_text(text, encoding="utf-8")
    text = yaml.safe_dump(params or PARAMS, sort_keys=False)
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    return folder
