"""Other people's media servers: who may speak for a caller, and which call a request is about."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.test import Client

from careline.channels.phone.calling import Malformed, Told
from careline.channels.signing import signature
from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.models import Session
from careline.channels.telephony.verbs import Gather, verbs_of
from careline.daemons.agi import open_to_all
from careline.dialogue.talk import Cue
from careline.hall.telephone import Act
from tests.halls import Hall
from tests.telephony.conftest import call as call
from tests.telephony.conftest import doors as doors
from tests.telephony.players import SECRET, Player

JAMBONZ = "/telephony/jambonz/jz"
PBX = MediaAccount(name="pbx", dialect="agi", sounds="/sounds")


def _hooked(path: str, **told: str) -> str:
    """One signed webhook of jambonz; what it was answered."""
    body = json.dumps({"from": "anonymous", "to": "10086", "call_status": "in-progress"} | told).encode()
    now = str(int(datetime.now(UTC).timestamp()))
    proof = {"Jambonz-Signature": f"t={now},v1={signature(now, body, SECRET)}"}
    answer = Client().generic("POST", path, body, content_type="application/json", headers=proof)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.usefixtures("doors")
def test_what_was_signed_for_one_call_cannot_be_played_into_another(hall: Hall) -> None:
    victim = f"+{hall.fresh().digits}"
    _hooked(JAMBONZ, call_sid="victim", **{"from": victim})
    _hooked(JAMBONZ, call_sid="attacker")
    theirs = Session.objects.get(remote="victim")
    aimed = f"{JAMBONZ}?{urlencode({'s': theirs.id, 'n': theirs.number + 1})}"
    _hooked(aimed, call_sid="attacker", digits="1")
    _hooked(aimed, call_sid="attacker", call_status="completed")
    before = theirs.number
    theirs.refresh_from_db()
    assert (theirs.number, theirs.ended_at) == (before, None)
    _hooked(aimed, call_sid="victim", digits="1")
    theirs.refresh_from_db()
    assert theirs.number == before + 1, "the call itself goes on"


@pytest.mark.usefixtures("doors")
def test_a_zero_octet_for_a_session_is_no_session(hall: Hall) -> None:
    assert "hangup" in _hooked(f"{JAMBONZ}?s=%00&n=1", call_sid="c", digits="1")


@pytest.mark.parametrize(
    ("account", "host", "open_"),
    [
        (PBX, "127.0.0.1", False),
        (PBX, "::1", False),
        (PBX, "localhost", False),
        (PBX, "0.0.0.0", True),
        (PBX, "192.0.2.7", True),
        (PBX, "", True),
        (MediaAccount(name="pbx", dialect="agi", sounds="/s", secret="x"), "0.0.0.0", False),
        (MediaAccount(name="pbx", dialect="agi", sounds="/s", allowed=("10.0.0.0/8",)), "0.0.0.0", False),
    ],
)
def test_nobody_on_the_network_may_say_who_calls_without_being_asked_for_a_secret(
    account: MediaAccount, host: str, open_: bool
) -> None:
    assert open_to_all(account, host) is open_


PRICE_IS_WHOLE = {
    "xml/freeswitch-httapi": r"(?s)5\.00元[^<>]*\"/><execute application=\"flush_dtmf\"/><playback[^>]*><bind",
    "vxml": r'(?s)<prompt bargein="false"(?:(?!</prompt>).)*5\.00元',
    "<Response>": r"(?s)5\.00元.*<Gather[^>]*/>",
    "dtmfBargein": "",
}


def _price_is_whole(document: str) -> bool:
    """Whether no key counts before the words of this document were said."""
    kind = next(kind for kind in PRICE_IS_WHOLE if kind in document)
    if kind == "dtmfBargein":
        return all(not verb.get("dtmfBargein", False) for verb in json.loads(document) if verb["verb"] == "gather")
    return re.search(PRICE_IS_WHOLE[kind], document) is not None


def test_a_price_is_not_cut_short_where_the_server_cannot_tell_how_much_was_heard(
    call: Callable[..., Player],
) -> None:
    customer = call()
    assert customer.last is not None
    assert not _price_is_whole(customer.last.text), "a menu may be cut short"
    for label in ("来电显示", "来电显示", "开通"):
        customer.choose(label)
    assert "5.00元" in customer.heard
    assert _price_is_whole(customer.last.text)
    customer.choose("确定")
    assert "已办好来电显示" in customer.heard


def test_a_password_that_buys_is_the_yes_and_so_is_asked_for_without_being_cut_short() -> None:
    verbs = verbs_of(Act("words", "zh", Cue(keys_max=7, ends_with="#", secret=True, binding=True)))
    assert verbs[-1] == Gather(7, "#", 6.0, 3.0, barge_in=False, secret=True)


@pytest.mark.parametrize("number", ["9" * 5000, "٣", "-1", "", "1e3", "100001"])
def test_a_handset_s_number_that_is_none_is_malformed_and_no_fault_of_ours(number: str) -> None:
    with pytest.raises(Malformed):
        Told.read("0" * 32, "keys", number, "1", "100")
