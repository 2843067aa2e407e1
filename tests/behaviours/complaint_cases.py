"""What customers are told of complaints, enquiries and suggestions, one case for each end."""

# ruff: noqa: E501 - one case is one row, as in a table

from typing import Any

from careline.carrier.port import Answer
from careline.dialogue.book import Verb
from careline.values.cause import Cause
from careline.values.language import Text
from tests.behaviours.counter import FAILED, REFUSED, Case

MATTERS = [("billing", "话费争议", "Disputed charges"), ("other", "其他问题", "Something else")]
STANDING: dict[str, Any] = {
    "docket": "2505000014",
    "kind": "complaint",
    "label": Text("投诉", "complaint"),
    "state": "support",
    "open": True,
    "matter": Text("话费争议", "Disputed charges"),
    "step": Text("正等相关部门的处理办法", "waiting for a department's plan"),
    "told": Text("请相关部门协助", "a department was asked for help"),
    "date": Text("11月10日12:00", "10 Nov 12:00"),
    "who": Text("计费部", "Billing"),
    "until": Text("最迟11月12日12:00答复您", "answer by 12 Nov 12:00"),
    "reply": "",
    "satisfied": None,
    "rating": None,
}


def stands(**other: Any) -> Answer:
    return Answer(facts={**STANDING, **other})


def cases(*standings: dict[str, Any]) -> Answer:
    return Answer(facts={"cases": [{**STANDING, **one} for one in standings], "count": len(standings)})


def no(cause: Cause, **facts: Any) -> Answer:
    return Answer(refused=cause, facts=facts)


ANSWERED = {"state": "confirming", "reply": "多收的10元已经退到您的话费里"}
SAID = {"words": "上个月多扣了10元"}
SORT = {"category": "billing", "came": "a0"}
YES, NOT = {"what": "satisfied"}, {"what": "unsatisfied"}
RATED = {"rating": "5"}

COMPLAINTS = [
    Case("taken", "complain", Verb.OTHER, "opened", answer=stands(joined=False, came="a1"), parameters=SAID, zh="编号2505000014", en="answer by 12 Nov 12:00"),
    Case("which matter?", "complain", Verb.OTHER, "opened_sort", answer=stands(joined=False, came="a1", matters=MATTERS), parameters=SAID, zh="1.话费争议\n2.其他问题", en="1.Disputed charges"),
    Case("joined", "complain", Verb.OTHER, "joined", answer=stands(joined=True, came="a1"), parameters=SAID, zh="不用重新来过", en="nothing starts over"),
    Case("joined, or another?", "complain", Verb.OTHER, "joined_sort", answer=stands(joined=True, came="a1", matters=MATTERS), parameters=SAID, zh="如果是另一件事", en="another matter"),
    Case("taken by keys", "complain", Verb.REGISTER, "opened", answer=stands(joined=False, came="a1"), parameters={"category": "billing"}, zh="登记好了", en="is noted"),
    Case("joined by keys", "complain", Verb.REGISTER, "joined", answer=stands(joined=True, came="a1"), parameters={"category": "billing"}, zh="记下您又来问过", en="you came again"),
    Case("sorted", "complain", Verb.CONFIGURE, "sorted", answer=stands(joined=False), parameters=SORT, zh="按“话费争议”办理", en="handled as: Disputed charges"),
    Case("another matter", "complain", Verb.CONFIGURE, "opened", answer=stands(joined=False, came="a1"), parameters=SORT, zh="单独登记", en="a matter of its own"),
    Case("the same matter after all", "complain", Verb.CONFIGURE, "joined", answer=stands(joined=True, came="a1"), parameters=SORT, zh="这件事正在办", en="worked on"),
    Case("an enquiry", "enquiry", Verb.OTHER, "opened", answer=stands(joined=False, came="a1", label=Text("咨询", "enquiry")), parameters=SAID, zh="咨询收到了", en="your enquiry"),
    Case("what is it", "complain", Verb.DESCRIBE, "done", zh="48小时内答复", en="within 48 hours"),
    Case("none", "complaint_progress", Verb.QUERY, "none", answer=cases(), zh="没有正在办理", en="no complaint"),
    Case("running", "complaint_progress", Verb.QUERY, "running", answer=cases({}), zh="经办：计费部", en="with Billing"),
    Case("several", "complaint_progress", Verb.QUERY, "many", answer=cases({}, {"docket": "2505000022"}), zh="您有2件在办", en="You have 2 cases"),
    Case("answered", "complaint_progress", Verb.QUERY, "confirming", answer=cases(ANSWERED), zh="已经退到您的话费里\n您满意吗？1.满意 2.不满意", en="1.Yes 2.No"),
    Case("ended", "complaint_progress", Verb.QUERY, "ended", answer=cases({**ANSWERED, "state": "closed", "open": False}), zh="已办完", en="is done"),
    Case("no such docket", "complaint_progress", Verb.QUERY, "not_found", REFUSED, no(Cause.NOT_FOUND), {"docket": "2505000030"}, zh="没有查到这个编号", en="cannot find that number"),
    Case("urged", "complaint_urge", Verb.OTHER, "urged", answer=stands(), zh="已加急", en="now urgent"),
    Case("nothing to urge", "complaint_urge", Verb.OTHER, "nothing_open", REFUSED, no(Cause.NOT_FOUND, none=True), zh="没有可催的", en="could be urged"),
    Case("urged too late", "complaint_urge", Verb.OTHER, "case_closed", REFUSED, no(Cause.CLOSED, docket="2505000014"), zh="已经办完了", en="done already"),
    Case("no such docket to urge", "complaint_urge", Verb.OTHER, "not_found", REFUSED, no(Cause.NOT_FOUND), zh="没有查到这个编号", en="cannot find that number"),
    Case("satisfied", "complaint_answer", Verb.OTHER, "satisfied", answer=stands(satisfied=True), parameters=YES, zh="回复1到5", en="reply 1 to 5"),
    Case("satisfied and rated", "complaint_answer", Verb.OTHER, "thanks", answer=stands(satisfied=True, rating=4), parameters=YES, zh="这就存档", en="will be filed"),
    Case("not satisfied", "complaint_answer", Verb.OTHER, "again", answer=stands(satisfied=False), parameters=NOT, zh="重新办理", en="again"),
    Case("not asked yet", "complaint_answer", Verb.OTHER, "not_asked", REFUSED, Answer(refused=Cause.NOTHING_TO_CONFIRM, facts=STANDING), YES, zh="还没有办完", en="not finished"),
    Case("nothing to answer", "complaint_answer", Verb.OTHER, "none", REFUSED, no(Cause.NOT_FOUND, none=True), YES, zh="没有等您评价的事", en="Nothing waits"),
    Case("rated", "complaint_answer", Verb.CONFIGURE, "rated", answer=stands(rating=5), parameters=RATED, zh="评分记下了", en="rating is noted"),
    Case("rated twice", "complaint_answer", Verb.CONFIGURE, "rated_before", REFUSED, no(Cause.ALREADY_ON), RATED, zh="已经打过分", en="rated this already"),
    Case("rated too early", "complaint_answer", Verb.CONFIGURE, "not_ended", REFUSED, no(Cause.NOTHING_TO_CONFIRM), RATED, zh="没有等您打分", en="Nothing waits"),
    Case("rated without a case", "complaint_answer", Verb.CONFIGURE, "none", REFUSED, no(Cause.NOT_FOUND, none=True), RATED, zh="没有等您打分", en="Nothing waits"),
    Case("seven out of five", "complaint_answer", Verb.CONFIGURE, "bad_rating", FAILED, no(Cause.WRONG_PARAMETER), {"rating": "7"}, zh="用1到5", en="1 to 5"),
    Case("thanks for a suggestion", "suggestion", Verb.OTHER, "done", answer=stands(joined=False), zh="您的意见已经记下，编号2505000014", en="number 2505000014"),
]  # fmt: skip
