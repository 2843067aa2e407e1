"""Answers that go on: what is replied to a behaviour's question becomes the next attempt."""

from dataclasses import replace
from typing import Any

from careline.carrier.port import Answer, Request
from careline.dialogue import engine
from careline.dialogue.talk import Heard, Job, State, Turn
from careline.values.secret import Secret
from tests.behaviours.cases import STARS, VOGUE, facts
from tests.behaviours.counter import ANSWERED, NOW, WANG, behaviours, book


class Handset:
    """A subscriber's conversation; the carrier's answers are given with what is said."""

    def __init__(self, region: str, brand: str = "gotone") -> None:
        self.subscriber = replace(WANG, region=region, brand=brand)
        self.state: State = {}
        self.said = 0
        self.request: Request | None = None

    def say(self, text: str, answer: Answer = ANSWERED) -> str:
        self.said += 1
        turn = engine.advance(self.state, Heard(text, f"a{self.said}"), book(), self.subscriber, NOW)
        self.state, self.request = turn.state, None
        if turn.job is None:
            assert turn.reply is not None
            return turn.reply.text
        return self._served(turn, turn.job, answer)

    def _served(self, turn: Turn, job: Job, answer: Answer) -> str:
        behaviour = behaviours()[job.service.behaviour]
        self.request = behaviour.ask(job, self.subscriber, NOW)
        telling = behaviour.tell(job, self.subscriber, answer, NOW)
        reply = engine.conclude(turn.state, job, telling, book(), self.subscriber, NOW)
        self.state = reply.state
        return reply.words.text

    @property
    def asked(self) -> tuple[str, str, dict[str, Any]]:
        assert self.request is not None
        return self.request.kind, self.request.subject, dict(self.request.values)


def test_paid_content_is_listed_and_ended_by_its_numbers() -> None:
    handset = Handset("nowhere")
    assert "2.VOGUE时尚" in handset.say("0000", facts(holdings=[STARS, VOGUE]))
    told = handset.say("1,2", facts(names=[("电影爱好者", "Movie Fans"), ("VOGUE时尚", "VOGUE Fashion")]))
    assert handset.asked == ("switch_off", "sp", {"numbers": [7, 9], "effect": "now"})
    assert told == "已退订电影爱好者、VOGUE时尚，之后不再收费。"


def test_where_0000_is_a_list_a_number_ends_nothing() -> None:
    handset = Handset("zhejiang")
    assert "电影爱好者" in handset.say("0000", facts(holdings=[STARS, VOGUE]))
    handset.say("2")  # there a command: the roaming pass is cancelled
    assert handset.request is None or handset.request.subject == "pkg_roampass"


def test_the_password_menu_leads_to_a_change() -> None:
    handset = Handset("shuoyuan", "easyown")
    assert "2.修改密码" in handset.say("MMGL")
    asked = handset.say("2")
    assert "原密码" in asked
    assert "新密码" in asked
    assert "改好" in handset.say("135790#246801")
    kind, subject, values = handset.asked
    assert (kind, subject) == ("password", "change")
    assert isinstance(values["old"], Secret)
    assert values["new"].reveal() == "246801"


def test_the_password_menu_leads_to_a_first_password_and_to_a_reset() -> None:
    for number, subject in (("1", "apply"), ("3", "reset")):
        handset = Handset("shuoyuan", "easyown")
        handset.say("MMGL")
        assert "身份证" in handset.say(number)
        handset.say("110101199001011237", facts(initial="id_tail"))
        assert handset.asked[:2] == ("password", subject)


def test_no_answer_about_a_password_repeats_it() -> None:
    handset = Handset("yunling")
    told = handset.say("BGMM#135790#246801")
    assert "135790" not in told
    assert "246801" not in told
    assert "135790" not in repr(handset.state)


def test_a_paper_of_two_steps_is_ordered_by_its_second_code() -> None:
    handset = Handset("zhejiang")
    asked = handset.say("4011")
    assert handset.request is None
    assert "401191" in asked
    told = handset.say("401191", facts(effective_on=NOW.date(), fee=500, basic=2740, gift=0, replaced=[]))
    assert handset.asked[:2] == ("switch_on", "paper_401")
    assert "扣费5.00元" in told


def test_suggestions_are_thanked_and_never_parsed() -> None:
    handset = Handset("zhejiang")
    turn = engine.advance({}, Heard("CXYE", "a1", address="10086900"), book(), handset.subscriber, NOW)
    assert turn.job is not None
    assert turn.job.service.id == "suggestion"
    assert handset._served(turn, turn.job, ANSWERED).startswith("谢谢")


def test_a_name_in_brackets_is_understood_with_brackets_of_either_width() -> None:
    full, half = (Handset("zhejiang").say(f"开通参考消息手机报{brackets}") for brackets in ("（精华版）", "(精华版)"))
    assert full == half
    assert "参考消息手机报（精华版）" in full
    assert "4231" in full, "asked back, with the code that confirms"
