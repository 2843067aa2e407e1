"""Every transcript is said to the hall again, line by line, and must be answered as it stands there."""

import re
from datetime import datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.models import Account, Line
from careline.catalogue import library
from careline.catalogue.importing import publish_packs
from careline.catalogue.packs import packs_folder
from careline.cli import main
from careline.demo import town
from careline.demo.calling import Caller
from careline.demo.transcript import Transcript, TranscriptError, end_of, fits, read
from careline.demo.visit import Visit
from careline.dialogue.book import Choice, Menu
from careline.dialogue.keypad.wanting import KEYED as KEYED_KINDS
from careline.hall.reconciling import Janitor
from careline.hall.serving import Serving
from careline.hall.turn import Served
from careline.identity import recognising
from careline.ledger import due
from careline.ledger.models import Attempt
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from tests.halls import NOON, Hall, answer_of, the_book

FILES = sorted(Path(__file__).parent.glob("*.txt"))
KEYED = [file for file in FILES if "\nkeys: " in file.read_text(encoding="utf-8")]
SPELLING = re.compile(r"(?:KT|QX|CX|JS|BL)[A-Z]{2,}")  # most codes are letters behind these
LATER = re.compile(r"(\d+) minutes? later")
CARRIER = re.compile(r"carrier (\w+)")


def moment(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def visitor(hall: Hall, transcript: Transcript) -> Visit:
    """Whoever talks in this transcript, on its day."""
    header = transcript.header
    if "on" in header:
        hall.clock.now = moment(header["on"])
    address, language = header.get("to", "10086"), header.get("language", "zh")
    table, brand = header.get("table", ""), header.get("brand", "")
    if table:
        msisdn = hall.fresh(table, brand or None, language=language, status=header.get("status", "active"))
        if header.get("abroad") == "yes":
            Line.objects.filter(msisdn=msisdn.digits).update(abroad=True)
            recognising.remember(wiring.carrier().lines([msisdn]).values(), hall.clock())
    else:
        town.settle(hall.clock())
        person = town.find(header["person"])
        assert person is not None, f"nobody in the town is called {header['person']}"
        msisdn = person.msisdn
    return Visit(hall.reception, msisdn, hall.clock, table, brand, language, address)


def happen(hall: Hall, direction: str) -> None:
    """What a line with `!` says happens in between."""
    if found := LATER.fullmatch(direction):
        hall.clock.pass_(minutes=int(found[1]))
        due.lapse(hall.clock())
        Janitor(serving=Serving(wiring.office(), wiring.behaviours()), book=the_book).sweep(hall.clock())
    elif (found := CARRIER.fullmatch(direction)) and found[1] == "well":
        stumbling.recover()
    elif found and found[1] in get_args(stumbling.Mode):
        stumbling.stumble(found[1])  # type: ignore[arg-type]
    else:
        raise TranscriptError(f"nobody knows how to let this happen: {direction}")


def replay(hall: Hall, transcript: Transcript) -> None:
    visit = visitor(hall, transcript)
    assert transcript.exchanges, "nothing is said"
    for exchange in transcript.exchanges:
        for direction in exchange.before:
            happen(hall, direction)
        if transcript.header.get("fresh") == "yes":
            visit = visit.anew(exchange.said)
        served = visit.say(exchange.said)
        answer = answer_of(served)
        where = f"line {exchange.line}, said {exchange.said!r}"
        assert exchange.heard, f"{where}: the transcript expects no answer; it was {answer}"
        assert fits(exchange.heard, answer), f"{where}: expected {exchange.heard}, heard {answer}"
        assert end_of(served) == exchange.end, f"{where}: {answer}"


Done = tuple[
    object, ...
]  # an attempt: what, with what, how it ended, and what it did to basic and gift money and points


def by_keys(hall: Hall, transcript: Transcript, channel: str) -> list[Done]:
    """The exchanges that are walked by keys, each in a session of its own."""
    visit = visitor(hall, transcript)
    did = []
    for exchange in transcript.exchanges:
        for direction in exchange.before:
            happen(hall, direction)
        if not exchange.keys:
            continue
        before = account(visit.msisdn)
        caller = Caller(hall.reception, visit.msisdn, hall.clock, channel)
        caller.dial()
        act = None
        for keys in exchange.keys:
            act = caller.press(keys)
        assert act is not None
        assert act.served is not None
        where = f"line {exchange.line}, {channel}, pressed {' '.join(exchange.keys)}"
        assert end_of(act.served) == exchange.end, f"{where}: {act.text}"
        assert act.text, where
        for code in SPELLING.findall(act.text):
            raise AssertionError(f"{where}: the code {code} is said in {act.text}")
        caller.hang_up()
        did.append(done(act.served, before))
    return did


def by_text(hall: Hall, transcript: Transcript) -> list[Done]:
    """The same by SMS: everything is said, and what can be reached by keys is noted."""
    visit = visitor(hall, transcript)
    did = []
    for exchange in transcript.exchanges:
        for direction in exchange.before:
            happen(hall, direction)
        before = account(visit.msisdn)
        served = visit.say(exchange.said)
        if exchange.keys:
            did.append(done(served, before))
    return did


def account(msisdn: Msisdn) -> tuple[int, int, int]:
    (found,) = Account.objects.filter(msisdn=msisdn.digits).values_list("basic", "gift", "points")
    return found


def done(served: Served, before: tuple[int, int, int]) -> Done:
    msisdn = served.arrival.msisdn
    assert served.reference is not None
    attempt = Attempt.objects.get(id=served.reference)
    assert attempt.msisdn == msisdn.digits
    change = tuple(now - then for now, then in zip(account(msisdn), before, strict=True))
    return attempt.service, attempt.verb, attempt.parameters, attempt.outcome, attempt.cause, change


@pytest.fixture(autouse=True)
def _steady_carrier(db: None) -> object:
    yield
    stumbling.recover()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_transcript_is_answered_as_it_stands(hall: Hall, file: Path) -> None:
    replay(hall, read(file))


@pytest.mark.requirement("IVR-01")
@pytest.mark.parametrize("file", KEYED, ids=lambda file: file.stem)
def test_the_same_is_done_and_charged_by_keys_as_by_sms(hall: Hall, file: Path) -> None:
    transcript = read(file)
    texted = by_text(hall, transcript)
    assert texted
    for channel in ("voice", "ussd"):
        stumbling.recover()
        assert by_keys(hall, transcript, channel) == texted, channel


def test_every_behaviour_is_done_by_keys_or_cannot_be() -> None:
    book = the_book()
    said = "\n".join(file.read_text(encoding="utf-8") for file in KEYED)
    keyed = {book.services[service].behaviour for service in re.findall(r"@(\w+)\.", said)}
    rest = {service.behaviour for service in book.services.values()} - keyed
    # A suggestion is written in words, which no keypad has; the menu is the call itself.
    assert rest == {"suggestion", "menu"}
    wanted = [one for action in book.services["suggestion"].actions.values() for one in action.parameters]
    assert any(one.required and one.kind not in KEYED_KINDS for one in wanted)
    assert not any(choice.service == "suggestion" for menu in book.menus.values() for choice in choices(menu))


def choices(menu: Menu) -> list[Choice]:
    return [choice for node in menu.nodes.values() for choice in node.choices]


def test_there_is_a_transcript_of_every_behaviour_cause_and_language() -> None:
    said = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    ends = set(re.findall(r"^= \w+ (\w+)$", said, re.MULTILINE))
    # Causes that no text message can bring about: they are found out by staff or by delivery reports.
    beyond = {"guidance", "wrong_prompt", "channel_fault", "hall_fault", "unknown_words", "missing_parameter"}
    # An open question that lapses is no turn of its own.
    beyond |= {"no_answer"}
    assert {cause.value for cause in Cause} - ends <= beyond
    assert len([file for file in FILES if "language: en" in file.read_text(encoding="utf-8")]) >= 10


def test_a_transcript_that_is_not_kept_is_noticed(hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "wrong.txt"
    file.write_text("# wrong\ntable: T5\n\n> CXYE\n< 您的余额是9999.00元\n= done\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="line 4"):
        replay(hall, read(file))
    file.write_text("# wrong\ntable: T5\nCXYE\n", encoding="utf-8")
    with pytest.raises(TranscriptError, match=r"wrong\.txt:3"):
        read(file)


@pytest.mark.parametrize(
    ("arguments", "texts"),
    [
        (["--table", "T5"], ["KTLDXS", "  查余额 ", "KTLDXS", "是"]),
        (["--table", "T2", "--fresh"], ["1121", "BL98", "4011"]),
        (["--table", "T5", "--language", "en"], ["HELP", "3", "open caller id", "Y"]),
        (["--as", "孙丽"], ["0000", "2", "查已开通业务"]),
        (["--table", "T2", "--to", "10086900"], ["希望营业厅早点开门"]),
        (["--table", "T2", "--on", "2009-10-31T12:00"], ["1121", "17"]),
    ],
    ids=" ".join,
)
def test_what_talk_records_replays(
    hall: Hall,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    texts: list[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    publish_packs(packs_folder(), by="tests", now=NOON, manifests=wiring.behaviours().values())
    try:
        file = tmp_path / "recorded.txt"
        ran = CliRunner().invoke(main, ["talk", *arguments, "--record", str(file)], input="\n".join(texts) + "\n")
        assert ran.exit_code == 0, ran.output
    finally:
        library.forget()
    recorded = read(file)
    assert [exchange.said for exchange in recorded.exchanges] == [text.strip() for text in texts]
    if "person" in recorded.header:  # their day begins anew
        town.settle(moment(recorded.header["on"]), afresh=True)
    replay(hall, recorded)
