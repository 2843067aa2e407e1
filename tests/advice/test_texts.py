"""Whether texts are understood: by those who are called back, by what callers do, and by the words that are used."""

from datetime import UTC, datetime
from fractions import Fraction
from uuid import uuid4

import pytest

from careline.advice import audio, comprehension, drafting, gathering, jargon, orders, signals
from careline.advice.comprehension import Share
from careline.advice.coverage import coverage
from careline.catalogue import error_prompts, library
from careline.catalogue.version import Version
from careline.insight.asking import OURS
from careline.insight.models import Callback
from careline.journal.models import Entry
from careline.ledger import inbox
from careline.probes import reading
from careline.probes.models import Line, Run
from careline.prompts import logbook
from careline.prompts.auditing import HOUSE
from careline.prompts.logbook import Deed
from careline.values.msisdn import Msisdn
from tests.advice.menus import BEGAN, NOON, NOVEMBER, NOW, SHORT, Metre, below, choice, serve, standard, titled, walk
from tests.insight.records import fold

pytestmark = pytest.mark.django_db


def called_back(understood: int, of: int) -> list[Callback]:
    return Callback.objects.bulk_create(
        Callback(
            source="hall", month=NOVEMBER.since, channel="voice", place=at, msisdn=f"86139{at:08}", dials=9, made_at=BEGAN,
            made_by="lin", failed=False, understood=at < understood,
        )
        for at in range(of)
    )  # fmt: skip


@pytest.mark.parametrize(("understood", "written", "met"), [(94, "94.0 %", False), (95, "95.0 %", True)])
def test_95_of_100_who_are_called_back_must_understand(understood: int, written: str, met: bool) -> None:
    called_back(understood, 100)
    told = comprehension.overall(NOVEMBER, ("hall",))
    assert (told.asked, f"{float(told.share or 0) * 100:.1f} %", told.met) == (100, written, met)


def test_few_answers_have_a_wide_interval() -> None:
    """Wilson's interval of 8 of 10 is 49.0 to 94.3 %, of 95 of 100 88.8 to 97.8 % (Newcombe, Statistics in Medicine 17, 1998)."""
    few, many = Share(8, 10).interval, Share(95, 100).interval
    assert few is not None
    assert [round(one, 3) for one in few] == [0.490, 0.943]
    assert many is not None
    assert [round(one, 3) for one in many] == [0.888, 0.978]
    assert Share(0, 0).interval is None
    assert Share(0, 0).met is None
    assert Share(19, 20).share == Fraction(19, 20)


def test_single_texts_are_asked_about_once_for_each_caller() -> None:
    serve(SHORT)
    book = library.current()
    asked = called_back(2, 2)
    key = "menu/standard/main/title"
    comprehension.tell(asked[0].pk, key, "zh", understood=False, book=book, by="lin", now=NOW)
    comprehension.tell(asked[0].pk, key, "zh", understood=True, book=book, by="lin", now=NOW)
    comprehension.tell(asked[1].pk, key, "zh", understood=False, book=book, by="lin", now=NOW)

    (found,) = comprehension.by_text(book, NOVEMBER)
    assert (found.key, found.told, found.told.met, found.version) == (key, Share(1, 2), False, 1)
    assert Entry.objects.filter(what="text", who="lin").count() == 3
    with pytest.raises(comprehension.NotAsked):
        comprehension.tell(asked[0].pk, "nonsense", "zh", understood=True, book=book, by="lin", now=NOW)
    with pytest.raises(comprehension.NotAsked):
        comprehension.tell(-1, key, "zh", understood=True, book=book, by="lin", now=NOW)


@pytest.mark.requirement("IVR-12")
def test_jargon_is_named_with_plain_words_and_can_be_drafted() -> None:
    glossary = {
        "资费": {"zh": "价格", "en": "price"},
        "资费产品": {"zh": "套餐", "en": "plan"},
        "SP": {"zh": "商家", "en": "provider"},
    }
    said = {"zh": "您的资费产品由SP提供。", "en": "Your tariff is of an SP in SPRING."}
    fault = {"words__voice.call.fault": said, "settings__glossary": glossary}
    serve(SHORT, at=BEGAN, **fault)

    (found,) = jargon.jargon(library.current())

    assert (found.key, found.words) == ("voice.call.fault", ("资费产品", "SP"))
    assert found.suggested == ("您的套餐由商家提供。", "Your tariff is of an provider in SPRING.")
    change = jargon.changed(found, Version.numbered(1).bodies())
    assert change is not None
    version, new = drafting.apply_changes(
        [change], kind="words", key="jargon:x", seen=1, by="lin", now=NOW, note="plain words"
    )
    assert new
    assert version.items.get(kind="words", key="voice.call.fault").body["zh"] == "您的套餐由商家提供。"
    serve(SHORT, at=BEGAN, **(fault | {"words__voice.call.fault": {"zh": "别的SP。", "en": "Other."}}))
    with pytest.raises(drafting.Changed):
        drafting.apply_changes([change], kind="words", key="jargon:x", seen=1, by="lin", now=NOW, note="plain words")


def test_nodes_that_are_repeated_and_turned_back_from_are_signals() -> None:
    serve(standard(main=titled(2, below("deep", 2), choice("a", 1)), deep=titled(4, choice("b", 1), choice("c", 2))))
    walk("main", "deep", "main", "a:query", times=10)
    walk("main", "deep", "b:query", "deep", "main", "a:query", times=30)  # something was done there first
    walk("main", "deep", times=5, ended="hung_up", misses=1)
    moment: dict[str, object] = {"rule": "moment", "event": "keys", "node": "deep", "mode": "menu"}
    for said in ("9", "9", "1"):
        inbox.receive([receipt(said, moment)])
    fold(NOW)
    book = library.current()
    advice = orders.advise(book, book.menus["standard"], NOVEMBER, now=NOW, clips=Metre())

    (found,) = gathering.trouble(book, advice, NOVEMBER, OURS, Metre(), NOW)

    assert (found.node, found.visits, found.repeats, found.backs, found.missed) == ("deep", 75, 2, 10, 5)
    assert found.many
    assert found.seconds_a_day == pytest.approx((2 * 7 + 10 * 4) / 20)
    assert signals.repeats("standard", NOVEMBER) == {"deep": 2}


def receipt(said: str, step: dict[str, object]) -> inbox.Receipt:
    return inbox.Receipt(
        msisdn=Msisdn("8613900000001"), link="test", message_id=str(uuid4()), received_at=NOON, address="10086", channel="voice",
        fingerprint=b"", said=said, turn=str(uuid4()), attempt=None, steps=[step],
    )  # fmt: skip


def run_of(kind: str, *, passed: bool, at: datetime = NOON, vantage: str = "here", language: str = "zh") -> Run:
    line, _new = Line.objects.get_or_create(
        msisdn=f"86150000000{('zh', 'en').index(language)}0",
        defaults={"region": "T1", "brand": "gotone", "language": language, "ours": True, "marked_at": BEGAN},
    )
    run = Run.objects.create(
        id=uuid4(), batch=uuid4(), probe=f"voice/error/{kind}", channel="voice", vantage=vantage, version=1, msisdn=line.msisdn,
        region="T1", brand="gotone", begun_at=at, ended_at=at, passed=passed, cause="" if passed else "wrong_prompt",
        kind="" if passed else "system", why="" if passed else "heard: 再见", covers=[f"error:{kind}"] if passed else [],
    )  # fmt: skip
    reading.note(run)
    return run


@pytest.mark.requirement("IVR-11")
def test_error_prompts_are_told_with_the_dial_test_that_heard_them() -> None:
    serve(SHORT)
    book = library.current()
    run_of("wrong_key", passed=True)
    run_of("wrong_key", passed=True, vantage="there", language="en", at=NOON.replace(day=12))
    run_of("silence", passed=False)
    run_of("at_top", passed=True, at=datetime(2026, 9, 1, tzinfo=UTC))  # too long ago

    found = coverage(book, {"carrier_fault": 7}, NOW)

    assert {one.prompt.kind for one in found.rows} == {one.kind for one in error_prompts.prompts(book)}
    by_kind = {one.prompt.kind: one for one in found.rows}
    assert by_kind["wrong_key"].heard == {"zh": NOON, "en": NOON.replace(day=12)}
    assert by_kind["wrong_key"].covered
    assert (by_kind["silence"].covered, by_kind["silence"].why_failing) == (False, "heard: 再见")
    assert by_kind["at_top"].heard == {}
    assert by_kind["carrier_fault"].happened == 7
    assert (found.covered, found.share) == (1, Fraction(1, len(found.rows)))
    assert (found.heard_in("zh"), found.heard_in("en")) == (1, 1)
    assert found.sound


@pytest.mark.requirement("IVR-11")
def test_an_error_without_words_of_its_own_is_a_root_cause_and_advice() -> None:
    same = {"zh": "按错了。", "en": "Wrong."}
    shared = {"words__voice.error.wrong_key": same, "words__voice.error.silence": same}
    serve(SHORT, at=BEGAN, **shared)
    book = library.current()

    found = coverage(book, {}, NOW)

    assert not found.sound
    assert {one.prompt.kind for one in found.rows if not one.prompt.sound} == {"wrong_key", "silence"}
    advice = {one.item.key: one.item for one in gathering.gather(book, NOVEMBER, OURS, now=NOW, clips=None)}
    assert "shares its words" in advice["error:wrong_key"].title.en
    assert "no key, the first time" in advice["error:wrong_key"].why.en


def test_mixed_formats_are_a_verdict_of_the_newest_audit() -> None:
    assert audio.newest() is None
    logbook.note(
        Deed.AUDIT, by="lin", now=NOON, detail={"formats": {HOUSE: 9, "mp3 44100 Hz": 1}, "missing": 2, "broken": 0}
    )
    first = audio.newest()
    assert first is not None
    assert (first.uniform, first.fine, first.missing) == (False, False, 2)
    logbook.note(Deed.AUDIT, by="lin", now=NOW, detail={"formats": {HOUSE: 10}, "missing": 0, "broken": 0})
    second = audio.newest()
    assert second is not None
    assert (second.uniform, second.fine, second.standard) == (True, True, HOUSE)
