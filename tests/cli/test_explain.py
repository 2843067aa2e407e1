"""`careline explain`: the story of a message for those who look after the hall."""

import json
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from careline import wiring
from careline.catalogue import library
from careline.catalogue.importing import publish_packs
from careline.catalogue.packs import packs_folder
from careline.cli import main
from careline.journal.models import Entry
from tests.halls import NOON, Hall

Explain = Callable[..., Result]


@pytest.fixture
def explain(db: None, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Explain]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CARELINE_LANG", "zh")
    publish_packs(packs_folder(), by="tests", now=NOON, manifests=wiring.behaviours().values())

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["explain", *arguments])

    yield run
    library.forget()


def test_a_message_is_told_from_its_words_to_its_delivery(hall: Hall, explain: Explain) -> None:
    customer = hall.fresh("T5")
    served = hall.say(customer, "ｋｔｌｄｘｓ")
    told = explain(served.turn).output
    for piece in (
        "ｋｔｌｄｘｓ",
        "KTLDXS",
        "T5（地区）",
        "正好是一个代码",
        "开通来电显示",
        "办成了",
        "已办好来电显示",
        "等着发出",
    ):
        assert piece in told, piece
    assert customer.digits not in told
    assert customer.masked() in told


def test_it_says_why_a_reply_was_no_code(hall: Hall, explain: Explain) -> None:
    customer = hall.fresh("T2")
    served = hall.say(customer, "1841", "1")
    told = explain(served.turn).output
    assert "先当作对上一个问题（要不要办）的回答" in told
    assert "不当作 T2 的代码" in told


def test_the_last_messages_of_a_number_are_told_oldest_first_and_looking_is_journaled(
    hall: Hall, explain: Explain
) -> None:
    customer = hall.fresh("T5")
    hall.say(customer, "CXYE", "完全看不懂", "CXJF")
    ran = explain("--number", customer.national(), "--last", "2", "--json")
    said = [json.loads(line)["said"] for line in ran.output.splitlines()]
    assert said == ["完全看不懂", "CXJF"]
    looked = Entry.objects.get(did="look")
    assert (looked.what, looked.record) == ("subscriber", customer.masked())


def test_secrets_are_not_in_it(hall: Hall, explain: Explain) -> None:
    customer = hall.fresh("T5")
    served = hall.say(customer, "BGMM#135790#246801")
    for arguments in ((served.turn,), (served.turn, "--json")):
        told = explain(*arguments).output
        assert "135790" not in told
        assert "246801" not in told


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("nonsense",), 1, "没有编号为 nonsense 的短信"),
        (("01a20022-d2f3-71c2-a06e-2202b93d6006",), 1, "没有编号为"),
        (("--number", "13700009999"), 1, "没有发过短信"),
        (("--number", "what"), 2, "不是手机号码"),
        ((), 2, "请给出一个编号"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    explain: Explain, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    ran = explain(*arguments)
    assert ran.exit_code == code
    assert sentence in ran.output
