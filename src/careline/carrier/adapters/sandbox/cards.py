"""SIM cards: set apart for an order, with a new number or for a line that there is; brought to life; let go again.

A card touches two lines or makes one, so it is done here and not by `deeds`: each request in a transaction of its own, once
by its reference like every deed. Cards are few; a batch of them is not worth more.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from careline.carrier.adapters.sandbox import store
from careline.carrier.adapters.sandbox.given import Given, said
from careline.carrier.adapters.sandbox.opening import Opening, open_lines
from careline.carrier.adapters.sandbox.rules import Day, Facts, Refused, Rules
from careline.carrier.port import Answer, CarrierDown, CarrierError, CarrierSilent, Request
from careline.postgres.sql import execute, run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

log = logging.getLogger(__name__)

ISSUER = "898600"  # ITU-T E.118: telecommunications, China, an issuer
BLOCK = 5_000_000  # new numbers come from the upper half of the owner's own block of ten million
DRAWS_MAX = 20
_LOCKS = 7_611  # names the locks under which a number's cards change


def concerns(request: Request) -> bool:
    """Whether this is about a card, and not about a line alone."""
    return request.kind in ("reserve_card", "drop_card") or (request.kind == "activate" and "card" in request.values)


def answers(requests: Sequence[Request], indexes: Sequence[int], day: Day, rules: Rules) -> Iterator[Given]:
    """Each of these, in the order of the batch."""
    return ((index, _once(requests[index], day, rules)) for index in indexes)


def _once(request: Request, day: Day, rules: Rules) -> Answer | CarrierError:
    key = (request.msisdn.digits, request.reference)
    try:
        with transaction.atomic():
            # Whoever asks the same at the same time waits, and then finds the answer.
            run("SELECT pg_advisory_xact_lock(%s::int4, hashtext(%s))", [_LOCKS, key[0]])
            known = store.deeds([key])
            if key in known:
                return known[key][0]
            answer = _answered(request, day, rules)
            store.remember([store.Deed(*key, request.kind, answer)], day)
        return answer
    except (OperationalError, InterfaceError) as error:
        return CarrierSilent(said(error))
    except DatabaseError as error:
        log.exception("the sandbox could not store a card")
        return CarrierDown(said(error))


def _answered(request: Request, day: Day, rules: Rules) -> Answer:
    try:
        return Answer(facts=_DEEDS[request.kind](request, day, rules))
    except Refused as refused:
        return Answer(Cause(refused.cause), refused.facts)


def _reserve(request: Request, day: Day, rules: Rules) -> Facts:
    """A blank card, and for a new one a number that nobody had, in the name of whoever asks."""
    # The line of whoever asks.
    rows = run(
        "SELECT l.brand, l.region, l.language, l.owner_masked, l.birthday, l.plan, a.status"
        " FROM sandbox_line l JOIN sandbox_account a USING (msisdn) WHERE msisdn = %s",
        [request.msisdn.digits],
    )
    if not rows or rows[0][6] == "released":
        raise Refused(Cause.NOT_FOUND)
    if request.subject not in ("new", "replacement"):
        raise Refused(Cause.WRONG_PARAMETER)
    new = request.subject == "new"
    number = _new_line(request, rows[0], day) if new else request.msisdn
    [(serial,)] = run("SELECT nextval('sandbox_card_serial')")
    card = iccid(int(serial))
    execute(
        "INSERT INTO sandbox_card (card, msisdn, state, reference, at) VALUES (%s, %s, 'waiting', %s, %s)",
        [card, number.digits, request.reference, day.now],
    )
    return {"card": card, "number": number.digits}


def _new_line(request: Request, owner: Sequence[Any], day: Day) -> Msisdn:
    brand, region, language, owner_masked, birthday, plan, _ = owner
    credit = int(request.values.get("credit") or 0)
    block = request.msisdn.digits[:-7]
    for _ in range(DRAWS_MAX):
        [(drawn,)] = run("SELECT nextval('sandbox_card_serial')")
        number = Msisdn(f"{block}{BLOCK + int(drawn) % BLOCK:07d}")
        opening = Opening(
            number, brand, region, language=language, status="inactive", owner_masked=owner_masked, birthday=birthday,
            plan=plan, basic=credit, days_here=0, valid_days=None,
        )  # fmt: skip
        if open_lines([opening], day.now):
            # The same owner, by the same document.
            execute(
                "UPDATE sandbox_line n SET id_hash = o.id_hash FROM sandbox_line o WHERE n.msisdn = %s AND o.msisdn = %s",
                [number.digits, request.msisdn.digits],
            )
            return number
    raise Refused(Cause.NOT_FOUND)  # this block is full


def _activate(request: Request, day: Day, rules: Rules) -> Facts:
    """The card comes to life: a new line with it, or in place of the card that the line had, which is dead from then on."""
    # The card, its line and how both stand; the account is changed by nobody else meanwhile.
    rows = run(
        "SELECT c.state, a.status, a.activated_on, a.valid_until FROM sandbox_card c JOIN sandbox_account a USING (msisdn)"
        " WHERE c.card = %s AND c.msisdn = %s FOR UPDATE OF a",
        [str(request.values["card"])[:20], request.msisdn.digits],
    )
    if not rows or rows[0][0] == "void" or rows[0][1] == "released":
        raise Refused(Cause.NOT_FOUND)
    state, status, activated_on, valid_until = rows[0]
    if state == "active":
        raise Refused(Cause.ALREADY_ON, activated_on=activated_on)
    if status == "inactive":
        status, valid_until = "active", day.today + timedelta(days=rules.validity_days)
        execute(
            "UPDATE sandbox_account SET status = 'active', activated_on = %s, valid_until = %s, version = version + 1"
            " WHERE msisdn = %s",
            [day.today, valid_until, request.msisdn.digits],
        )
    # The old one first: at no moment do two cards of a line live.
    execute(
        "UPDATE sandbox_card SET state = 'void', at = %s WHERE msisdn = %s AND state = 'active'",
        [day.now, request.msisdn.digits],
    )
    execute("UPDATE sandbox_card SET state = 'active', at = %s WHERE card = %s", [day.now, request.values["card"]])
    return {"status": status, "valid_until": valid_until, "card": str(request.values["card"])}


def _drop(request: Request, day: Day, rules: Rules) -> Facts:
    """What was set apart under that reference is let go; its new number with it. Nothing set apart is nothing to let go."""
    rows = run(
        "UPDATE sandbox_card SET state = 'void', at = %s WHERE reference = %s AND state = 'waiting' RETURNING msisdn, card",
        [day.now, str(request.values.get("reference") or "")[:64]],
    )
    if not rows:
        # Whoever is no line of ours has no cards either.
        if not run("SELECT 1 FROM sandbox_account WHERE msisdn = %s", [request.msisdn.digits]):
            raise Refused(Cause.NOT_FOUND)
        return {"card": ""}
    number, card = rows[0]
    execute(
        "UPDATE sandbox_account SET status = 'released', version = version + 1"
        " WHERE msisdn = %s AND status = 'inactive' AND activated_on IS NULL AND msisdn <> %s",
        [number, request.msisdn.digits],
    )
    return {"card": card}


def iccid(serial: int) -> str:
    """The number of a card: issuer, a serial of twelve digits, and the check digit of Luhn (ITU-T E.118)."""
    body = f"{ISSUER}0{serial:012d}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body))]
    return f"{body}{-sum(part // 10 + part % 10 for part in doubled) % 10}"


_DEEDS: Mapping[str, Callable[[Request, Day, Rules], Facts]] = {
    "reserve_card": _reserve,
    "activate": _activate,
    "drop_card": _drop,
}
