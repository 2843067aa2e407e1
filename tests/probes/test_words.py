"""Words that are wanted and words that were recognised, compared by how they sound: what passes, what never does, what is kept."""

from pathlib import Path

import pytest

from careline.probes.files import ProbeError, read
from careline.probes.listening.words import Heard, compare, fuzzy, kept, units


def enough(expected: str, heard: str, language: str = "zh") -> bool:
    return compare(expected, heard, language).enough(language)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhang", "zan"),
        ("chi", "ci"),
        ("shi", "si"),
        ("ling", "nin"),
        ("lv", "nü"),
        ("guang", "guan"),
        ("liang", "nian"),
    ],
)
def test_pairs_that_are_often_confused_sound_the_same(one: str, other: str) -> None:
    assert fuzzy(one) == fuzzy(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ban", "pan"), ("hui", "fei"), ("kai", "guan"), ("yi", "qi"), ("wu", "liu")]
)
def test_other_syllables_stay_apart(one: str, other: str) -> None:
    assert fuzzy(one) != fuzzy(other)


@pytest.mark.parametrize(
    ("expected", "heard"),
    [
        ("查询话费请按一", "您好,欢迎致电,查询话费请按1,办理业务请按2"),  # anywhere, numbers as they are said
        ("您的余额是12.50元", "你的余额是十二元五角"),
        ("来电显示", "来店显示"),  # other signs, the same sound
        ("来电显示已开通", "賴電顯示已開通"),  # traditional signs
        ("流量套餐", "牛量套餐"),  # l and n
        ("请输入服务密码，按井号键结束", "请输入服务密码按井号建结束"),
        ("彩铃业务办理成功", "踩领业务办理成功"),
        ("拨打10086", "拨打一零零八六"),
        ("拨打10086", "拨打幺零零八六"),
        ("两元", "二元"),
        ("查询余额", "密码不对,查询余额"),  # the "not" belongs to what stands before
        ("您本月已使用流量", "您本月以使用流量"),
    ],
)
def test_what_sounds_the_same_was_said(expected: str, heard: str) -> None:
    assert enough(expected, heard), compare(expected, heard, "zh")


@pytest.mark.parametrize(
    ("expected", "heard"),
    [
        ("查询话费请按一", "查询话费请按二"),
        ("查询话费请按一", "查询话费请按七"),
        ("按四", "按十"),  # sh and s are merged, numbers are not
        ("您的余额是十二元", "您的余额是二十二元"),
        ("您的余额是一百二十元", "您的余额是一百二十五元"),
        ("密码正确", "密码不正确"),
        ("您还没有开通", "您已经开通"),
        ("您的业务办理成功感谢您使用自助服务再见", "您的业务未办理成功感谢您使用自助服务再见"),
        ("业务办理成功", "业务办理失败"),
        ("查询话费", "办理业务"),
        ("来电显示", "来电提醒"),
        ("办成，没有收费", "沒有辦成,沒有收費"),  # a "not" right before it belongs to it
        ("开通业务", "您不能开通业务"),
        ("余额", ""),
        ("余额", "谢谢"),
        ("您的余额不足", "您的余额充足"),
    ],
)
def test_another_sentence_was_not_said_however_like_it_is(expected: str, heard: str) -> None:
    assert not enough(expected, heard), compare(expected, heard, "zh")


@pytest.mark.parametrize(
    ("expected", "heard"),
    [
        ("For your balance, press 1", "welcome for your balance press one for help press two"),
        ("Your balance is CNY 12.50", "Your balance is twelve yuan fifty."),
        ("Caller display is on for your line", "Color display is on for your line."),
        ("to cancel, press 3", "To cancell press 3!"),
        ("The service can't be ordered", "the service cant be ordered"),
    ],
)
def test_english_words_may_be_spelt_a_little_otherwise(expected: str, heard: str) -> None:
    assert enough(expected, heard, "en"), compare(expected, heard, "en")


@pytest.mark.parametrize(
    ("expected", "heard"),
    [
        ("For your balance, press 1", "for your balance press two"),
        ("Caller display is on", "Caller display is not on"),
        ("Caller display is not on", "Caller display is now on"),
        ("Your password is wrong", "Your order was taken"),
        ("press 1", ""),
    ],
)
def test_another_english_sentence_was_not_said(expected: str, heard: str) -> None:
    assert not enough(expected, heard, "en"), compare(expected, heard, "en")


def test_it_is_told_which_number_stood_where_another_was_wanted() -> None:
    assert compare("请按一", "查询请按二", "zh").instead == ("一", "二")
    assert compare("密码正确", "密码不正确", "zh").instead == ("", "不")
    assert compare("press one", "press two", "en").instead == ("one", "two")


def test_the_share_is_what_of_the_expected_was_heard() -> None:
    assert compare("查询话费", "查询话费", "zh").share == 1.0
    assert compare("查询话费", "查询", "zh").share == 0.5
    assert compare("查询话费", "天气很好", "zh").share < 0.3
    assert Heard(0.99).enough("zh")
    assert not Heard(0.99, ("一", "二")).enough("zh")


def test_english_names_within_chinese_are_words() -> None:
    assert [one.sound for one in units("开通WLAN服务", "zh")] == ["kai", "ton", "wlan", "fu", "wu"]
    assert enough("开通WLAN服务", "开通wlan服务")


def test_text_that_nobody_says_has_no_units() -> None:
    assert units("……！ ", "zh") == ()
    assert compare("", "您好", "zh") == Heard(0.0)


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("您的号码是13900001234", False),
        ("您的号码是139 0000 1234", False),
        ("您的号码是幺三九零零零零幺二三四", False),
        ("您的号码是一三九，零零零零，一二三四", False),
        ("your number is one three nine oh oh oh oh one two three four", False),
        ("身份证110101199001011237", False),
        ("密码是123456", False),
        ("密码是一二三四五六", False),
        ("欢迎致电10086", True),
        ("欢迎致电一零零八六", True),
        ("欢迎致电幺零零八六", True),
        ("余额是12.50元", True),
        ("二零二六年十一月", True),
        ("for balance press one for help press two", True),
    ],
)
def test_numbers_of_customers_are_masked_in_figures_and_in_words(said: str, stays: bool) -> None:
    assert (kept(said) == said) == stays, kept(said)
    assert stays or "*" in kept(said)


def test_what_is_kept_has_a_limit() -> None:
    assert len(kept("好" * 5_000)) == 400


def written(folder: Path, words: str, channel: str = "voice") -> Path:
    path = folder / "probe.toml"
    path.write_text(
        f'channel = "{channel}"\nname = {{ zh = "甲", en = "A" }}\n\n[[steps]]\ndo = "dial"\nwords = {words}\n',
        encoding="utf-8",
    )
    return path


def test_files_say_in_words_what_is_to_be_heard(tmp_path: Path) -> None:
    probe = read(written(tmp_path, '["欢迎致电", "请按一"]'))
    assert probe.steps[0].wanted.words == ("欢迎致电", "请按一")


@pytest.mark.parametrize("words", ['["……"]', '[""]', '["' + "好" * 201 + '"]', "[" + '"好",' * 21 + "]"])
def test_words_that_nobody_can_say_are_refused_with_the_file(tmp_path: Path, words: str) -> None:
    with pytest.raises(ProbeError, match=r"probe\.toml"):
        read(written(tmp_path, words))
