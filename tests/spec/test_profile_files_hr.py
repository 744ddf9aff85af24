"""Profiles of HR systems read small files as these write them, quirks included.

Ids are invented. What a study has to say beside the profile stands in the test.
"""

from datetime import date

import pytest

from mentor_outcomes.errors import SourceError
from tests.profile_files import days, read, rows

WORKDAY = """\
Employee_ID,Legal_Name,Hire_Date,Termination_Date,Worker_Type,hire_rescinded,Primary_Termination_Category
000101,Somebody,2019-03-01,,Employee,0,
000102,Somebody,2018-01-01,2020-06-30,Employee,0,TERM_VOL
000103,Nobody,2020-05-01,,Employee,1,
"""


def test_workday_hires_that_were_rescinded_are_no_stays(tmp_path):
    found, raw = rows(
        tmp_path,
        "employment",
        WORKDAY,
        profile="workday",
        codes={"exit_kind": {"TERM_VOL": "voluntary"}},
    )
    assert raw.frame["person_id"].tolist() == ["000101", "000102"]
    assert dict(raw.set_aside) == {"a hire that was rescinded": 1}
    assert days(found.frame["left_on"]) == [None, "2020-06-30"]
    assert found.frame["exit_kind"].tolist()[1] == "voluntary"
    assert "Legal_Name" not in raw.frame.columns


def test_workday_categories_of_the_tenant_stop_the_run_until_they_are_translated(tmp_path):
    with pytest.raises(SourceError, match="unknown exit_kind"):
        rows(tmp_path, "employment", WORKDAY, profile="workday")


def test_workday_warehouse_and_report_spellings_in_one_file_are_refused(tmp_path):
    text = "Employee_ID,worker_id,Hire_Date,Termination_Date,hire_rescinded,x\n1,2,2020-01-01,,0,\n"
    with pytest.raises(SourceError) as caught:
        read(tmp_path, "employment", text, profile="workday")
    assert "Employee_ID" in str(caught.value) and "worker_id" in str(caught.value)


def test_workday_pay_history_with_its_currency_and_period(tmp_path):
    text = (
        "EmployeeId,EffectiveDate,Currency,Reason,BaseAmount,BaseIncomeType\n"
        "000101,2019-03-01,EUR,Merit,50000.00,Annual\n000101,2020-03-01,EUR,Merit,4500.50,Monthly\n"
    )
    found, _ = rows(tmp_path, "pay", text, profile="workday")
    assert found.frame["amount"].tolist() == [50000.0, 4500.5]
    assert found.frame["per"].tolist() == ["year", "month"]


SUCCESSFACTORS = """\
userId,startDate,endDate,seqNumber,event,eventReason,emplStatus,payGrade,fte,department,location,managerId
000101,01/15/2019,03/31/2020,1,H,HIRNEW,A,7,1,50001,BER,000900
000101,04/01/2020,07/14/2020,1,8,PROPRO,A,8,1,50001,BER,000900
000101,07/15/2020,09/30/2020,1,10,LOAPAR,U,8,1,50001,BER,000900
000101,10/01/2020,12/31/2020,1,23,RETLOA,A,8,1,50001,BER,000900
000101,01/01/2021,12/31/9999,1,26,TERVOL,T,8,1,50001,BER,000900
"""


def test_successfactors_job_history_feeds_employment_leaves_and_jobs(tmp_path):
    source = {"profile": "successfactors", "codes": {"exit_kind": {"TERVOL": "voluntary"}}}
    employment, raw = rows(tmp_path, "employment", SUCCESSFACTORS, **source)
    assert employment.frame["event_code"].tolist() == ["hire", "exit"]
    assert raw.layout.exit_dated == "day_after"
    assert employment.frame["exit_kind"].tolist()[1] == "voluntary"
    leaves, _ = rows(tmp_path, "leaves", SUCCESSFACTORS, profile="successfactors")
    assert leaves.frame["event_code"].tolist() == ["leave", "return"]
    jobs, _ = rows(
        tmp_path,
        "jobs",
        SUCCESSFACTORS.replace("department", "jobFamily,department").replace(",50001", ",IT,50001"),
        profile="successfactors",
        columns={"job_family": "jobFamily"},
    )
    assert jobs.frame["event_code"].tolist() == ["hire", "promotion", "leave", "return"]
    assert days(jobs.frame["effective_on"])[0] == "2019-01-15"


def test_successfactors_contingent_workers_stop_the_run(tmp_path):
    text = SUCCESSFACTORS.replace(",26,TERVOL", ",ECWK,ENDCW")
    with pytest.raises(SourceError, match="unknown event_code"):
        rows(tmp_path, "employment", text, profile="successfactors")


def test_successfactors_user_file_has_a_second_header_row(tmp_path):
    text = (
        "STATUS,USERID,USERNAME,FIRSTNAME,LASTNAME,GENDER,EMAIL\n"
        "Status,User ID,Username,First Name,Last Name,Gender,Email\n"
        "active,000101,ab,A,B,F,a@example.org\ninactive,000102,cd,C,D,M,c@example.org\n"
    )
    source = {"profile": "successfactors", "columns": {"birth_year": ""}}
    _, raw = rows(tmp_path, "people", text, **source)
    assert raw.frame["person_id"].tolist() == ["000101", "000102"]
    assert sum(raw.set_aside.values()) == 1
    without = "\n".join(line for line in text.split("\n") if not line.startswith("Status"))
    _, raw = rows(tmp_path, "people", without, **source)
    assert raw.frame["person_id"].tolist() == ["000101", "000102"], "nobody is taken for a header"


ORACLE = """\
METADATA|Assignment|ActionCode|ReasonCode|PersonNumber|DateStart|WorkerType|AssignmentNumber|EffectiveStartDate|EffectiveEndDate|EffectiveLatestChange|EffectiveSequence|AssignmentStatusTypeCode|GradeCode|LocationCode|DepartmentName
MERGE|Assignment|HIRE||000101|2019/01/15|E|E000101|2019/01/15|2020/03/31|Y|1|ACTIVE_PROCESS|7|BER|Sales
MERGE|Assignment|PROMOTION|PERF|000101|2019/01/15|E|E000101|2020/04/01|2020/12/31|Y|1|ACTIVE_PROCESS|8|BER|Sales
MERGE|Assignment|RESIGNATION||000101|2019/01/15|E|E000101|2021/01/01|4712/12/31|Y|1|INACTIVE_PROCESS|8|BER|Sales
MERGE|Assignment|ADD_CWK||000555|2019/01/15|C|C000555|2019/01/15|4712/12/31|Y|1|ACTIVE_PROCESS|1|BER|Sales
"""


def test_oracle_assignments_make_stays_and_jobs(tmp_path):
    found, raw = rows(tmp_path, "employment", ORACLE, "Worker.dat", profile="oracle")
    assert found.frame["event_code"].tolist() == ["hire", "exit"]
    assert found.frame["exit_kind"].tolist()[1] == "voluntary"
    assert days(found.frame["effective_on"]) == ["2019-01-15", "2021-01-01"]
    assert dict(raw.set_aside) == {"a contingent, pending or other non-employee": 1}


def test_oracle_s_assignments_are_found_among_other_components(tmp_path):
    worker = "METADATA|Worker|PersonNumber|DateOfBirth\nMERGE|Worker|000101|1980/02/29\n"
    found, _ = rows(tmp_path, "employment", worker + ORACLE, "Worker.dat", profile="oracle")
    assert found.frame["event_code"].tolist() == ["hire", "exit"]


def test_oracle_s_termination_says_nothing_of_its_kind(tmp_path):
    text = ORACLE.replace("RESIGNATION", "TERMINATION")
    with pytest.raises(SourceError, match="unknown exit_kind"):
        rows(tmp_path, "employment", text, "Worker.dat", profile="oracle")


PEOPLESOFT = """\
EMPLID,EMPL_RCD,EFFDT,EFFSEQ,ACTION,ACTION_DT,ACTION_REASON,HR_STATUS,EMPL_STATUS,DEPTID,JOBCODE,JOB_FAMILY,SUPERVISOR_ID,LOCATION,GRADE,STD_HOURS,FTE,COMPRATE,COMP_FREQUENCY,ANNUAL_RT,CURRENCY_CD
000101,0,15-JAN-2019,0,HIR,10-JAN-2019,NHR,A,A,50001,1001,ADM,000900,BER,007,40,1,4000,M,48000,EUR
000101,0,01-APR-2020,0,PRO,01-APR-2020,NCP,A,A,50001,1002,ADM,000900,BER,008,40,1,4500,M,54000,EUR
000101,0,01-APR-2020,1,PAY,01-APR-2020,MER,A,A,50001,1002,ADM,000900,BER,008,40,1,4600,M,55200,EUR
000101,1,01-MAY-2020,0,HIR,01-MAY-2020,HCJ,A,A,50002,1003,ADM,000900,BER,003,8,.2,500,M,6000,EUR
000101,0,01-JAN-2021,0,TER,20-DEC-2020,RES,I,T,50001,1002,ADM,000900,BER,008,40,1,4600,M,55200,EUR
"""


def test_peoplesoft_job_rows_feed_employment_jobs_and_pay(tmp_path):
    source = {"profile": "peoplesoft", "codes": {"exit_kind": {"RES": "voluntary"}}}
    found, raw = rows(tmp_path, "employment", PEOPLESOFT, **source)
    assert found.frame["event_code"].tolist() == ["hire", "exit"]
    assert dict(raw.set_aside) == {"a further employment record (EMPL_RCD above 0)": 1}
    jobs, _ = rows(tmp_path, "jobs", PEOPLESOFT, profile="peoplesoft")
    assert jobs.frame["event_code"].tolist() == ["hire", "promotion", "pay_change"]
    assert jobs.frame["grade"].tolist() == [7, 8, 8]
    pay, raw = rows(tmp_path, "pay", PEOPLESOFT, profile="peoplesoft")
    assert pay.frame["amount"].tolist() == [48000.0, 54000.0, 55200.0, 55200.0]
    assert raw.layout.pay_per == "year"


def test_bamboohr_s_row_numbers_are_not_people_and_no_day_is_no_date(tmp_path):
    text = (
        "id,employeeId,startDate,rate,type,exempt,reason,comment,paidPer\n"
        "9001,0101,2020-04-01,54000.00,Salary,Exempt,Promotion,,Year\n"
        "9002,0101,2019-01-15,4000.00,Salary,Exempt,,,Month\n"
    )
    pay, raw = rows(tmp_path, "pay", text, profile="bamboohr")
    assert raw.frame["person_id"].tolist() == ["0101", "0101"]
    assert pay.frame["per"].tolist() == ["year", "month"]
    text = (
        "id,hireDate,originalHireDate,terminationDate,status,leftBecause\n"
        "0101,2019-01-15,2015-01-01,0000-00-00,Active,\n"
        "0102,2019-01-15,2019-01-15,2020-06-30,Inactive,Quit\n"
    )
    found, _ = rows(
        tmp_path,
        "employment",
        text,
        profile="bamboohr",
        columns={"exit_kind": "leftBecause"},
        codes={"exit_kind": {"Quit": "voluntary"}},
    )
    assert days(found.frame["left_on"]) == [None, "2020-06-30"]


def test_plans_dated_after_the_extract_are_kept_apart_by_any_profile(tmp_path):
    raw = read(
        tmp_path,
        "jobs",
        PEOPLESOFT,
        profile="peoplesoft",
        extracted_on=date(2020, 12, 31),
    )
    assert raw.layout.extracted_on == date(2020, 12, 31)
