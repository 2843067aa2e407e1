"""Every VoiceXML document that we give is valid, whatever is to be said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.dialects._dialect import Page
from careline.channels.telephony.dialects.vxml import DIALECT
from careline.channels.telephony.verbs import Gather, HangUp, Record, Say, Transfer, Verb

from .browser import DTD, invalid

pytestmark = pytest.mark.peer(str(DTD))
ACCOUNT = MediaAccount(name="ivr", dialect="vxml", secret="s")
LASTS: list[Verb] = [
    Gather(),
    Gather(keys_max=8, ends_with="#", barge_in=False, secret=True),
    Transfer("+861065000000", "reason=asked;node=bills", 45),
    Record(),
    HangUp(),
]


def valid(verbs: tuple[Verb, ...], session: str = "s0") -> etree._Element:
    page = Page(session, 4, verbs, "https://hall.example/telephony/vxml/ivr", lambda clip: f"https://hall/{clip}.wav")
    body = DIALECT.write(page, ACCOUNT).body
    assert not (wrong := invalid(body)), wrong
    return etree.fromstring(body)


@pytest.mark.parametrize("last", LASTS, ids=lambda verb: type(verb).__name__)
@pytest.mark.parametrize("audio", [(), ("ab12",), ("ab12", "cd34")])
@pytest.mark.parametrize("slow", [True, False])
def test_every_turn_is_valid_with_clips_and_without(last: Verb, audio: tuple[str, ...], slow: bool) -> None:
    valid((Say("查话费余额，请按1。", "zh", slow, audio), Say("Bye & <good> day", "en"), last))
    valid((last,))


@given(st.text(), st.sampled_from(LASTS))
@settings(max_examples=60, deadline=None)
def test_no_words_break_a_document(text: str, last: Verb) -> None:
    root = valid((Say(text, "zh", False, ("ab12",)), last))
    said = "".join(root.itertext())
    assert "".join(text.split()).isprintable() is False or "".join(text.split()) in "".join(said.split())
