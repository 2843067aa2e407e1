"""What a subscriber sends in order to do something: finished answers hold markers for it (`saying.how_to`), filled in here.

Only here are a service and its spellings brought together with the subscriber's own code tables, so that nobody is told
a code that means something else where they live.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from careline.dialogue.book import OPENS, Book, Code, Service, Verb
from careline.dialogue.lexicon import Lexicon
from careline.dialogue.saying import MARKER, local
from careline.dialogue.talk import Subscriber
from careline.values.language import Text

# What customers say for a verb in front of a service's name, understood everywhere.
SPOKEN = {
    Verb.QUERY: Text("查询", "CHECK"),
    Verb.STATUS: Text("查询", "STATUS"),
    Verb.DESCRIBE: Text("介绍", "ABOUT"),
    Verb.SUBSCRIBE: Text("开通", "OPEN"),
    Verb.ORDER: Text("办理", "ORDER"),
    Verb.REGISTER: Text("申请", "APPLY FOR"),
    Verb.CANCEL: Text("取消", "CANCEL"),
    Verb.CONFIGURE: Text("修改", "CHANGE"),
    Verb.REDEEM: Text("兑换", "REDEEM"),
    Verb.CONFIRM: Text("确认", "CONFIRM"),
    Verb.HELP: Text("帮助", "HELP"),
    Verb.OTHER: Text("办理", "OPEN"),
}
PERSON = Text("“人工”", '"HUMAN"')  # quoted, as in _spoken
# Letters are remembered best, Chinese is typed slowest on a handset, digits say nothing.
_FORMS = {"pinyin": 0, "numeric": 1, "chinese": 2}


def resolve(
    text: str, book: Book, subscriber: Subscriber, now: datetime, language: str, *, spoken: bool = False
) -> str:
    """The text with every marker replaced; the same text when it holds none. `spoken`: by what is said, never by codes."""
    if MARKER.search(text) is None:
        return text
    chain = Lexicon.of(book).chain(subscriber.region, subscriber.brand, local(now).date())

    def said(found: re.Match[str]) -> str:
        key = (found[1], found[2], subscriber.brand, f"{language} spoken" if spoken else language)
        known = chain.pointed.get(key)
        if known is None:
            where = None if spoken else (book, subscriber, now)
            known = chain.pointed[key] = _said(found[1], found[2], book, subscriber, now, language, where)
        return known

    return MARKER.sub(said, text)


_Where = tuple[Book, Subscriber, datetime]


def _said(
    deed: str, subject: str, book: Book, subscriber: Subscriber, now: datetime, language: str, where: _Where | None
) -> str:
    product, _, tier = subject.partition("#")
    service = _service(product, book)
    if deed == "name":
        return service.name.read(language) if service is not None else product
    if deed == "paid":
        return _paid(service, tier, book, subscriber, now, language, where)
    if service is None:
        return PERSON.read(language)
    verb = Verb(deed)
    return _way(service, verb, tier, language, where)


def _way(service: Service, verb: Verb, tier: str, language: str, where: _Where | None) -> str:
    """The code that this subscriber sends, where one may be said; else what is said for it."""
    code = spelling(service, verb, tier, *where) if where is not None else None
    return code or _spoken(service, verb).read(language)


def _paid(
    service: Service | None,
    tier: str,
    book: Book,
    subscriber: Subscriber,
    now: datetime,
    language: str,
    where: _Where | None,
) -> str:
    """What ends paid content: its own cancellation where the subscriber has one, else the list to pick from."""
    day = local(now).date()
    served = Lexicon.of(book).chain(subscriber.region, subscriber.brand, day).services
    if service is not None and service.id in served and Verb.CANCEL in service.actions:
        return _way(service, Verb.CANCEL, tier, language, where)
    for listing in served.values():
        if listing.behaviour == "sp_list":
            code = spelling(listing, Verb.OTHER, "", *where) if where is not None else None
            return code or _spoken(listing, Verb.CANCEL).read(language)
    return PERSON.read(language)


def _service(product: str, book: Book) -> Service | None:
    if product in book.services:
        return book.services[product]
    return next((service for service in book.services.values() if service.product == product), None)


def spelling(service: Service, verb: Verb, tier: str, book: Book, subscriber: Subscriber, now: datetime) -> str | None:
    """The code that does this for this subscriber, as printed: of the first table in the chain that has one.

    Where a tier is meant, its own code comes before one that leaves the tier open; another tier's is never given.
    """
    for table in book.chain(subscriber.region, subscriber.brand, local(now).date()):
        fitting = [
            code
            for code in table.codes.values()
            if code.service == service.id
            and (code.verb is verb or (code.verb in OPENS and verb in OPENS))
            and code.fixed.get("tier", tier) == tier
            and (not code.brands or subscriber.brand in code.brands)
        ]
        if fitting:
            return min(fitting, key=lambda code: ("tier" not in code.fixed if tier else False, *_ease(code))).spelling
    return None


def _ease(code: Code) -> tuple[bool, int, int, str]:
    """Certain before doubtful, effective now before later, then the easiest to type."""
    return code.certainty == "doubtful", len(code.fixed), _FORMS.get(code.form, 3), code.spelling


def _spoken(service: Service, verb: Verb) -> Text:
    """Verb and name, where the service can do that at all; else a person can."""
    wanted: Iterable[Verb] = OPENS if verb in OPENS else {verb}
    action = next((service.actions[one] for one in wanted if one in service.actions), None)
    if action is None or action.closed:
        return PERSON
    said = SPOKEN[verb]
    # Quoted, for in the middle of a sentence it could not be told from it.
    return Text(f"“{said.zh}{service.name.zh}”", f'"{said.en} {service.name.en}"')
