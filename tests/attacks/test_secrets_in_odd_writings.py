"""Passwords, ID numbers and telephone numbers in writings that a mask may not expect; none of them may be kept."""

import json
import time
from datetime import UTC, datetime

import pytest

from careline.dialogue.masking import without_secrets
from careline.hall import excuses
from careline.hall.turn import Arrival
from careline.values.secret import mask
from tests.dialogue.building import WANG, Handset, of
from tests.dialogue.test_secrets import ID, everything_kept
from tests.halls import the_book

ODD = {
    "circled": ("密码①②③④⑤⑥", ("123456", "①②③④⑤⑥")),
    "circled alone": ("①②③④⑤⑥", ("123456", "①②③④⑤⑥")),
    "mathematical": ("𝟏𝟑𝟓𝟕𝟗𝟐", ("135792", "𝟏𝟑𝟓𝟕𝟗𝟐")),
    "arabic-indic": ("١٣٥٧٩٢", ("135792", "١٣٥٧٩٢")),
    "superscript": ("密码¹³⁵⁷⁹²", ("135792", "¹³⁵⁷⁹²")),
    "full width": ("１３５７９２", ("135792", "１３５７９２")),
    "half full width": ("13５7９2", ("135792", "13５7９2")),
    "zero width between": ("1\u200b3\u200b5\u200b7\u200b9\u200b2", ("135792", "1\u200b3\u200b5")),
    "direction marks": ("\u202e135\u202c792", ("135792", "135\u202c792")),
    "numerals apart": ("密码 一 三 五 七 九 二", ("一 三 五", "1 3 5")),
    "spoken one": ("密码幺三五七九二", ("三五七九二", "35792")),
    "formal": ("密码壹叁伍柒玖贰", ("壹叁伍柒玖贰",)),
    "traditional formal": ("密碼壹參伍柒玖貳", ("壹參伍柒玖貳", "壹参伍柒玖贰")),
    "letters between": ("password a1b3c5d7e9f2", ("a1b3c5", "A1B3C5")),
    "a word between": ("我的密码 135和792", ("135和792",)),
    "comma": ("密码135，792", ("135，792", "135,792")),
    "lines": ("密码\n135\n792", ("135\n792", "135 792")),
    "misspelt, a digit short": ("BGNM#13579#24681", ("13579", "24681")),
    "misspelt": ("XGMM 135792 246813", ("135792", "246813")),
    "ID with slashes": ("3301/0619/8507/1234/5X", ("3301/0619",)),
    "ID with dots": ("33.01.06.1985.07.12.345X", ("1985.07.12",)),
    "ID of 15 digits": ("330106850712345", ("850712",)),
    "ID of 15 digits apart": ("330106 850712 345", ("850712",)),
    "ID with a small x": ("身份证33010619850712345x", ("19850712",)),
    "number with dots": ("139.1234.5678", ("1234.5678",)),
    "number half in characters": ("139壹贰叁肆5678", ("壹贰叁肆",)),
    "number with +86": ("+86 139 1234 5678", ("1234 5678",)),
    "number with 0086": ("008613912345678", ("12345678",)),
}


@pytest.mark.parametrize("writing", ODD)
@pytest.mark.parametrize("town", ["small", "yunling"])
def test_a_secret_in_an_odd_writing_is_not_kept(writing: str, town: str) -> None:
    said, forbidden = ODD[writing]
    handset = Handset() if town == "small" else of("yunling")
    handset.say(said)
    kept = everything_kept(handset)
    assert [one for one in forbidden if one in kept] == []


@pytest.mark.parametrize(
    "reply", ["①③⑤⑦⑨②", "1\u200b3\u200b5\u200b7\u200b9\u200b2", "１３５７９２ ２４６８１３", "是135792"]
)
def test_an_odd_reply_to_the_question_for_a_password_is_not_kept(reply: str) -> None:
    handset = Handset()
    handset.say("BGMM")
    handset.say(reply)
    kept = everything_kept(handset)
    assert not any(one in kept for one in ("135792", "①③⑤⑦⑨②", "1\u200b3", "１３５７９２"))


@pytest.mark.parametrize("said", ["我的密码是135792", "135792", f"我的身份证{ID}", "密码一三五七九二", "①③⑤⑦⑨②"])
def test_a_secret_in_a_suggestion_is_not_kept(said: str) -> None:
    handset = Handset()
    handset.say(said, address="10086900")
    kept = everything_kept(handset) + json.dumps([dict(job.parameters) for job in handset.jobs], ensure_ascii=False)
    assert not any(one in kept for one in ("135792", ID, "一三五七九二", "①③⑤⑦⑨②"))


@pytest.mark.parametrize("said", ["BGMM#135792#246813", "我的密码是135792", f"SQMM {ID}", "①③⑤⑦⑨②"])
def test_what_a_stranger_said_or_what_made_the_dialogue_fail_keeps_no_secret(said: str) -> None:
    arrival = Arrival(WANG.msisdn, said, "test", "1", datetime(2026, 11, 10, tzinfo=UTC))
    for turn in (
        excuses.turn_away({}, said, the_book(), WANG),
        excuses.apologise({}, arrival, the_book(), WANG),
    ):
        assert not any(one in turn.masked for one in ("135792", "246813", ID, "①③⑤⑦⑨②"))


def test_texts_without_secrets_stay_as_they_were_written() -> None:
    for said in ("ＣＸＹＥ", "开通来电显示", "１０元", "每日一笑", "CXZD＃0903", "一元两元"):
        assert mask(said) == said
        assert without_secrets(said) == said


@pytest.mark.parametrize("unit", ["1 ", "1#", "1", "一，", "1a", "密码1ab", "1" + " " * 40, "139", "０Ｘ-", "\u200b1"])
def test_masking_takes_a_time_in_proportion_to_the_text(unit: str) -> None:
    text = unit * (64_000 // len(unit))
    began = time.thread_time()
    mask(text)
    without_secrets(text)
    without_secrets("密码" + text)
    assert time.thread_time() - began < 2  # milliseconds when linear, minutes when not
