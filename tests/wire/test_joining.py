"""Long messages come together from their parts, and two subscribers' never mix."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from careline.protocols.concatenation import Concatenation
from careline.protocols.joining import Joined, Joiner, Piece
from careline.protocols.smstext import encode_parts

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LONG = "请帮我查一下这个月的话费为什么比上个月多了很多😀，" * 6


def pieces(text: str, source: str = "13900000001", reference: int = 7, at: datetime = NOON) -> list[Piece]:
    return [
        Piece(source, "10086", part.place, part.data_coding, part.body, at)
        for part in encode_parts(text, alphabet="ucs2", reference=reference)
        if part.place
    ]


def put(joiner: Joiner, parts: list[Piece]) -> list[Joined]:
    return [joined for part in parts if (joined := joiner.add(part))]


@given(st.randoms())
def test_parts_come_in_any_order(chance: random.Random) -> None:
    parts = pieces(LONG)
    chance.shuffle(parts)
    joiner = Joiner()
    assert [(joined.text, joined.complete) for joined in put(joiner, parts)] == [(LONG, True)]
    assert len(joiner) == 0


@given(st.randoms(), st.integers(2, 5))
def test_two_subscribers_long_messages_never_mix(chance: random.Random, people: int) -> None:
    """The same reference, total and destination: only the source tells them apart."""
    said = {f"1390000000{n}": LONG.replace("话费", f"流量{n}") for n in range(people)}
    parts = [part for source, text in said.items() for part in pieces(text, source)]
    chance.shuffle(parts)
    assert {joined.source: joined.text for joined in put(Joiner(), parts)} == said


def test_one_subscriber_may_write_to_two_numbers_at_once() -> None:
    first = pieces(LONG)
    second = [
        Piece(p.source, "10086900", p.place, p.data_coding, p.body, NOON) for p in pieces(LONG.replace("查", "问"))
    ]
    mixed = [part for pair in zip(first, second, strict=True) for part in pair]
    assert {joined.destination for joined in put(Joiner(), mixed)} == {"10086", "10086900"}


def test_a_repeated_part_changes_nothing_before_or_after() -> None:
    joiner, parts = Joiner(), pieces(LONG)
    assert put(joiner, [parts[0], parts[0]]) == []
    assert len(put(joiner, parts[1:])) == 1
    assert put(joiner, parts) == []
    assert joiner.repeats == 1 + len(parts)
    assert len(joiner) == 0


def test_the_same_reference_can_serve_the_next_message() -> None:
    joiner = Joiner()
    assert len(put(joiner, pieces(LONG))) == 1
    other = "另一条很长的短信，" * 20
    assert [joined.text for joined in put(joiner, pieces(other))][-1:] == [other]


def test_a_reused_reference_gives_back_what_came_of_the_older_message() -> None:
    joiner = Joiner()
    old, new = pieces(LONG), pieces(LONG[::-1])
    given = put(joiner, [old[0], new[0]])
    assert [joined.complete for joined in given] == [False]
    assert given[0].pieces == (old[0],)
    assert [joined.text for joined in put(joiner, new[1:])] == [LONG[::-1]]


def test_what_came_is_handed_over_when_the_rest_never_does() -> None:
    joiner = Joiner(expiry=timedelta(minutes=10))
    parts = pieces(LONG)
    assert put(joiner, [parts[0], parts[2]]) == []
    assert joiner.expire(NOON + timedelta(minutes=9)) == []
    (joined,) = joiner.expire(NOON + timedelta(minutes=10))
    assert not joined.complete
    assert joined.missing == tuple(n for n in range(1, len(parts) + 1) if n not in (1, 3))
    assert joined.text.startswith(LONG[:60])
    assert "…" in joined.text
    assert joiner.expire(NOON + timedelta(days=1)) == []


def test_each_part_that_comes_gives_the_others_more_time() -> None:
    joiner = Joiner(expiry=timedelta(minutes=10))
    parts = pieces(LONG)
    joiner.add(parts[0])
    late = parts[1]
    joiner.add(Piece(late.source, late.destination, late.place, 8, late.body, NOON + timedelta(minutes=8)))
    assert joiner.expire(NOON + timedelta(minutes=12)) == []


def test_pieces_kept_as_rows_bring_the_joiner_back_after_a_crash() -> None:
    before, parts = Joiner(), pieces(LONG)
    put(before, parts[:-1])
    after = Joiner()
    assert put(after, list(before.export())) == []
    assert [joined.text for joined in put(after, parts[-1:])] == [LONG]


def test_a_flood_of_first_parts_is_bounded() -> None:
    joiner = Joiner(open_messages_max=10)
    given = put(joiner, [pieces(LONG, f"139{n:08d}")[0] for n in range(25)])
    assert len(joiner) == 10
    assert len(given) == 15


def test_a_character_cut_in_two_by_its_sender_is_whole_again() -> None:
    data = "中😀文".encode("utf-16-be")
    cut = [Piece("1", "10086", Concatenation(1, 2, n + 1), 8, data[n * 3 : n * 3 + 3 + n * 9], NOON) for n in (0, 1)]
    assert [joined.text for joined in put(Joiner(), cut)] == ["中😀文"]


part = st.builds(
    Piece,
    st.sampled_from(["1", "2"]),
    st.just("10086"),
    st.builds(lambda r, t, n: Concatenation(r, max(t, n), n), st.integers(0, 2), st.integers(1, 4), st.integers(1, 4)),
    st.sampled_from([0, 8, 15]),
    st.binary(max_size=4),
    st.just(NOON),
)


@given(st.lists(part, max_size=40))
def test_no_order_of_parts_confuses_it(parts: list[Piece]) -> None:
    """Every part is given back once, or is a counted repeat, or still waits."""
    joiner = Joiner()
    given = put(joiner, parts) + joiner.expire(NOON + timedelta(hours=1))
    assert sum(len(joined.pieces) for joined in given) + joiner.repeats == len(parts)
    assert len(joiner) == 0
