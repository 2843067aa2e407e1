"""Single parts, measured alone and in one thread: codec, dialogue, the book's compilation, and a batch at the reception."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from careline.cli._bench.traffic import Kind, Repertoire, Say, Traffic
from careline.dialogue.book import Book

BATCHES = {1: 60, 16: 60, 256: 24}  # size -> how many
ROUNDS = 5  # the best counts: what else runs on the machine only adds

Tell = Callable[[str], None]


def measure(place: Any, tell: Tell) -> dict[str, Any]:
    """All parts; microseconds of processor time unless a name says otherwise."""
    from careline.catalogue import library

    book = library.refresh()
    tell("codec")
    result: dict[str, Any] = {"codec": codec()}
    tell("dialogue")
    result["advance_us"] = dialogue(book)
    tell("compiling")
    result["compile_ms"] = compiling()
    tell("reception")
    place.sweep()
    place.warm()
    result["reception"] = reception(place, book)
    return result


def codec() -> dict[str, float]:
    """Each direction of one message of each kind."""
    from careline.protocols.smpp import codes
    from careline.protocols.smpp.pdu import Message, build_message, parse_message
    from careline.protocols.smstext import decode_text, encode_parts

    short, long = "您的余额是120.00元:基本账户100.00元,赠送账户20.00元。", "本月账单如下:" * 20
    body = encode_parts(short, alphabet="ucs2")[0].payload
    message = Message("8613900000001", "10086", body, 8)
    octets = build_message(message, codes.DELIVER_SM, 7)[16:]
    return {
        "parse_deliver_us": _best(lambda: parse_message(octets, codes.DELIVER_SM, 7), 2000),
        "build_submit_us": _best(lambda: build_message(message, codes.SUBMIT_SM, 7), 2000),
        "decode_text_us": _best(lambda: decode_text(body, 8), 2000),
        "encode_one_part_us": _best(lambda: encode_parts(short, alphabet="ucs2"), 2000),
        "encode_three_parts_us": _best(lambda: encode_parts(long, alphabet="ucs2"), 2000),
    }


def dialogue(book: Book, count: int = 1500) -> dict[str, float]:
    """`advance` from a new conversation, over what customers of all regions and brands say."""
    from careline.demo.places import TABLES
    from careline.dialogue import engine
    from careline.dialogue.talk import Heard, Subscriber
    from careline.values.msisdn import Msisdn

    now, chance = datetime.now(UTC), random.Random(1)
    repertoires = [(key, Repertoire(book, *key, now)) for key in TABLES.values()]
    said: list[tuple[Say, Subscriber]] = []
    for _ in range(count):
        (region, brand), repertoire = chance.choice(repertoires)
        said.append(
            (repertoire.choose(chance), Subscriber(Msisdn("8613800000001"), brand, region, "zh", "active", False))
        )
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        spent = dict.fromkeys((*Kind, "all"), 0.0)
        for say, subscriber in said:
            before = time.thread_time()
            engine.advance({}, Heard(say.text, "reference", "sms", "10086"), book, subscriber, now)
            used = time.thread_time() - before
            spent[say.kind] += used
            spent["all"] += used
        counts = {kind: sum(1 for say, _ in said if say.kind is kind) for kind in Kind} | {"all": len(said)}
        for kind, used in spent.items():
            each = round(used * 1e6 / max(counts[kind], 1), 1)
            best[str(kind)] = min(best.get(str(kind), each), each)
    return best


def compiling() -> float:
    """The whole book out of the packs' documents."""
    from django.conf import settings

    from careline.catalogue.packs import read_book

    return _best(lambda: read_book(settings.PACKS), 1) / 1000


def reception(place: Any, book: Book) -> dict[str, dict[str, float]]:
    """Batches through the reception in this thread, the carrier asked in it too: processor and wall time a command."""
    from careline import wiring
    from careline.hall.recording import Posting
    from careline.postgres import sql

    traffic = Traffic(book, place.lines, int(time.time()))
    hall = wiring.reception(shard=9, posted=Posting(claimed_by="bench"))
    result = {}
    for size, count in BATCHES.items():
        warm = max(4, 600 // size)  # every region's and brand's spellings are indexed when they are first asked for
        batches = [list(_arrivals(traffic.some(size))) for _ in range(count + warm)]
        for batch in batches[:warm]:
            hall.receive(batch)
        with sql.counting() as statements:
            cpu, wall = time.thread_time(), time.perf_counter()
            for batch in batches[warm:]:
                hall.receive(batch)
            cpu, wall = time.thread_time() - cpu, time.perf_counter() - wall
        commands = sum(map(len, batches[warm:]))
        result[str(size)] = {
            "cpu_us_per_command": round(cpu * 1e6 / commands, 1),
            "wall_us_per_command": round(wall * 1e6 / commands, 1),
            "statements_per_batch": round(statements.statements / count, 1),
        }
    return result


def _arrivals(sayings: Iterator[tuple[str, Say]]) -> Iterator[Any]:
    from careline.hall.turn import Arrival
    from careline.values.msisdn import Msisdn
    from careline.values.reference import new_reference

    now = datetime.now(UTC)
    lot: Sequence[tuple[str, Say]] = list(sayings)
    for (number, say), reference in zip(lot, new_reference(len(lot)), strict=True):
        yield Arrival(Msisdn(number), say.text, "bench", reference, now)


def _best(work: Callable[[], object], times: int) -> float:
    """Microseconds of processor time for one call, the best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        before = time.thread_time()
        for _ in range(times):
            work()
        best = min(best, (time.thread_time() - before) * 1e6 / times)
    return round(best, 2)
