"""Pages of cases before staff without the right, forged dockets and versions, and deeds on what is somebody else's."""

import pytest
from django.test import Client

from careline.cases.models import Case, Draft, Event, Offer, Task
from careline.cases.opening import NewCase, accept
from careline.cases.records.help import Department
from careline.identity.staff import ROLES
from careline.journal.models import Entry
from careline.staff.access import now
from careline.staff.views.cases_steps import BY_NAME
from careline.values.msisdn import Msisdn
from tests.cases.desk import settled
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
MINE, HERS = Msisdn("8613900050017"), Msisdn("8613900050018")


def of(number: Msisdn, by: str = "wang", words: str = "多收了钱") -> Case:
    settled()
    return accept(NewCase(f"k:{number.digits}:{words}", number, "complaint", "", words, "sms"), by=by, now=now()).case


def pressed(client: Client, case: Case, deed: str, **sent: str) -> int:
    given = dict.fromkeys(("words", "reason", "plan", "summary", "cause", "question"), "x") | {
        "channel": "hotline", "satisfied": "yes", "what": "progress", "category": "billing", "severity": "normal",
        "to": "wang", "contact_at": "2027-01-01T10:00",
    }  # fmt: skip
    return client.post(f"/staff/cases/{case.docket}/do/{deed}", given | sent).status_code


def test_no_role_does_by_a_direct_post_what_its_page_does_not_offer(sign_in: SignIn) -> None:
    case = of(MINE)
    before = Case.objects.values().get()
    for role in ("consultant", "clerk", "verifier", "support", "maintainer", "supervisor"):
        client = sign_in(f"a-{role}", role)
        for name, deed in BY_NAME.items():
            if deed.gate not in ROLES[role]:
                assert pressed(client, case, name) == 403, (role, name)
        assert client.post(f"/staff/cases/{case.docket}/offers/1", {"accepted": "yes"}).status_code == 403
    assert Case.objects.values().get() == before
    assert Entry.objects.filter(did="refused", who="a-support").exists()
    for name in BY_NAME:
        answer = Client().post(f"/staff/cases/{case.docket}/do/{name}", {"words": "x"})
        assert "/staff/sign-in" in answer.headers["Location"]


def test_a_colleague_neither_works_on_nor_settles_what_is_not_hers(sign_in: SignIn) -> None:
    case, other = of(MINE), sign_in("he2", "handler")
    for state in ("analysing", "plan", "replied", "confirming", "archived"):
        Case.objects.update(state=state, plan="x", satisfied=None, archived_at=now() if state == "archived" else None)
        before = Case.objects.values().get()
        for name, deed in BY_NAME.items():
            if deed.gate == "handle_cases":
                assert pressed(other, case, name) == 409, (state, name)
        assert Case.objects.values().get() == before, state
    assert not Event.objects.filter(by="he2").exists()


def test_forged_dockets_lead_nowhere(sign_in: SignIn) -> None:
    of(MINE)
    wang = sign_in("wang", "handler")
    for docket in ("0000000000", "1", "' OR 1=1 --", "%00", "..", "２５１７００００１７", "new%2F", "1" * 500):
        for page in ("", "/bill", "/look", "/draft", "/presence", "/do/take", "/evidence", "/dispute", "/offers/1"):
            answer = wang.post(f"/staff/cases/{docket}{page}", {"purpose": "x", "words": "x"})
            assert answer.status_code in (302, 400, 403, 404, 405), (docket, page)
    assert not Entry.objects.filter(did="look", who="wang").exists()
    refused = Entry.objects.filter(did="refused", who="wang").values_list("detail", flat=True)
    assert any("%00" in one["page"] for one in refused), "a NUL in the address keeps no refusal out of the journal"


def test_offers_tasks_and_joining_stay_within_their_case(sign_in: SignIn) -> None:
    mine, hers = of(MINE), of(HERS)
    wang = sign_in("wang", "duty_manager")
    offer = Offer.objects.create(case=hers, at=now(), by="wang", words="x", amount=0)
    department = Department.objects.first() or Department.objects.create(name="billing")
    task = Task.objects.create(case=hers, department=department, question="x", asked_by="wang", asked_at=now())
    assert wang.post(f"/staff/cases/{mine.docket}/offers/{offer.pk}", {"accepted": "yes"}).status_code == 404
    assert wang.post(f"/staff/cases/{mine.docket}/tasks/{task.pk}/urge").status_code == 404
    sent = {
        "number": MINE.national(),
        "words": "别的事：宽带断了",
        "step": "accept",
        "join": hers.docket,
        "channel": "hall",
    }
    wang.post("/staff/cases/new", sent)
    hers.refresh_from_db()
    assert hers.repeats == 0
    assert not hers.contacts.filter(words__contains="宽带").exists()


def test_drafts_are_ones_own(sign_in: SignIn) -> None:
    case = of(MINE)
    wang, other = sign_in("wang", "handler"), sign_in("he2", "handler")
    page = f"/staff/cases/{case.docket}/draft"
    wang.post(page, {"purpose": "note", "words": "secret of wang"})
    assert "secret of wang" not in other.get(f"/staff/cases/{case.docket}").content.decode()
    other.post(page, {"purpose": "note", "words": "", "by": "wang"})
    assert Draft.objects.get().words == "secret of wang"


def test_a_preview_leaves_nothing_behind_and_asks_for_the_same_right(sign_in: SignIn) -> None:
    case = of(MINE)
    Case.objects.update(state="plan", plan="x")
    wang, other = sign_in("wang", "handler"), sign_in("he2", "handler")
    before, entries = Case.objects.values().get(), Event.objects.count()
    assert pressed(wang, case, "reply", preview="1") == 200
    assert pressed(other, case, "reply", preview="1") == 409
    assert Case.objects.values().get() == before
    assert Event.objects.count() == entries


def test_the_record_of_the_customer_opens_only_for_a_purpose_to_who_may(sign_in: SignIn) -> None:
    case = of(MINE)
    page = f"/staff/cases/{case.docket}"
    ma, liu = sign_in("ma", "consultant"), sign_in("liu", "clerk")
    assert ma.post(f"{page}/look", {"purpose": "curious"}).status_code == 403
    assert liu.post(f"{page}/look", {"purpose": "\u200b \0"}).status_code == 400
    assert liu.post(f"{page}/look", {"purpose": " "}).status_code == 400
    assert MINE.national() not in liu.get(page).content.decode()
    assert liu.post(f"{page}/look", {"purpose": "asks for her bill"}).status_code == 302
    assert MINE.national() in liu.get(page).content.decode()
    for client in (ma, sign_in("liu2", "clerk")):
        assert MINE.national() not in client.get(page).content.decode(), "one's look is nobody else's"
    assert Entry.objects.filter(did="look").count() == 1
