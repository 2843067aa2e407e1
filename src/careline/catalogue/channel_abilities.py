"""What each channel can do: every action of every service by SMS, on calls and by dial menu, and why not where not.

Made from the book alone, so it is as true as what is published.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from careline.catalogue import menu_paths
from careline.dialogue.book import OPENS, Action, Book, Service, Verb
from careline.dialogue.keypad.wanting import KEYED
from careline.values.language import Text

CHANNELS = ("sms", "voice", "ussd")

_CLOSED = Text("不再办理新开通", "takes no new customers")
_UNSPELT = Text("没有代码，也不能按名称办理", "no code leads to it, and it is not asked for by its name")
_WORDS = Text("要写文字，按键输入不了", "it needs words, which keys cannot give")
_SECOND = Text("不用确认代码：在通话和菜单里按1确认", "no second code there: key 1 is the yes")
_NO_MENU = Text("没有菜单列出它", "no menu lists it")
_MENUS = Text("目录本身，不是业务", "a menu itself, not something to be done")
_SAME = Text("与另一种办理相同，用那一项", "the same as another way to order it, which it can")
_NO_PHONE = Text("没有语音菜单", "there is no menu for keys")


@dataclass(frozen=True, slots=True)
class Ability:
    """Whether one channel can do it; `why` is empty where it can."""

    can: bool
    why: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One action of one service, by channel."""

    service: Service
    verb: Verb
    by_channel: Mapping[str, Ability]

    def as_json(self) -> dict[str, Any]:
        return {
            "service": self.service.id,
            "name": self.service.name._asdict(),
            "verb": self.verb.value,
            "channels": {
                channel: {"can": ability.can, "why": ability.why._asdict() if not ability.can else None}
                for channel, ability in self.by_channel.items()
            },
        }


def abilities(book: Book) -> list[Row]:
    """The matrix, in the order of the services' groups; no cell is without a yes or a reason."""
    spelt = {(code.service, code.verb) for table in book.tables.values() for code in table.codes.values()}
    known = {service for service, _ in spelt}
    listed = {
        (found.choice.service, found.choice.verb)
        for menu in book.menus.values()
        for found in menu_paths.walk(menu)
        if found.choice.service
    }
    rows = []
    for service in sorted(book.services.values(), key=lambda one: (one.group, one.id)):
        for verb, action in service.actions.items():
            keys = _keys(book, service, action, (service.id, verb) in listed)
            by_sms = _sms(service, action, (service.id, verb) in spelt, service.id in known)
            rows.append(Row(service, verb, dict(zip(CHANNELS, (by_sms, keys, keys), strict=True))))
    return rows


def totals(rows: Sequence[Row]) -> dict[str, int]:
    """How many actions each channel can do."""
    return {channel: sum(row.by_channel[channel].can for row in rows) for channel in CHANNELS}


def _sms(service: Service, action: Action, spelt: bool, listed: bool) -> Ability:
    if action.verb in OPENS and action.closed:
        return Ability(False, _CLOSED)
    # Whatever is listed somewhere or exists everywhere is understood by its name too; only a second code must be written.
    named = (listed or service.everywhere) and action.verb is not Verb.CONFIRM
    return Ability(True) if spelt or named else Ability(False, _UNSPELT)


def _keys(book: Book, service: Service, action: Action, listed: bool) -> Ability:
    if action.verb is Verb.HELP:
        return Ability(False, _MENUS)
    if action.verb in OPENS and action.closed:
        return Ability(False, _CLOSED)
    if action.verb is Verb.CONFIRM:
        return Ability(False, _SECOND)
    if any(one.required and one.kind != "tier" and one.kind not in KEYED for one in action.parameters):
        return Ability(False, _WORDS)
    if listed:
        return Ability(True)
    if action.verb in OPENS and len(OPENS & service.actions.keys()) > 1:
        return Ability(False, _SAME)
    return Ability(False, _NO_MENU if book.menus else _NO_PHONE)
