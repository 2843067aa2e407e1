"""Probes by SMS, dial menu, pages and app against the hall: what is read decides, and the records must agree."""

import os
import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

import pytest

from careline.dialogue.book import Verb
from careline.identity.records import Token
from careline.probes import leaving_out
from careline.probes.deriving.calls import makes_work
from careline.probes.models import Line, Run
from careline.probes.plan import plan
from careline.probes.probe import Probe, Step, Wanted
from careline.probes.visiting.browser import CHROMIUM
from tests.probes.again import ends, passes
from tests.probes.house import House, now
from tests.probes.house import house as house
from tests.sms.street import rows, the_book

pytestmark = pytest.mark.django_db
SMS, USSD = "sms/pair/caller_id.subscribe", "ussd/pair/caller_id.subscribe"
WEB, APP = "web/pair/caller_id.subscribe", "app/pair/caller_id.subscribe"
PAIRS = {"sms": SMS, "ussd": USSD, "web": WEB, "app": APP}
GOOD = (
    *PAIRS.values(), "sms/deed/balance.query", "sms/deed/paper_401.confirm", "ussd/deed/points.query", "web/sign_in/code",
    "app/sign_in/code", "app/sign_in/password",
    "app/deed/password.register", "sms/error/missing_parameter", "sms/error/unknown",
)  # fmt: skip

BAD = (
    ("sms elsewhere", "wrong_prompt", "something else was answered"),
    ("ussd elsewhere", "wrong_prompt", "something else was answered"),
    ("web elsewhere", "wrong_prompt", "something else was answered"),
    ("web no button", "wrong_prompt", "the page has no button for redeem caller_id"),
    ("web no page", "channel_fault", "the page answered 404"),
    ("web wrong password", "channel_fault", "not signed in"),
    ("app wrong password", "channel_fault", "not signed in"),
    ("app no money", "not_enough_money", "read: not_enough_money"),
    ("sms no money", "not_enough_money", "read: not_enough_money"),
    ("records differ", "hall_fault", "the records do not hold caller_id:subscribe:refused:already_on"),
    ("carrier down", "carrier_fault", "not signed in"),
    ("carrier down by text", "carrier_fault", "read: carrier_fault"),
)


@dataclass
class Rounds:
    runs: dict[str, Run]


def named(identity: str, like: Probe, *steps: Step, **changes: object) -> Probe:
    return replace(like, id=identity, steps=steps or like.steps, source="by hand", covers=(), **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def derived() -> dict[str, Probe]:
    return {one.id: one for one in plan(the_book(), now()).probes}


@pytest.fixture(scope="module")
def rounds(house: House, derived: dict[str, Probe]) -> Rounds:
    sms, ussd, web, app = (derived[PAIRS[channel]] for channel in PAIRS)
    wrong = Wanted(text="这句话谁也不会说。")
    bad = [
        named("sms elsewhere", sms, Step("send", "CXYE", wrong), records=()),
        named("ussd elsewhere", ussd, Step("dial", wanted=wrong), records=()),
        named("web elsewhere", web, Step("sign_in"), Step("open", "/my/running", wrong), records=()),
        named("web no button", web, Step("sign_in"), Step("open", "/my/running"), Step("pick", "caller_id:redeem"), records=()),
        named("web no page", web, Step("sign_in"), Step("open", "/my/nothing-here", wrong), records=()),
        named("web wrong password", web, Step("sign_in", "864209"), Step("open", "/my/running"), records=()),
        named("app wrong password", app, Step("sign_in", "864209"), Step("pick", "balance:query"), records=()),
        named("app no money", app, basic_fen=0),
        named("sms no money", sms, basic_fen=0),
        named("records differ", sms, records=("caller_id:subscribe:refused:already_on",)),
        named("carrier down", app, stumbles="down"),
        named("carrier down by text", sms, stumbles="down"),
    ]  # fmt: skip
    # A busy machine may be too slow once; so a good one may be tried again, as timetables do.
    runs = house.run([derived[name] for name in GOOD if name in derived], retries=2, timeout_seconds=400)
    runs += house.run(bad, meant={name: ends(cause, why) for name, cause, why in BAD}, timeout_seconds=400)
    return Rounds({one.probe: one for one in runs})


@pytest.mark.parametrize("name", GOOD)
def test_what_the_book_promises_is_read(rounds: Rounds, name: str) -> None:
    run = rounds.runs[name]
    assert (run.passed, run.cause, run.why) == (True, "", ""), (run.steps, run.ladder)
    assert f"channel:{run.channel}" in run.covers
    assert run.figures["answered_seconds"] > 0


@pytest.mark.parametrize("channel", PAIRS)
def test_the_ledger_holds_what_was_read(rounds: Rounds, channel: str) -> None:
    run = rounds.runs[PAIRS[channel]]
    attempts = rows(
        "SELECT verb, outcome, channel FROM ledger_attempt WHERE msisdn = %s AND service = 'caller_id'"
        " AND begun_at BETWEEN %s AND %s ORDER BY begun_at", run.msisdn, run.begun_at, run.ended_at,
    )  # fmt: skip
    assert attempts == [("subscribe", "done", channel), ("cancel", "done", channel)]
    assert f"{channel}:caller_id:subscribe" in run.covers


@pytest.mark.parametrize(("name", "cause", "why"), BAD)
def test_what_goes_wrong_fails_with_its_cause(rounds: Rounds, name: str, cause: str, why: str) -> None:
    run = rounds.runs[name]
    assert (run.passed, run.cause) == (False, cause), f"{run.why} {run.steps}"
    assert run.why.startswith(why)
    assert not run.covers


def test_no_number_password_or_code_stays_with_a_run(rounds: Rounds) -> None:
    for run in rounds.runs.values():
        told = str(run.steps) + str(run.ladder)
        assert run.msisdn not in told
        assert run.msisdn[2:] not in told
        assert not re.search(r"(?<![\d.A-Za-z_])(?!10086)\d{6,}", told), (run.probe, told)


def test_the_ladder_tells_what_went_out_and_came_in(rounds: Rounds) -> None:
    assert [rung[1:] for rung in rounds.runs["sms/deed/balance.query"].ladder] == [("→", "text"), ("←", "text")]
    assert ("→", "POST /my/pick") in [rung[1:] for rung in rounds.runs[WEB].ladder]
    assert ("→", "POST /api/v1/wishes") in [rung[1:] for rung in rounds.runs[APP].ladder]


def test_pretend_customers_are_marked_and_given_back(rounds: Rounds) -> None:
    numbers = {run.msisdn for run in rounds.runs.values()}
    lines = Line.objects.filter(msisdn__in=numbers)
    assert {line.msisdn for line in lines} == numbers
    assert all(line.taken_until is None for line in lines)


def test_the_token_of_our_own_app_ends_with_the_runs(rounds: Rounds) -> None:
    assert rounds.runs[APP].passed
    assert not Token.objects.filter(name="probes", revoked_at=None).exists()


def test_a_probe_texts_by_an_account_at_somebody_elses_smsc(house: House, derived: dict[str, Probe]) -> None:
    exchange = house.exchange.smsc
    changes: dict[str, Any] = {
        "sms": "bind",
        "smsc_port": exchange.port,
        "smsc_account": "probes",
        "smsc_secret": "pr0be",
    }
    [run] = house.run([derived[SMS]], retries=2, **changes)
    assert (run.passed, run.why) == (True, ""), run.steps
    [refused] = house.run([derived[SMS]], **{**changes, "smsc_port": 1})
    assert (refused.cause, refused.why) == ("channel_fault", "the SMSC does not let us bind")


def test_a_probe_texts_through_a_simulator_that_runs(house: House, derived: dict[str, Probe]) -> None:
    [run] = house.run([derived["sms/deed/balance.query"]], retries=2, sms="control", smsc_port=house.desk.control_port)
    assert (run.passed, run.why) == (True, ""), run.steps


@pytest.mark.peer
def test_a_browser_does_what_a_customer_does(house: House, derived: dict[str, Probe]) -> None:
    if not (os.environ.get("CARELINE_CHROMIUM") or os.access(CHROMIUM, os.X_OK)):
        pytest.skip("there is no Chromium (apt install chromium)")
    web = derived[WEB]
    missing = Step("pick", "caller_id:redeem")
    bad = named("browser no button", web, Step("sign_in"), Step("open", "/my/running"), missing, records=())
    meant = {web.id: passes, bad.id: ends("wrong_prompt", "the page has no button")}
    good, wrong = house.run([web, bad], meant=meant, browser=True, together=1, timeout_seconds=400)
    assert (good.passed, good.why) == (True, ""), good.steps
    assert ("→", "POST /my/pick") in [rung[1:] for rung in good.ladder]
    assert wrong.why == "the page has no button for redeem caller_id"
    assert good.tries == wrong.tries == 1


def test_a_vantage_point_without_a_way_says_so(house: House, derived: dict[str, Probe]) -> None:
    runs = house.run([derived[name] for name in PAIRS.values()], sms="", ussd="", web="")
    assert {run.cause for run in runs} == {"channel_fault"}
    assert all("has no way to" in run.why for run in runs)


def test_a_door_that_is_shut_is_the_channels_fault(house: House, derived: dict[str, Probe]) -> None:
    shut = "http://127.0.0.1:9"
    runs = house.run([derived[USSD], derived[WEB], derived[APP]], web=shut, ussd=f"{shut}/ussd/plain-json/probes")
    assert {(run.cause, run.why.split(":")[0]) for run in runs} == {("channel_fault", "not reached")}


def test_a_gateway_with_another_secret_is_turned_away(house: House, derived: dict[str, Probe]) -> None:
    [run] = house.run([derived[USSD]], ussd_secret="another")
    assert (run.cause, run.why) == ("channel_fault", "the door for gateways answered 403")


def test_every_channel_is_covered_as_the_book_has_it() -> None:
    found = plan(the_book(), now())
    kinds = found.by_kind()
    assert kinds["channel"] == (5, 5)
    assert kinds.keys() == {"node", "deed", "channel", "error", "error_sms", "error_page", *PAIRS, "voice"}
    assert not found.gaps
    assert all(covered == wanted > 0 for covered, wanted in kinds.values()), kinds


def test_what_is_left_out_is_a_short_list_with_reasons() -> None:
    """Nothing but what people would have to deal with; and no line of the list is there for nothing."""
    book, found = the_book(), plan(the_book(), now())
    assert 0 < len(found.left_out) <= 15
    for token, why in found.left_out:
        service, verb = token.split(":")[1:]
        assert all(why), token
        assert makes_work(book.services[service], Verb(verb)) or token == "sms:complain:configure"
    tokens = {token for token, _why in found.left_out}
    for row in leaving_out.left_out():
        assert all(any(fnmatchcase(token, pattern) for token in tokens) for pattern in row.tokens), row


def test_names_are_in_two_languages(derived: dict[str, Probe]) -> None:
    assert all(one.name.zh and one.name.en for one in derived.values())
