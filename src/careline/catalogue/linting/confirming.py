"""Rules about the customer's yes: paid orders, two-step codes, orders that look like queries."""

from collections.abc import Iterator

from careline.catalogue.linting.finding import Finding, Subject, Where, error, note, warning
from careline.dialogue.book import OPENS, Action, Code, Confirm, Service, Verb

# The catalogue's limit that demands a yes: orders of this price (fen) or more are asked back. Absent: exact codes are the yes.
PRICE_LIMIT = "ask_back_from_price"


def unconfirmed_order(subject: Subject) -> Iterator[Finding]:
    """Paid orders that go ahead without a yes although the catalogue demands one."""
    demanded = subject.book.limits.get(PRICE_LIMIT)
    if demanded is None:
        return
    for service in subject.book.services.values():
        for verb, action in service.actions.items():
            if verb in OPENS and action.confirm is Confirm.NEVER and dearest(service) >= max(demanded, 1):
                yield error(
                    "unconfirmed_order",
                    Where("service", service.id, f"actions.{verb.value}.confirm"),
                    (
                        f"收费 {dearest(service) / 100:.2f} 元的办理没有确认步骤",
                        f"an order of {dearest(service) / 100:.2f} yuan goes ahead without a yes",
                    ),
                    ("把确认方式设为“询问”或“二次确认码”", "set confirm to ask or code"),
                )


def dearest(service: Service) -> int:
    """The highest price an order of the service can have, in fen."""
    return max([service.price, *(tier.price for tier in service.tiers.values())])


def order_like_query(subject: Subject) -> Iterator[Finding]:
    """A spelling that orders here and asks elsewhere; the compiler lets it ask for a yes, which maintainers should know."""
    for table in subject.book.tables.values():
        for code in table.codes.values():
            if code.ask_first:
                yield note(
                    "order_like_query",
                    Where("code", f"{table.id}/{code.spelling}"),
                    (
                        "此代码在别的表中是查询，所以在这里办理前先向客户确认",
                        "a query in another table, so the order is asked back here",
                    ),
                    ("无须改动；换一个代码可省去这次确认", "nothing to mend; another spelling would save the question"),
                )


def bare_name_order(subject: Subject) -> Iterator[Finding]:
    """The bare Chinese name of a paid service orders it: whoever asks about it has bought it."""
    for table in subject.book.tables.values():
        for code in table.codes.values():
            service = subject.book.services.get(code.service)
            if service is None or code.form != "chinese" or code.verb not in OPENS or _asks(subject, code):
                continue
            tier = service.tiers.get(code.fixed.get("tier", ""))
            if (tier.price if tier else dearest(service)) > 0:
                yield warning(
                    "bare_name_order",
                    Where("code", f"{table.id}/{code.spelling}"),
                    ("只写名称就会办理收费业务", "the bare name orders a paid service"),
                    ("把办理操作设为“询问”确认", "let the order ask for a yes"),
                )


def two_steps(subject: Subject) -> Iterator[Finding]:
    """Each two-step order has its confirming code in the same table, and each confirming code its order."""
    for table in subject.book.tables.values():
        rows = list(table.codes.values())
        confirms = {code.service for code in rows if code.verb is Verb.CONFIRM}
        orders = {code.service for code in rows if code.verb in OPENS}
        for code in rows:
            service = subject.book.services.get(code.service)
            if service is None:
                continue
            action = service.actions.get(code.verb)
            if code.verb in OPENS and _two_step(action) and code.service not in confirms:
                yield error(
                    "no_confirming_code",
                    Where("code", f"{table.id}/{code.spelling}"),
                    ("需要二次确认，但本表没有确认代码", "takes two steps, but this table has no confirming code"),
                    (
                        "在本表加上确认代码，或改为询问确认",
                        "add the confirming code to the table, or let it be asked back",
                    ),
                )
            if code.verb is Verb.CONFIRM and code.service not in orders:
                yield error(
                    "nothing_to_confirm",
                    Where("code", f"{table.id}/{code.spelling}"),
                    ("本表没有要由它确认的办理代码", "this table has no order that it could confirm"),
                    ("加上办理代码，或删去此行", "add the order's code, or take this row out"),
                )


def _two_step(action: Action | None) -> bool:
    return action is not None and action.confirm is Confirm.CODE


def _asks(subject: Subject, code: Code) -> bool:
    service = subject.book.services.get(code.service)
    action = service.actions.get(code.verb) if service else None
    return code.ask_first or (action is not None and action.confirm is not Confirm.NEVER)


RULES = (unconfirmed_order, order_like_query, bare_name_order, two_steps)
