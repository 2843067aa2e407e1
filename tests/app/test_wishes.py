"""What an app asks for is the same attempt as a text: the same rules, prices, questions and records, once for each key."""

from datetime import timedelta
from typing import Any

import pytest

from careline.channels.app import once
from careline.channels.app.models import Once
from careline.ledger.models import Attempt, OpenAttempt
from careline.values.reference import new_reference
from tests.app.conftest import SignUp, fresh, now, refused
from tests.at_once import at_once
from tests.halls import the_book

WISH = {"service": "caller_id", "verb": "subscribe"}


def agreed(service: str = "caller_id") -> str:
    known = the_book().services[service]
    return f"{int(known.price)}/{known.per}"


def test_a_wish_beside_its_price_is_done_at_once_and_recorded_as_of_the_app(sign_up: SignUp) -> None:
    number = fresh()
    own = sign_up(number)
    answer = own.post("/wishes", WISH | {"agreed": agreed()})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["state"], told["outcome"], told["cause"]) == ("done", "done", None)
    attempt = Attempt.objects.get(pk=told["reference"])
    assert (attempt.channel, attempt.service, attempt.msisdn) == ("app", "caller_id", number.digits)
    stands = own.get(f"/wishes/{told['reference']}").json()
    assert (stands["state"], stands["service"], stands["channel"]) == ("done", "caller_id", "app")


def test_another_price_is_asked_back_and_the_yes_does_it(sign_up: SignUp) -> None:
    own = sign_up()
    asked = own.post("/wishes", WISH | {"agreed": "1/month"})
    assert asked.status_code == 202
    told = asked.json()
    assert told["state"] == "asks"
    assert told["question"]["kind"] == "confirm"
    assert told["question"]["price"]["fen"] == int(the_book().services["caller_id"].price)
    assert own.get(f"/wishes/{told['reference']}").json()["state"] == "asks"
    done = own.post(f"/wishes/{told['reference']}/answer", {"yes": True})
    assert done.status_code == 200
    assert done.json()["outcome"] == "done"
    assert done.json()["reference"] == told["reference"]


def test_a_no_ends_it_and_changes_nothing(sign_up: SignUp) -> None:
    own = sign_up()
    told = own.post("/wishes", WISH).json()
    declined = own.post(f"/wishes/{told['reference']}/answer", {"yes": False})
    assert (declined.status_code, declined.json()["outcome"], declined.json()["cause"]) == (
        200,
        "abandoned",
        "declined",
    )


def test_a_refusal_is_a_problem_whose_code_is_the_cause(sign_up: SignUp) -> None:
    own = sign_up()
    body = WISH | {"agreed": agreed()}
    own.post("/wishes", body)
    told = refused(own.post("/wishes", body), 409, "already_on")
    assert told["detail"]
    assert Attempt.objects.get(pk=told["wish"]).cause == "already_on"
    own.language = "zh-CN"
    assert refused(own.post("/wishes", body), 409)["title"] == "已经开通"


def test_a_value_that_is_missing_is_asked_for_with_its_name_and_an_example(sign_up: SignUp) -> None:
    own = sign_up()
    asked = own.post("/wishes", {"service": "number_region", "verb": "query"})
    assert asked.status_code == 202
    question = asked.json()["question"]
    assert question["kind"] == "fill"
    wanted = question["values"][0]
    assert (wanted["name"], wanted["secret"]) == ("number", False)
    done = own.post(f"/wishes/{asked.json()['reference']}/answer", {"values": {"number": wanted["example"]}})
    assert (done.status_code, done.json()["outcome"]) == (200, "done")


def test_a_service_that_does_not_exist_is_not_found(sign_up: SignUp) -> None:
    refused(sign_up().post("/wishes", {"service": "no_such", "verb": "subscribe"}), 404, "not_found")


def test_a_query_gives_the_carriers_facts(sign_up: SignUp) -> None:
    told = sign_up().post("/wishes", {"service": "balance", "verb": "query"}).json()
    assert told["facts"]["basic"] >= 0


def test_nobody_reads_or_answers_the_wish_of_another(sign_up: SignUp) -> None:
    mine, theirs = sign_up(), sign_up()
    reference = theirs.post("/wishes", WISH).json()["reference"]
    refused(mine.get(f"/wishes/{reference}"), 404, "not_found")
    refused(mine.post(f"/wishes/{reference}/answer", {"yes": True}), 409, "nothing_open")
    assert OpenAttempt.objects.filter(pk=reference).exists()
    assert theirs.post(f"/wishes/{reference}/answer", {"yes": True}).status_code == 200


def test_the_same_key_and_request_is_answered_from_record(sign_up: SignUp) -> None:
    own = sign_up()
    key = new_reference()[0]
    body = WISH | {"agreed": agreed()}
    first = own.post("/wishes", body, Idempotency_Key=key)
    again = own.post("/wishes", dict(reversed(body.items())), Idempotency_Key=key)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Attempt.objects.count() == 1
    refused(own.post("/wishes", WISH, Idempotency_Key=key), 422, "key_reused")
    refused(own.post("/wishes", body, Idempotency_Key=None), 400, "key_missing")
    refused(own.post("/wishes", body, Idempotency_Key="short"), 400, "key_bad")


def test_a_refusal_is_answered_from_record_as_well(sign_up: SignUp) -> None:
    own = sign_up()
    own.post("/wishes", WISH | {"agreed": agreed()})
    key = new_reference()[0]
    first = own.post("/wishes", WISH | {"agreed": agreed()}, Idempotency_Key=key)
    again = own.post("/wishes", WISH | {"agreed": agreed()}, Idempotency_Key=key)
    assert refused(again, 409, "already_on") == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Attempt.objects.count() == 2


def test_a_key_belongs_to_one_device_and_what_did_not_fit_does_not_use_it_up(sign_up: SignUp) -> None:
    key = new_reference()[0]
    mine, theirs = sign_up(), sign_up()
    refused(mine.post("/wishes", {"service": "caller_id"}, Idempotency_Key=key), 422, "invalid")
    for own in (mine, theirs):
        assert own.post("/wishes", WISH | {"agreed": agreed()}, Idempotency_Key=key).status_code == 200
    assert Attempt.objects.count() == 2


def test_keys_are_forgotten_after_two_days_and_hold_no_password(sign_up: SignUp) -> None:
    own = sign_up()
    body = {"service": "password", "verb": "configure", "values": {"old": "999111", "new": "222333"}}
    own.post("/wishes", body)
    kept = Once.objects.get()
    assert "999111" not in kept.body + kept.fingerprint + str(kept.headers)
    assert once.forget(now() + timedelta(hours=47)) == 0
    assert once.forget(now() + timedelta(hours=49)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_request_many_times_at_once_is_done_once(sign_up: SignUp) -> None:
    number = fresh()
    own = sign_up(number)
    key = new_reference()[0]
    body = WISH | {"agreed": agreed()}

    def go() -> Any:
        return own.post("/wishes", body, Idempotency_Key=key)

    answers = at_once([go] * 6)
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses) <= {200, 409}
    for answer in answers:
        if answer.status_code == 409:
            assert refused(answer, 409, "key_in_flight")
            assert answer["Retry-After"] == "1"
    assert Attempt.objects.filter(msisdn=number.digits).count() == 1
    assert go()["Idempotent-Replayed"] == "true"
