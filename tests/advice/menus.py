"""A menu whose prompts take as many seconds as their words say, so that what callers hear can be counted by hand."""

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from careline.catalogue import library
from careline.catalogue.documents import Documents
from careline.catalogue.version import Version
from careline.insight.asking import Period
from careline.ledger import journeys
from careline.ledger.journeys import Walked
from careline.values.msisdn import Msisdn
from tests.catalogue.people import no_errors
from tests.catalogue.test_menus import catalogue, node, person, service

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
BEGAN = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 20))
_SECONDS = re.compile(r"(\d+)秒")


class Metre:
    """Clips as long as their words say: "查余额3秒，请按1。" takes three seconds; what names none takes no time."""

    def milliseconds(self, text: str, language: str, *, slow: bool = False) -> int | None:
        return sum(int(one) for one in _SECONDS.findall(text)) * 1000


def choice(name: str, seconds: int) -> dict[str, object]:
    return {"service": name, "verb": "query", "label": {"zh": f"查{name}{seconds}秒", "en": f"For {name}"}}


def below(name: str, seconds: int) -> dict[str, object]:
    return {"node": name, "label": {"zh": f"去{name}{seconds}秒", "en": f"Go to {name}"}}


def titled(seconds: int, *choices: dict[str, object], **more: object) -> dict[str, object]:
    return node(*choices, **more) | {"title": {"zh": f"菜单{seconds}秒", "en": "Menu"}}


def standard(**nodes: dict[str, object]) -> dict[str, object]:
    return {
        "id": "standard", "name": {"zh": "标准", "en": "Standard"}, "first": "main", "nodes": nodes,
        "greeting": {"zh": "您好5秒。", "en": "Hello."},
    }  # fmt: skip


# A title of two seconds; a, b and c of three, two and one; and a person.
SHORT = standard(main=titled(2, choice("a", 3), choice("b", 2), choice("c", 1), person()))


def documents(menu: dict[str, object], **more: Any) -> Documents:
    """A catalogue with this menu, the services a to j, and prompts that can be timed."""
    words = {
        "words__voice.talk.option": {"zh": "{label}，请按{key}。", "en": "{label}, press {key}."},
        "words__voice.talk.menu": {"zh": "{label}。{options}", "en": "{label}. {options}"},
        "words__voice.talk.more": {"zh": "更多1秒", "en": "More"},
    }
    services = {f"service__{name}": service(name) for name in "abcdefghij"}
    return catalogue(menu, **(services | words | more))


def serve(menu: dict[str, object], *, at: datetime = BEGAN, **more: Any) -> Version:
    """Publish it."""
    version = Version.draft(by="system", now=at)
    version.replace(
        {(one.kind, one.key): dict(one.body) for one in documents(menu, **more)}, by="system", now=at, source="test"
    )
    version.publish_unreviewed(by="system", now=at, errors=no_errors)
    library.forget()
    return version


def walk(*visits: str, times: int = 1, by: str = "", at: datetime = NOON, ended: str = "done", misses: int = 0) -> None:
    """So many calls that went this way: each by somebody else, or all `by` one number's end."""
    journeys.keep(
        [
            Walked(
                str(uuid4()), Msisdn(f"861390000{by}" if by else f"86137{uuid4().int % 10**8:08}"), "voice", "linjiang",
                "gotone", 1, "standard", at, at, visits, visits[-1], ended, misses,
            )
            for _ in range(times)
        ]
    )  # fmt: skip
