"""What was said, in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.dialogue.utterance import loose, normalise, spaced, squeezed


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("ktldxs", "KTLDXS"),
        ("ＫＴｌｄｘｓ", "KTLDXS"),
        ("  CXYE。", "CXYE"),
        ("K\u200bTLD\ufeffXS", "KTLDXS"),
        ("開通來電顯示", "开通来电显示"),
        ("满三送三", "满3送3"),
        ("十元虚拟网短信包", "10元虚拟网短信包"),
        ("零零零零", "0000"),
        ("一百二十", "120"),
        ("全省农信百事通", "全省农信百事通"),
        ("12593一元特惠包", "12593一元特惠包"),
        ("HF# 0903", "HF#0903"),
        ("1601 ＊ 139", "1601*139"),
        ("1601   139", "1601 139"),
        ("{BLYJZD", "BLYJZD"),
        ("“CXYE”", "CXYE"),
        ("余额是多少？", "余额是多少"),
        ("？", "?"),
        ("\r\nYE\t", "YE"),
        ("", ""),
        ("。。", ""),
    ],
)
def test_ways_of_writing_meet_in_one_form(said: str, form: str) -> None:
    assert normalise(said) == form


@given(st.text())
def test_no_text_troubles_the_forms(text: str) -> None:
    form = normalise(text)
    assert "\n" not in form
    assert "  " not in form
    spaced(form)
    squeezed(form)
    loose(text)


@given(st.text(alphabet="KTQX0159#* +元三十"))
def test_a_form_has_that_form(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_digits_are_never_joined_into_another_code() -> None:
    assert squeezed(normalise("4011 91")) == ""
    assert squeezed(normalise("KTSJLL 5")) == "KTSJLL5"


def test_names_are_compared_without_signs() -> None:
    assert loose("参考消息手机报（精华版）") == loose("参考消息 手机报(精华版)")
    assert spaced(normalise("open  caller-id!")) == "OPEN CALLER ID"
