"""Ways through a menu: which keys lead a customer to an action; for tests, dial tests and explanations."""

from collections import deque
from datetime import datetime

from careline.dialogue.book import Book, Choice, Verb
from careline.dialogue.keypad.menu import choices_of, menu_of, verb_of
from careline.dialogue.rendering import KEYS_MAX, pages_of
from careline.dialogue.talk import Event, Heard, Subscriber
from careline.dialogue.turning import Turning


def keys_to(
    book: Book,
    subscriber: Subscriber,
    now: datetime,
    service: str,
    verb: Verb,
    *,
    tier: str = "",
    given: dict[str, str] | None = None,
    channel: str = "voice",
) -> str | None:
    """The fewest keys from the menu's first node to this action; None where the customer's menu does not lead there.

    `given` are values that the menu itself must give. A choice that leaves the tier open counts, since it is asked for.
    """
    turning = Turning({}, Heard("", "", channel, event=Event.HELLO), book, subscriber, now)
    menu = menu_of(turning, senior=subscriber.senior)
    waiting = deque([(menu.first, "")])
    seen = {menu.first}
    while waiting:
        place, keys = waiting.popleft()
        choices = choices_of(turning, menu, menu.nodes[place])
        for index, choice in enumerate(choices):
            pressed = keys + key_of(index, len(choices))
            if _does(book, choice, service, verb, tier, given or {}):
                return pressed
            if choice.node in menu.nodes and choice.node not in seen:
                seen.add(choice.node)
                waiting.append((choice.node, pressed))
    return None


def key_of(index: int, count: int) -> str:
    """The keys of one of so many choices: on a later page the key to more comes first."""
    if pages_of(count) == 1:
        return str(index + 1)
    page, place = divmod(index, KEYS_MAX - 1)
    return str(KEYS_MAX) * page + str(place + 1)


def _does(book: Book, choice: Choice, service: str, verb: Verb, tier: str, given: dict[str, str]) -> bool:
    if choice.service != service or verb_of(book.services[service], choice) is not verb:
        return False
    return choice.tier in ("", tier) and given.items() <= dict(choice.parameters).items()
