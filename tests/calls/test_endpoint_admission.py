"""Who is let in, and how fast."""

from careline.links.calls.admission import Door, Neighbours, Reached, Strangers
from careline.links.calls.config import Config, demo


def test_new_calls_come_at_no_more_than_the_rate() -> None:
    door = Door(Config(max_setups_per_second=40, retry_after_seconds=5), now=0.0)
    assert [door.retry_after(0, 0.0) for _ in range(11)] == [0] * 10 + [5]
    assert [door.retry_after(0, 0.05) for _ in range(3)] == [0, 0, 5]
    door.shut = True
    assert door.retry_after(0, 100.0) == 5


def test_strangers_are_remembered_within_bounds() -> None:
    strangers = Strangers(1.0)
    assert [strangers.may_be_answered("10.0.0.1", 0.0) for _ in range(11)] == [True] * 10 + [False]
    for at in range(10_000):
        strangers.may_be_answered(f"10.1.{at // 256}.{at % 256}", 0.0)
    assert len(strangers._buckets) <= 4096
    neighbours = Neighbours(demo().trunks)
    for at in range(10_000):
        assert not neighbours.of(f"10.1.{at // 256}.{at % 256}")
    assert len(neighbours._known) <= 4096
    assert neighbours.of("::ffff:127.0.0.1")[0].name == "loopback"
    assert not neighbours.of("no address")
    reached = Reached()
    reached.calls("10.0.0.1")
    assert reached.knows("10.0.0.1", 0.0)
    reached.ended("10.0.0.1", 0.0)
    assert reached.knows("10.0.0.1", 30.0)
    assert not reached.knows("10.0.0.1", 60.0)
