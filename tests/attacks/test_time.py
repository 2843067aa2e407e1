"""No text costs the hall more than a moment, however it is made up."""

import random
import time

import pytest

from tests.dialogue.building import of

SEED = random.Random(10086)
CHARACTERS = [chr(code) for code in range(0x4E00, 0x9FA5)]
TEXTS = {
    "separators": "#" * 500,
    "separators between": "1#" * 250,
    "digits": "1" * 500,
    "numerals": "一百万亿" * 125,
    "verbs": "开通取消" * 125,
    "polite": "请帮我" * 160,
    "names": "开通来电显示取消手机报" * 45,
    "any characters": "".join(SEED.choice(CHARACTERS) for _ in range(500)),
    "a short riddle": "".join(SEED.choice(CHARACTERS) for _ in range(30)),
    "letters": "".join(SEED.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ ") for _ in range(500)),
    "letters, short": "".join(SEED.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(30)),
    "one sign that is eighteen": "\ufdfa" * 500,
    "marks upon marks": "a" + "\u0301" * 499,
    "64 KB": "开通#" * 21_000,
    "64 KB that swell": "\ufdfa" * 64_000,
}


@pytest.mark.parametrize("region", ["yunling", "zhejiang"])
@pytest.mark.parametrize("kind", TEXTS)
def test_a_hostile_text_takes_no_longer_than_a_moment(region: str, kind: str) -> None:
    of(region).say("CXYE")  # the lexicon is made once
    began = time.process_time()
    for text in (TEXTS[kind], TEXTS[kind][::-1], f"1{TEXTS[kind]}"):
        handset = of(region)
        handset.say(text)
        assert handset.done == []
    assert time.process_time() - began < 1.5  # seconds for three; the slowest takes a twentieth of one
