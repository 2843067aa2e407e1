"""The rules of doubt alone: which message is the repetition of which."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from careline.channels.sms.doubting import Doubting

NOW = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)


def name(doubting: Doubting, *texts: bytes, bind: str = "a", on: object = "first", at: float = 0) -> Sequence[str]:
    return doubting.name(texts, bind=bind, connection=on, received_at=NOW + timedelta(seconds=at))


def test_messages_of_one_session_are_never_held_against_each_other() -> None:
    doubting = Doubting()
    assert len({*name(doubting, b"x", b"x"), *name(doubting, b"x", at=1)}) == 3


def test_each_doubt_explains_one_repetition_only() -> None:
    doubting = Doubting()
    [first] = name(doubting, b"x")
    assert name(doubting, b"x", b"x", on="second", at=1)[0] == first
    [third] = name(doubting, b"x", on="second", at=2)
    assert third != first
    assert doubting.recognised == 1


def test_two_equal_messages_in_doubt_are_both_recognised() -> None:
    doubting = Doubting()
    before = set(name(doubting, b"x", b"x"))
    assert set(name(doubting, b"x", b"x", on="second", at=1)) == before


def test_a_repetition_may_come_by_another_bind_of_the_account() -> None:
    doubting = Doubting()
    [first] = name(doubting, b"x", bind="a", on="one")
    name(doubting, b"y", bind="b", on="two")
    doubting.lost("a")
    assert name(doubting, b"x", bind="b", on="two", at=1) == [first]


def test_a_bind_of_two_connections_that_loses_one_still_knows_a_second_text_on_the_other() -> None:
    doubting = Doubting()
    [first] = name(doubting, b"x", on="receiver")
    doubting.lost("a")
    assert name(doubting, b"x", on="receiver", at=1) != [first]


def test_what_was_proved_is_not_in_doubt() -> None:
    doubting = Doubting()
    [proved] = name(doubting, b"x", at=0)
    [open_] = name(doubting, b"y", at=2)
    doubting.proved("a", NOW + timedelta(seconds=1))
    ids = name(doubting, b"x", b"y", on="second", at=3)
    assert ids[0] != proved
    assert ids[1] == open_


def test_a_proof_on_a_new_connection_proves_nothing_of_the_old_one() -> None:
    doubting = Doubting()
    [first] = name(doubting, b"x", on="old")
    name(doubting, b"y", on="new", at=1)
    doubting.proved("a", NOW + timedelta(seconds=5))
    assert name(doubting, b"x", on="new", at=6) == [first]


def test_doubts_lapse() -> None:
    doubting = Doubting(lapse=timedelta(minutes=10))
    [first] = name(doubting, b"x")
    doubting.lost("a")
    assert name(doubting, b"x", on="second", at=601) != [first]
    assert len(doubting) == 0


def test_the_row_for_a_crash_never_passes_what_is_in_doubt() -> None:
    doubting = Doubting()
    name(doubting, b"x", on="old")
    name(doubting, b"y", on="new", at=1)
    doubting.proved("a", NOW + timedelta(seconds=5))
    assert doubting.proved_until is not None
    assert doubting.proved_until < NOW
    name(doubting, b"x", on="new", at=6)
    doubting.proved("a", NOW + timedelta(seconds=7))
    assert doubting.proved_until == NOW + timedelta(seconds=7)


def test_a_refused_message_is_recognised_when_it_comes_again_in_the_same_session() -> None:
    doubting = Doubting()
    [first] = name(doubting, b"x")
    doubting.refused([first])
    assert name(doubting, b"x", at=1) == [first]
    assert name(doubting, b"x", at=2) != [first]
