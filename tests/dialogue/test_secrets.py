"""Passwords and ID numbers: used once, kept nowhere."""

import json

import pytest

from careline.dialogue.grammar import check_character
from careline.values.secret import Secret
from tests.dialogue.building import Handset, of

ID = "330106198507123" + "45"
ID += check_character(ID)
WRONG = ID[:-1] + str((int(ID[-1]) + 1) % 10)


def everything_kept(handset: Handset) -> str:
    """All that a turn leaves behind: state, what was said as kept, steps, what was understood, answers."""
    kept = [json.dumps(handset.state, ensure_ascii=False)]
    for turn in handset.turns:
        kept += [turn.masked, repr(turn.steps), repr(turn.understood), repr(turn.begun), repr(turn.job)]
        kept += [turn.reply.text if turn.reply else "", json.dumps(turn.state, ensure_ascii=False)]
    return "\n".join(kept)


@pytest.mark.parametrize(
    "conversation",
    [
        ("BGMM#135792#246813",),
        ("bgmm#135792#246813",),
        ("ＢＧＭＭ＃135792＃246813",),
        ("BGMM 135792 246813",),
        ("BGMM135792246813",),
        ("BGMM#135792",),
        ("BGMM#135792#24681",),
        ("BGMM#135792#246813#1",),
        ("2032#135792#246813",),
        ("2032 135792 246813",),
        ("BGMN 135792 246813",),
        ("BGMM", "135792#246813"),
        ("BGMM", "135792 246813"),
        ("BGMM", "135792"),
        ("BGMM", "我的密码是135792"),
        ("修改密码", "135792#246813"),
        ("修改密码 135792 246813",),
        ("135792",),
        ("密码1 3 5 7 9 2",),
        ("我的密码是135792",),
        ("一三五七九二",),
        (f"SQMM#{ID}",),
        (f"SQMM {ID}",),
        (f"CZMM#{WRONG}",),
        (f"CZMM{ID}",),
        ("CZMM", ID),
        ("重置密码", ID),
        (ID,),
        (f"身份证{ID}",),
        (f"KTLDXS#{ID}",),
        (f"CXYE {ID}",),
        (f"KTLL#{ID}",),
        (f"{ID[:6]} {ID[6:14]} {ID[14:]}",),
        ("4011", ID),
        ("15", "135792"),
    ],
)
def test_no_secret_is_kept(conversation: tuple[str, ...]) -> None:
    handset = Handset()
    for said in conversation:
        handset.say(said)
    kept = everything_kept(handset)
    for secret in ("135792", "246813", "24681#", ID, ID[:-1], ID[6:14], "1 3 5 7 9 2", "一三五七九二"):
        assert secret not in kept, secret


def test_the_carrier_is_given_the_secret_itself() -> None:
    handset = Handset()
    handset.say("BGMM#135792#246813")
    old, new = (handset.jobs[0].parameters[name] for name in ("old", "new"))
    assert isinstance(old, Secret)
    assert isinstance(new, Secret)
    assert (old.reveal(), new.reveal()) == ("135792", "246813")
    assert handset.turn.understood is not None
    assert handset.turn.understood.parameters["old"] == "******"


def test_a_secret_that_came_in_another_writing_is_asked_for_again_not_stored() -> None:
    handset = Handset()
    handset.say(f"CZMM {ID}")
    assert handset.done == []
    assert handset.asks == "fill"
    handset.say(ID)
    assert handset.done == [("password", "configure")]


def test_the_check_digit_of_an_id_number_is_checked() -> None:
    handset = Handset()
    handset.say(f"SQMM#{WRONG}")
    assert handset.endings == [("failed", "wrong_parameter")]
    assert handset.turn.steps[-2].rule == "wrong_parameter" or handset.turn.steps[-1].rule in ("ending", "missing_text")


@pytest.mark.parametrize("said", ["CXGSD#13912345678", "CXGSD 13912345678", "13912345678", "BLHJZY#13912345678"])
def test_numbers_of_others_are_masked_in_what_is_kept_of_the_message(said: str) -> None:
    handset = Handset()
    handset.say(said)
    assert "13912345678" not in handset.turn.masked + repr(handset.turn.steps) + repr(handset.turn.understood)


def test_codes_stay_readable() -> None:
    for said in ("401191", "4011", "CXYE", "CXZD#0903", "开通来电显示"):
        handset = Handset()
        handset.say(said)
        assert handset.turn.masked == said


def test_the_published_packs_ask_for_secrets_and_keep_none() -> None:
    handset = of("yunling")
    for said in ("BGMM", "135792#246813", f"SQMM#{ID}", f"CZMM#{ID}", "2032#135792#246813"):
        handset.say(said)
    assert handset.done == 1 * [("password", "configure")] + [("password", "register")] + 2 * [
        ("password", "configure")
    ]
    kept = everything_kept(handset)
    assert not any(secret in kept for secret in ("135792", "246813", ID))
