"""Communication messages: letters of the outbox, and those that other systems have us send."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from careline.channels.tmf import statuses
from careline.outbox import claiming, posting
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.tmf.conftest import MESSAGE, MESSAGES, Partner

NUMBER = "8613900000001"


def claimed(now: datetime | None = None) -> list[posting.Letter]:
    now = now or datetime.now(UTC)
    return claiming.claim([], "sender", now, now + timedelta(seconds=60))


def test_a_message_is_one_letter_to_each_receiver(partner: Partner) -> None:
    body = MESSAGE | {"receiver": [*MESSAGE["receiver"], {"phoneNumber": "13900000002"}, {"name": "nobody"}]}
    told = partner.post(MESSAGES, body).json()
    assert told["state"] == "initial"
    assert [one.get("phoneNumber") for one in told["receiver"]] == ["+8613900000001", "+8613900000002", None]
    letters = claimed()
    assert {letter.msisdn.digits for letter in letters} == {NUMBER, "8613900000002"}
    assert {letter.text for letter in letters} == {MESSAGE["content"]}
    assert partner.get(told["href"]).json()["state"] == "inProgress"


@pytest.mark.parametrize("state", ["sent", "delivered", "failed", "answered"])
def test_the_state_of_a_letter_is_the_state_of_its_message(partner: Partner, state: str) -> None:
    path, now = partner.post(MESSAGES, MESSAGE)["Location"], datetime.now(UTC)
    Message.objects.update(state=state, tries=2, sent_at=now, settled_at=None if state == "sent" else now)
    told = partner.get(path).json()
    assert told["state"] == statuses.MESSAGE[state]
    assert told["tryTimes"] == 2
    assert ("sendTimeComplete" in told) == (state != "sent")


def test_of_several_letters_the_last_decides(partner: Partner) -> None:
    body = MESSAGE | {"receiver": [{"phoneNumber": "13900000001"}, {"phoneNumber": "13900000002"}]}
    path = partner.post(MESSAGES, body)["Location"]
    one, two = Message.objects.order_by("id").values_list("id", flat=True)
    Message.objects.filter(id=one).update(state="delivered", tries=1)
    assert partner.get(path).json()["state"] == "inProgress"
    Message.objects.filter(id=two).update(state="failed", tries=1)
    assert partner.get(path).json()["state"] == "failed"


def test_without_a_phone_number_it_is_a_draft_until_it_has_one(partner: Partner) -> None:
    path = partner.post(MESSAGES, MESSAGE | {"receiver": [{}]})["Location"]
    assert partner.get(path).json()["state"] == "initial"
    assert not Message.objects.exists()
    partner.patch(path, {"receiver": [{"phoneNumber": "13900000001"}]})
    assert Message.objects.get().msisdn == NUMBER


def test_before_it_leaves_it_can_be_changed_and_then_no_more(partner: Partner) -> None:
    path = partner.post(MESSAGES, MESSAGE)["Location"]
    told = partner.patch(path, {"content": "Come tomorrow."}).json()
    assert told["content"] == Message.objects.get().text == "Come tomorrow."
    assert told["receiver"][0]["phoneNumber"] == f"+{NUMBER}"
    claimed()
    assert partner.patch(path, {"content": "too late"}).status_code == 409
    assert partner.patch(path, {"state": "cancelled"}).status_code == 409
    assert partner.delete(path).status_code == 409
    assert Message.objects.get().text == "Come tomorrow."


def test_it_leaves_when_it_was_said_to(partner: Partner) -> None:
    later = datetime.now(UTC) + timedelta(hours=3)
    partner.post(MESSAGES, MESSAGE | {"scheduledSendTime": later.isoformat()})
    assert claimed() == []
    assert len(claimed(later + timedelta(seconds=1))) == 1


def test_a_cancelled_message_never_leaves(partner: Partner) -> None:
    path = partner.post(MESSAGES, MESSAGE)["Location"]
    assert partner.patch(path, {"state": "cancelled"}).json()["state"] == "cancelled"
    assert claimed() == []
    assert partner.patch(path, {"content": "again"}).status_code == 409
    assert partner.patch(path, {"state": "completed"}).status_code == 409


def test_a_removed_message_never_leaves(partner: Partner) -> None:
    path = partner.post(MESSAGES, MESSAGE)["Location"]
    assert partner.delete(path).status_code == 204
    assert partner.get(path).status_code == 404
    assert claimed() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"messageType": "email"},
        {"receiver": [{"phoneNumber": "not a number"}]},
        {"receiver": []},
        {"receiver": [{"phoneNumber": "13900000001"}] * 101},
        {"content": "x" * 1001},
        {"content": ""},
    ],
)
def test_what_cannot_be_sent_is_refused(partner: Partner, wrong: dict[str, Any]) -> None:
    assert partner.post(MESSAGES, MESSAGE | wrong).status_code == 400
    assert not Message.objects.exists()


def test_a_repeated_message_is_sent_once(partner: Partner) -> None:
    for _ in range(3):
        assert partner.post(MESSAGES, MESSAGE, Idempotency_Key="k").status_code == 201
    assert Message.objects.count() == 1


def test_one_number_gets_one_letter(partner: Partner) -> None:
    partner.post(MESSAGES, MESSAGE | {"receiver": [{"phoneNumber": "13900000001"}, {"phoneNumber": f"+{NUMBER}"}]})
    assert Message.objects.count() == 1


def test_letters_of_the_house_are_read_and_nothing_else(partner: Partner, partner_of: Callable[..., Partner]) -> None:
    now, (id_,) = datetime.now(UTC), new_reference()
    letter = posting.Letter(id_, Msisdn(NUMBER), "sms", "demo", "10086", "Call 13900000002.", key="hello")
    posting.post([letter], now=now, due_at=now)
    told = partner.get(f"{MESSAGES}/{id_}").json()
    assert (told["content"], told["messageType"]) == ("Call 13900000002.", "SMS")
    assert told["receiver"][0]["phoneNumber"] == f"+{NUMBER}"
    assert partner.patch(f"{MESSAGES}/{id_}", {"content": "x"}).status_code == 409
    assert partner.delete(f"{MESSAGES}/{id_}").status_code == 409
    blind = partner_of("blind", "tmf:read").get(f"{MESSAGES}/{id_}").content.decode()
    assert "13900000001" not in blind
    assert "13900000002" not in blind


def test_nobody_changes_another_clients_message(partner: Partner, partner_of: Callable[..., Partner]) -> None:
    path = partner.post(MESSAGES, MESSAGE)["Location"]
    assert partner_of("stranger").patch(path, {"content": "buy mine"}).status_code == 403
    assert partner_of("stranger2").delete(path).status_code == 403
