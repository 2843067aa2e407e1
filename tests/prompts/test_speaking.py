"""What is written is said as people say it, and cut without losing a sign."""

import re

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from careline.prompts.numerals import every_fragment
from careline.prompts.speaking import Kind, Phrases, parts, pieces, spoken

NUMBERS = st.integers(0, 9_999_999)
FEN = st.integers(0, 999_999_999)

SAID_ZH = [
    ("您的余额是12.50元。", "您的余额是十二元五角。"),
    ("费用5.00元/月，立即生效", "费用每月五元，立即生效"),
    ("5.00元/月起", "每月五元起"),
    ("2.20元/条", "每条两元两角"),
    ("-0.05元", "负五分"),
    ("欠12.05元", "欠十二元零五分"),
    ("0.00元", "零元"),
    ("94.5%", "百分之九十四点五"),
    ("请拨10086按提示", "请拨幺零零八六按提示"),
    ("意见请发到10086900", "意见请发到幺零零八六九零零"),
    ("138****0001", "幺三八，尾号零零零幺"),
    ("13900000001", "幺三九零零零零零零零幺"),
    ("0571-87654321", "零五七幺八七六五四三二幺"),
    ("2026-03-01", "二零二六年三月一日"),
    ("2026年3月", "二零二六年三月"),
    ("3月1日14:05", "三月一日十四点零五分"),
    ("2月2日2:00", "二月二日两点"),
    ("8:00-15:00", "八点到十五点"),
    ("2G、30M、300KB", "两G、三十兆、三百K"),
    ("60-100分钟", "六十到一百分钟"),
    ("60、130、220条", "六十、一百三十、二百二十条"),
    ("您有12345积分", "您有一万二千三百四十五积分"),
    ("12,345.67元", "一万二千三百四十五元六角七分"),
    ("话费请按1，人工请按0，返回请按*，结束请按#号键", "话费请按一，人工请按零，返回请按星号，结束请按井号键"),
    ("1.来电显示\n2.彩铃\n请选择。", "一，来电显示。二，彩铃。请选择。"),
    ("彩铃（5.00元/月）已开通", "彩铃，每月五元，已开通"),
    ("您在用“彩铃”", "您在用彩铃"),
    ("月份如0903", "月份如零九零三"),
    ("短信500剩余短信", "短信五百剩余短信"),
    ("１２元", "十二元"),
]
SAID_EN = [
    ("Your balance is CNY 12.50.", "Your balance is twelve yuan fifty."),
    ("CNY 5.00 a month", "five yuan a month"),
    ("CNY 12.05", "twelve yuan and five fen"),
    ("CNY -0.05", "minus five fen"),
    ("0.30 yuan a minute", "thirty fen a minute"),
    ("5-yuan ringback package", "five yuan ringback package"),
    ("1 Nov 14:30", "the first of November fourteen thirty"),
    ("1 Nov 2008", "the first of November two thousand and eight"),
    ("Mar 2009", "March two thousand and nine"),
    ("2026-03-01", "the first of March twenty twenty-six"),
    ("effective on the 1st of next month", "effective on the first of next month"),
    ("30 MB, 1 MB, 12 SMS, 60 min", "thirty megabytes, one megabyte, twelve text messages, sixty minutes"),
    ("call 10086", "call one zero zero eight six"),
    ("Press 1 for bills, * to go back", "Press one for bills, star to go back"),
    ("138****0001", "one three eight ending in zero zero zero one"),
    ("94.5%", "ninety-four point five percent"),
    ("12,345 points", "twelve thousand three hundred and forty-five points"),
    ("MMS in IP1000", "M M S in I P one thousand"),
    ("1.Caller ID\n2.Ringback", "one, Caller I D. two, Ringback"),
]


@pytest.mark.parametrize(("written", "said"), SAID_ZH)
def test_chinese_is_said_as_people_say_it(written: str, said: str) -> None:
    assert spoken(written, "zh") == said


@pytest.mark.parametrize(("written", "said"), SAID_EN)
def test_english_is_said_as_people_say_it(written: str, said: str) -> None:
    assert spoken(written, "en") == said


@given(NUMBERS)
def test_every_count_is_said_as_the_dictionaries_of_numbers_say_it(number: int) -> None:
    two = "两" if number == 2 else cn2an.an2cn(number)
    assert spoken(f"{number}条", "zh") == f"{two}条"
    plain = num2words(number).replace(",", "")
    assert spoken(f"{number} points", "en") == f"{plain} points"


@given(FEN)
def test_every_amount_to_ten_million_is_said_right_in_chinese(fen: int) -> None:
    said = spoken(f"{fen // 100}.{fen % 100:02d}元", "zh")
    found = re.fullmatch(r"(?:([^元]+)元)?零?(?:(.)角)?(?:(.)分)?", said)
    assert found, said
    yuan, jiao, cents = (
        0 if part is None else int(cn2an.cn2an(part.replace("两", "二"), "smart")) for part in found.groups()
    )
    assert yuan * 100 + jiao * 10 + cents == fen
    assert ("元零" in said) == (fen >= 100 and 0 < fen % 100 < 10)


@given(FEN)
def test_every_amount_to_ten_million_is_said_right_in_english(fen: int) -> None:
    said = spoken(f"CNY {fen // 100}.{fen % 100:02d}", "en")
    yuan, rest = num2words(fen // 100).replace(",", ""), num2words(fen % 100)
    if fen % 100 == 0:
        assert said == f"{yuan} yuan"
    elif fen < 100:
        assert said == f"{rest} fen"
    else:
        assert said == (f"{yuan} yuan {rest}" if fen % 100 > 9 else f"{yuan} yuan and {rest} fen")


@given(NUMBERS, st.sampled_from(["zh", "en"]))
def test_every_number_is_joined_from_fragments_that_are_rendered_beforehand(number: int, language: str) -> None:
    kept = set(every_fragment(language))
    made = pieces(f"{number}条" if language == "zh" else f"{number} points", language)
    assert [piece.say for piece in made[:-1] if piece.say not in kept] == []
    assert {piece.kind for piece in made} == {Kind.NUMBER}


@given(
    st.text(st.sampled_from("您余额12.0元月，。按*#/（）-:\n～5条Mab CNY“”{} \ue000MB%3月1日,"), max_size=60),
    st.sampled_from(["zh", "en"]),
)
def test_nothing_is_lost_and_nothing_added_when_a_text_is_cut(text: str, language: str) -> None:
    known = Phrases(["您余额", "余额", "元月", "十二元", "twelve yuan", "CNY", "，", "五"])
    said = spoken(text, language)
    cut = pieces(text, language, known)
    assert "".join(piece.text for piece in cut) == said
    assert not re.search(r"\d", said)
    assert all(piece.say or piece.kind is Kind.PAUSE for piece in cut)


@given(st.text(max_size=200), st.sampled_from(["zh", "en"]))
def test_whatever_is_written_can_be_cut(text: str, language: str) -> None:
    assert "".join(piece.text for piece in pieces(text, language)) == spoken(text, language)


def test_known_phrases_are_found_by_longest_match_and_never_within_a_number() -> None:
    known = Phrases(["您的余额", "您的余额是", "二元", "移动数据流量套餐二十元"])
    assert [piece.text for piece in pieces("您的余额是12元。", "zh", known)] == ["您的余额是", "十二", "元", "。"]
    assert [piece.text for piece in pieces("移动数据流量套餐20元办好了", "zh", known)] == [
        "移动数据流量套餐二十元",
        "办好了",
    ]


def test_a_text_that_is_one_recording_is_one_piece() -> None:
    known = Phrases(["没有办理，没有收费"])
    assert [piece.say for piece in pieces("没有办理，没有收费。", "zh", known)] == ["没有办理，没有收费", ""]


def test_a_phrase_does_not_tear_a_word_of_letters() -> None:
    assert [piece.text for piece in pieces("another one", "en", Phrases(["an", "other"]))] == ["another one"]


def test_words_of_the_other_language_are_pieces_of_that_language() -> None:
    assert [(piece.say, piece.language) for piece in pieces("手机QQ会员", "zh")] == [
        ("手机", "zh"),
        ("QQ", "en"),
        ("会员", "zh"),
    ]
    assert [(piece.say, piece.language) for piece in pieces("send 彩铃 now", "en")] == [
        ("send", "en"),
        ("彩铃", "zh"),
        ("now", "en"),
    ]


def test_the_fixed_parts_of_a_template_are_what_its_texts_are_cut_into() -> None:
    template = "您的余额是{balance}：基本账户{basic}，赠送账户{gift}。"
    known = Phrases(parts(template, "zh"))
    said = pieces(template.format(balance="12.50元", basic="10.00元", gift="2.50元"), "zh", known)
    assert [piece.say for piece in said if piece.kind is Kind.PHRASE] == ["您的余额是", "基本账户", "赠送账户"]
    assert not [piece for piece in said if piece.kind is Kind.WORDS]


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("zh", "套餐短信 35条/100条；另有5项", "套餐短信，三十五条，共一百条；另有五项"),
        ("zh", "10月29日 50.00元 充值卡", "十月二十九日，五十元，充值卡"),
        ("zh", "5.00元/月，每条/月", "每月五元，每条每月"),
        ("en", "SMS of the plan 35 msgs/100 msgs", "S M S of the plan thirty-five of one hundred messages"),
        ("en", "effective 1 Dec. Price: CNY 5.00", "effective the first of December. Price: five yuan"),
        ("en", "since 1 Dec. 2026", "since the first of December twenty twenty-six"),
    ],
)
def test_rows_are_parted_use_is_told_of_its_whole_and_sentences_end_behind_a_month(
    language: str, text: str, said: str
) -> None:
    assert spoken(text, language) == said
