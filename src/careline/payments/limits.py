"""How often and how much may be brought online in a day; counted by one at a time."""

from datetime import datetime, timedelta

from careline.payments.states import Refusal
from careline.postgres import sql

MOST_FEN = 5_000_000  # of one payment, an order of goods
LEAST_TOP_UP_FEN, MOST_TOP_UP_FEN = 100, 300_000  # of one top-up: 1 to 3,000 yuan
A_DAY = timedelta(days=1)
TIMES_A_DAY = 20  # payments begun by one number; or for one number, counted when somebody else begins another
DEVICE_TIMES_A_DAY = 30  # by one browser or app, whatever its number
FEN_A_DAY = 1_000_000  # that one number begins to pay


def alone(msisdn: str) -> None:
    """Until this transaction ends nobody else begins a payment of this number."""
    sql.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 8117)) IS NULL", [msisdn])


def check(msisdn: str, payee: str, device: str, fen: int, now: datetime) -> None:
    """Raises Refusal: bad_amount, too_many_today, too_much_today."""
    if not LEAST_TOP_UP_FEN <= fen <= MOST_TOP_UP_FEN:
        raise Refusal("bad_amount")
    # What was begun lately by this number, for that number, by this device?
    [(by_number, brought, for_number, by_device)] = sql.run(
        "SELECT count(*) FILTER (WHERE msisdn = %s), coalesce(sum(fen) FILTER (WHERE msisdn = %s), 0)::int8,"
        " count(*) FILTER (WHERE payee = %s), count(*) FILTER (WHERE device = %s AND device <> '')"
        " FROM payment_payment WHERE begun_at > %s AND purpose <> 'order'"
        " AND (msisdn = %s OR payee = %s OR (device = %s AND device <> ''))",
        [msisdn, msisdn, payee, device, now - A_DAY, msisdn, payee, device],
    )
    for_other = for_number if msisdn != payee else 0  # strangers shut nobody out of the own account
    if max(by_number, for_other) >= TIMES_A_DAY or by_device >= DEVICE_TIMES_A_DAY:
        raise Refusal("too_many_today")
    if brought + fen > FEN_A_DAY:
        raise Refusal("too_much_today")
