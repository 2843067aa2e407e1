"""What the town has paid online lately: top-ups that went well, one declined, one whose notice never came, one left.

Each story happens once, by the key of its payment. Chen Guilan, with whom the demo is tried, has none of her own.
"""

import os
from datetime import datetime, timedelta

from careline.carrier.adapters.sandbox.carrier import Sandbox as Carrier
from careline.demo import town
from careline.dialogue.saying import local
from careline.payments import discounts, paying
from careline.payments.adapters import sandbox
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.models import Payment
from careline.payments.paying import NewPayment
from careline.payments.till import Till

KEY = "demo-pay"
# name -> who, fen, what is done on the provider's page, days ago
_TOP_UPS = {
    "winter": ("徐文博", 20_000, "pay", 6.0),
    "small": ("林小雨", 3_000, "twice", 4.2),
    "declined": ("孙丽", 5_000, "decline", 3.1),
    "quiet": ("高敏", 10_000, "quiet", 2.0),
    "left": ("林小雨", 10_000, "", 1.5),
}


def settle(now: datetime) -> int:
    """Let the stories happen that have not yet; returns how many did. Needs the town. Quick when all is there."""
    provider = sandbox.provider(os.environ)
    till = Till(Carrier(), {provider.name: provider})
    known = set(Payment.objects.filter(key__startswith=f"{KEY}:").values_list("key", flat=True))
    told = 0
    for name, (who, fen, how, days) in _TOP_UPS.items():
        if f"{KEY}:{name}" not in known and town.find(who) is not None:
            _topped_up(till, provider, name, who, fen, how, now - timedelta(days=days))
            told += 1
    return told


def _begun(till: Till, name: str, who: str, fen: int, at: datetime) -> Payment:
    person = town.find(who)
    assert person is not None, who
    discount = discounts.best(
        discounts.terms().rules, purpose="top_up", how="provider", fen=fen, brand=person.brand, day=local(at).date()
    )
    new = NewPayment(
        person.msisdn, "top_up", "", fen, "provider", f"{KEY}:{name}", discount=discount, provider=sandbox.NAME
    )
    payment = paying.begin(new, by="subscriber", channel="web", now=at)
    return till.go_on(str(payment.pk), at)


def _topped_up(till: Till, provider: sandbox.Sandbox, name: str, who: str, fen: int, how: str, at: datetime) -> None:
    payment = _begun(till, name, who, fen, at)
    if how:
        _done(till, provider, payment, how, at + timedelta(minutes=1))
    till.poll(str(payment.pk), at + timedelta(minutes=40))  # what the provider never told; who left pays no more


def _done(till: Till, provider: sandbox.Sandbox, payment: Payment, how: str, at: datetime) -> None:
    """The customer does this on the provider's page, and the provider tells it."""
    provider.pay(SandboxBill.objects.get(reference=payment.pk).token, how, at)
    provider.deliver(at, lambda headers, body: till.heard(provider.name, headers, body, at))
