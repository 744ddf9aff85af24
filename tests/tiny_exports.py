"""The eight people of the tiny study as an HR system, a payroll and a survey tool export them.

One event log says who was hired, left, was away or changed jobs; exits are dated the day after
the last one. Amounts of pay are what was paid, by the year or the month. Answers carry a code
that people made up, the platform's mentorships bear addresses; the crosswalk says whose they are.
"""

from mentor_outcomes.study import Layout

LOG = """\
person_id,effective_on,sequence,event_code,exit_kind,grade,job_family,unit_id,site,manager_id,fte
p01,2018-03-01,1,HIR,,2,sales,U1,north,p08,1
p01,2020-07-01,1,PRO,,3,sales,U1,north,p08,1
p02,2017-01-01,1,HIR,,2,sales,U1,north,p08,1
p02,2019-07-01,1,TER,RES,,,,,,
p02,2020-02-01,1,REH,,2,sales,U1,north,p08,0.8
p03,2016-05-01,1,HIR,,3,sales,U1,,p08,1
p03,2020-09-16,1,TER,DIS,,,,,,
p04,2019-01-01,1,HIR,,1,finance,U2,south,p07,1
p04,2020-05-01,1,XFR,,1,finance,U2,south,p08,1
p05,2019-04-01,1,HIR,,1,finance,U2,south,p07,1
p05,2020-03-01,1,LOA,,1,finance,U2,south,p07,1
p05,2020-09-01,1,RFL,,1,finance,U2,south,p07,1
p06,2019-04-01,1,HIR,,1,finance,U2,south,p07,1
p06,2021-11-01,1,LOA,,1,finance,U2,south,p07,1
p07,2010-01-01,1,HIR,,4,finance,U2,south,,1
p08,2008-01-01,1,HIR,,5,sales,U1,north,,1
"""
PAY = """\
person_id,effective_on,sequence,amount,per,currency,fte
p01,2018-03-01,1,40000,A,EUR,1
p01,2020-07-01,1,3583.375,M,EUR,1
p02,2020-02-01,1,32800,A,EUR,0.8
"""
MENTORING = """\
mentorship_id,mentor_id,protege_id,started_on,ended_on,kind,cultivation_on,separation_on,redefinition_on,end_reason
m1,G@x.org,a@x.org,2020-03-01,2020-12-31,formal,2020-09-01,,,goals met
m2,H@x.org,D@X.ORG,2020-05-01,,informal,,,,
"""
SURVEY = """\
person_id,wave,answered_on,b1,b2,b3
an-na15,1,2020-06-10,5,1,5
OTTO22,1,2020-06-10,4,4,
Anna 15,2,2020-12-09,4,2,4
"""
CROSSWALK = """\
system,other_id,person_id
mail,a@x.org,p01
mail,d@x.org,p04
mail,g@x.org,p07
mail,h@x.org,p08
code,ANNA15,p01
code,OTTO22,p02
"""

EVENTS = {
    "HIR": "hire",
    "REH": "rehire",
    "TER": "exit",
    "PRO": "promotion",
    "XFR": "transfer",
    "LOA": "leave",
    "RFL": "return",
    "DTA": "data_change",
}
_CODES = {"event_code": EVENTS, "exit_kind": {"RES": "voluntary", "DIS": "involuntary"}}
LAYOUTS = {
    "employment": Layout(shape="events", exit_dated="day_after", codes=_CODES),
    "jobs": Layout(codes=_CODES),
    "leaves": Layout(shape="events", codes=_CODES),
    "pay": Layout(shape="amounts", pay_is="actual", codes={"per": {"A": "year", "M": "month"}}),
    "mentoring": Layout(ids="mail"),
    "survey": Layout(ids="code", match="tolerant"),
}
TEXTS = {
    "employment": LOG,
    "jobs": LOG,
    "leaves": LOG,
    "pay": PAY,
    "mentoring": MENTORING,
    "survey": SURVEY,
    "crosswalk": CROSSWALK,
}
