"""Screens: none is longer than a USSD string, nothing is lost, no option is torn apart."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from careline.channels.ussd.paging import Size, first, pages
from careline.protocols import gsm7

FOOTERS = st.sampled_from(["9.更多", "9.More", "#.More"])
CHINESE = "查话费余额本月消费账单、套餐流量剩余办理取消；：。，"
TEXT = st.lists(
    st.one_of(
        st.text(st.sampled_from(CHINESE + "123."), max_size=120),
        st.text(max_size=60),
        st.text("abc {}[]€ .,", max_size=400),
    ),
    max_size=12,
).map("\n".join)
SIZES = st.builds(Size, st.integers(60, 182), st.integers(30, 160))


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(TEXT, FOOTERS, SIZES)
@example("1.查余额\n" * 40, "9.更多", Size())
@example("[" * 200, "9.More", Size())
@settings(deadline=None)
def test_every_page_fits_and_all_of_them_hold_the_text(text: str, footer: str, size: Size) -> None:
    cut = pages(text, size, footer)
    assert all(size.holds(page) for page in cut)
    assert all(page.endswith(f"\n{footer}") for page in cut[:-1])
    bare = [page.removesuffix(f"\n{footer}") for page in cut[:-1]] + cut[-1:]
    assert squeezed("".join(bare)) == squeezed(text)


@given(st.lists(st.text(st.sampled_from(CHINESE + "abc "), min_size=1, max_size=24), min_size=1, max_size=30), FOOTERS)
@settings(deadline=None)
def test_an_option_is_never_split(labels: list[str], footer: str) -> None:
    options = [f"{number}.{label.strip()}" for number, label in enumerate(labels, 1)]
    shown = [line for page in pages("请选择：\n" + "\n".join(options), Size(), footer) for line in page.split("\n")]
    assert [line for line in shown if re.match(r"\d+\.", line) and line != footer] == options


def test_a_string_holds_182_letters_or_80_chinese_characters() -> None:
    assert pages("a" * 182, Size()) == ["a" * 182]
    assert [len(page) for page in pages("a" * 183, Size())] == [182, 1]
    assert pages("查" * 80, Size()) == ["查" * 80]
    assert [len(page) for page in pages("查" * 81, Size())] == [80, 1]
    assert len(gsm7.encode("€" * 91)) == 182
    assert pages("€" * 91, Size()) == ["€" * 91]
    assert [len(page) for page in pages("€" * 92, Size())] == [91, 1]


def test_a_long_line_is_cut_after_its_sentences() -> None:
    sentence = "您的套餐还剩流量三百兆，有效期到本月最后一天为止。"
    for page in pages(sentence * 6, Size(), "9.更多"):
        assert page.removesuffix("\n9.更多").endswith("。")


def test_the_first_page_alone_says_where_the_rest_is() -> None:
    shown = first("账单明细，" * 200, Size(), "全文已用短信发给您。")
    assert Size().holds(shown)
    assert shown.endswith("\n全文已用短信发给您。")
    assert shown.startswith("账单明细，")
