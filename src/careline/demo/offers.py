"""What the town was recommended lately, and who wanted to leave: told by the verbs that doors and pages use.

Each story happens once. Zheng Xiaojun paid 38 yuan for data besides his plan last month; that is what a page tells him.
"""

from datetime import datetime, timedelta
from typing import Any

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.port import Answer, Request
from careline.demo import town
from careline.dialogue.saying import local
from careline.dialogue.talk import Subscriber
from careline.identity import recognising
from careline.offers import answering, leaving, recommending, retaining
from careline.offers.consequences import choices
from careline.offers.doorman import Doorman
from careline.offers.facts import Facts, facts_of, wanted
from careline.offers.models import CompetitorNote, LeafletMove, Leaving, Showing
from careline.offers.policy import policy
from careline.values.reference import new_reference

CLERK, HANDLER = "liu", "wang"
_SAID = (
    # who, what they spoke of, how many days ago, by whom, what they said to it
    ("唐一鸣", "music", 20, CLERK, "later"),
    ("林小雨", "data", 16, CLERK, "talked"),
    ("何平", "data", 12, HANDLER, "later"),
    ("黄秀英", "data", 9, CLERK, "never"),
    ("徐文博", "travel", 5, CLERK, "talked"),
)


def settle(now: datetime) -> None:
    """Tell the stories that are not told yet; quick when they are there."""
    if not Showing.objects.exists():
        for who, need, days, by, answer in _SAID:
            _talk(who, need, now - timedelta(days=days), by, answer)
    if not Leaving.objects.exists():
        _leavings(now)
    if not LeafletMove.objects.exists():
        _shop(now)
    retaining.remind(Sandbox(), now, link="demo")


def _talk(who: str, need: str, at: datetime, by: str, answer: str) -> None:
    """Somebody spoke of a need at the counter, and was told of what fits it."""
    subscriber = _subscriber(who)
    known = _facts(subscriber, at, frozenset({need}))
    found = recommending.suggest(subscriber.msisdn, "counter", facts=known, now=at, channel="counter", by=by)
    if found is not None:
        answering.talked(found.showing, by=by, now=at + timedelta(minutes=2), answer=answer)


def _leavings(now: datetime) -> None:
    """One thinks it over, one stays, one has agreed on a day; each said why."""
    undecided, stays, leaves = (_subscriber(who) for who in ("郑小军", "高敏", "徐文博"))
    asked = leaving.ask(undecided, "price", "", channel="web", by="subscriber", now=now - timedelta(days=9))
    leaving.think(str(asked.pk), by="subscriber", now=now - timedelta(days=9))
    asked = leaving.ask(
        stays, "unused", "一个月打不了几个电话", channel="counter", by=CLERK, now=now - timedelta(days=6)
    )
    leaving.stay(str(asked.pk), by=CLERK, now=now - timedelta(days=6))
    at = now - timedelta(days=2)
    asked = leaving.ask(leaves, "moving", "公司派我去外地三年", channel="web", by="subscriber", now=at)
    day = choices(local(now).date(), policy().leaving)[1]
    Doorman(Sandbox()).leave(str(asked.pk), day, by="subscriber", now=at)


def _shop(now: datetime) -> None:
    at = now - timedelta(days=3)
    LeafletMove.objects.create(offer="data_pack_20", place="朔原一厅", count=200, at=at, by=CLERK)
    LeafletMove.objects.create(
        offer="data_pack_20", place="朔原一厅", count=-1, intro="讲了五档的区别和怎么取消", at=at, by=CLERK
    )
    CompetitorNote.objects.create(who="邻家通信", where="步行街", words="夜间流量半价，到月底", at=at, by=CLERK)


def _facts(subscriber: Subscriber, at: datetime, said: frozenset[str]) -> Facts:
    asked = wanted(local(at).date())
    names = list(asked)
    requests = [
        Request(reference, subscriber.msisdn, asked[name][0], asked[name][1], asked[name][2], "system", "care")
        for name, reference in zip(names, new_reference(len(names)), strict=True)
    ]
    read: dict[str, Any] = {}
    for index, answer in Sandbox().ask(requests, now=at, time_limit_seconds=30):
        if isinstance(answer, Answer) and answer.refused is None:
            read[names[index]] = answer.facts
    return facts_of(subscriber, read, local(at).date(), said=said)


def _subscriber(who: str) -> Subscriber:
    person = town.find(who)
    assert person is not None, who
    return recognising.recognise([person.msisdn])[person.msisdn]
