"""All sweeps in one list: deadlines are columns, and these look after those that have come."""

import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from careline import wiring
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.cases import faults, handling
from careline.cases.looking import presence
from careline.cases.promised import sweeping
from careline.catalogue import library
from careline.channels.app import devices, once
from careline.channels.calls.roll import lost_moment
from careline.channels.portal import codes, knocking
from careline.channels.telephony import moments
from careline.channels.tmf import telling as tmf
from careline.circle import watching
from careline.desk import callbacks, live, queue, recordings
from careline.hall import reminding, telephone
from careline.hall.reception import Reception
from careline.insight import folding
from careline.insight import keeping as keeping_records
from careline.ledger import due, inbox
from careline.offers import answering, earning, judging, retaining
from careline.orders import logistics
from careline.orders import sweeping as sweeping_orders
from careline.outbox import receipts
from careline.payments.adapters.sandbox import Sandbox as SandboxProvider
from careline.probes import alarming, telling
from careline.probes import keeping as keeping_probes
from careline.probes.models import Run
from careline.prompts import house, keeping, notices, rendering, voices
from careline.selfcare import privacy_deletion
from careline.upkeep import alarms

RECEIPTS_AWAITED = timedelta(days=3)
HAND, HANDS_MAX = 5_000, 20  # rows that one statement forgets, statements of one sweep
PROMISE_HANDS_MAX = 20  # some two seconds
LOST_SHARD = 98  # of the tally
ORDERS_SHARD = 95
LAPSE_GRACE = timedelta(seconds=60)  # for a yes that is under way, and for clocks that differ
PASSING_KEPT = timedelta(days=30)
INBOX_KEPT = timedelta(days=7)  # a gateway that repeats a message after a week is served anew

log = logging.getLogger(__name__)


def lapse_questions(now: datetime) -> int:
    """Attempts whose question was never answered end as Abandoned."""
    with transaction.atomic():
        return due.lapse(now - LAPSE_GRACE)


def forget_arrivals(now: datetime) -> int:
    """The inbox is kept as long as repeats may come."""
    return _in_hands(inbox.forget, now - INBOX_KEPT)


def forget_parts(now: datetime) -> int:
    """Parts wait for their receipts as long as gateways keep trying to deliver them (CMPP: 48 hours)."""
    return _in_hands(receipts.forget, now - RECEIPTS_AWAITED)


def _in_hands(forget: Callable[[datetime], int], before: datetime) -> int:
    """Forget by the hand until one is not full: a busy day brings more than one hand a minute takes away."""
    forgotten = 0
    for _ in range(HANDS_MAX):
        taken = forget(before)
        forgotten += taken
        if taken < HAND:
            break
    return forgotten


def remind(now: datetime) -> int:
    """Low-balance reminders leave, once each."""
    return reminding.remind(wiring.carrier(), library.current(), now, link=wiring.NOTICE_LINK)


def tell_owners(now: datetime) -> int:
    """What others opened on a line is told to its owner."""
    return reminding.tell_owners(wiring.carrier(), library.current(), now, link=wiring.NOTICE_LINK)


def tell_usage(now: datetime) -> int:
    """Allowances that are nearly or wholly used are told, once a month each."""
    return reminding.tell_usage(wiring.carrier(), library.current(), now, link=wiring.NOTICE_LINK)


def end_sessions(now: datetime) -> int:
    """Calls and USSD sessions of other people's servers that went silent are lost; old ones are forgotten."""
    return moments.end_lost(wiring.reception(shard=98), now)


def let_the_sandbox_live(now: datetime) -> int:
    """A real carrier turns its months and ends retention by itself; the sandbox has only us."""
    carrier = wiring.carrier()
    if not isinstance(carrier, Sandbox):
        return 0
    return carrier.leave(now) + carrier.roll_month(now) + carrier.retain(now)


_prompts = rendering.Sweep()


def render_prompts(now: datetime) -> int:
    """What a newly published version says on calls is rendered, a few seconds' worth at a time."""
    if voices.missing() is not None:
        return 0  # careline doctor says what to install; calls say what is rendered
    book, speaker = library.current(), house.speaker()
    return rendering.politely(lambda: _prompts.run(book, speaker, now))


def sound_alarms(now: datetime) -> int:
    """Business notices whose prompts are overdue: a line in the log for each, once."""
    late = notices.alarm(now)
    for notice in late:
        log.error("notice %s is overdue: its prompt should have been published by %s", notice.pk, notice.due_at)
    return len(late)


def forget_clips(now: datetime) -> int:
    """Words that were said in passing are kept a month, in case they are said again."""
    return keeping.forget_passing(now - PASSING_KEPT, house.folder())


def forget_recordings(now: datetime) -> int:
    """Talks are kept as sound for CARELINE_RECORDINGS_DAYS, 90 unless said otherwise."""
    return recordings.forget(now, timedelta(days=float(os.environ.get("CARELINE_RECORDINGS_DAYS", "90"))))


def end_forsaken(now: datetime) -> int:
    """Sessions of any door that nobody ended, because a worker died, end as lost."""
    return telephone.end_forsaken(wiring.reception(shard=98), now)


def end_lost_calls(now: datetime, reception: Callable[[], Reception] | None = None) -> int:
    """Calls whose process died with the hall process, callers at the desk who are not seen any more, dead callbacks."""
    lost = live.take_lost(now)
    if lost:
        endings = [lost_moment(one.session, one.msisdn, one.link, one.address, now) for one in lost]
        telephone.answer(reception() if reception else wiring.reception(shard=LOST_SHARD), endings)
    return len(lost) + queue.lose(now) + callbacks.give_up(now)


def look_after_promises(now: datetime) -> int:
    """Warn of what will be late, say what is: by the hand, until one brings nothing; in between others have their turn."""
    dealt = 0
    for _ in range(PROMISE_HANDS_MAX):
        hand = sweeping.sweep(now)
        dealt += hand
        if hand < sweeping.HAND:
            break
    return dealt


def pay_refunds(now: datetime) -> int:
    """Payments of refunds that the carrier has not answered for: inquired, and asked again under the same reference."""
    return wiring.cashier().sweep(now)


def look_after_payments(now: datetime) -> int:
    """Notices of the sandbox are delivered; steps that nobody answered for are asked again; who has not paid in time pays no more."""
    till, sandbox = wiring.till(), wiring.providers().get("sandbox")
    delivered = 0
    if isinstance(sandbox, SandboxProvider):
        delivered = sandbox.deliver(now, lambda headers, body: till.heard("sandbox", headers, body, now))
    return delivered + till.sweep(now)


def give_gifts(now: datetime) -> int:
    """What promotions granted is given; what the carrier left open is asked again under the same reference."""
    return wiring.giver().sweep(now)


def earn_gifts(now: datetime) -> int:
    """Whoever has used a service for the months of a promotion gets its gift."""
    return earning.after_months(wiring.carrier(), now)


def see_out(now: datetime) -> int:
    """Leavings that the carrier left open, whose day has come, or that nobody went on with."""
    return wiring.doorman().sweep(now)


def look_after_offers(now: datetime) -> int:
    """How wishes ended that came from offers; an offer that makes complaints is paused."""
    return answering.learn(now) + judging.judge(now)


def remind_of_kept(now: datetime) -> int:
    """Customers of suspended numbers hear how long those are kept and what brings them back, once for each step."""
    return retaining.remind(wiring.carrier(), now, link=wiring.NOTICE_LINK)


def orders_due(now: datetime) -> int:
    """Orders that nobody paid, that are late, received or complete by now; and money that is to go back."""
    return sweeping_orders.due(now)


def grant_wishes(now: datetime) -> int:
    """What came with goods that were received is asked of the hall."""
    return sweeping_orders.wishes(wiring.reception(shard=ORDERS_SHARD), now)


def look_after_cards(now: datetime) -> int:
    """SIM cards of orders: set apart, activated once their owner has confirmed, let go; what the carrier left open again."""
    return wiring.card_desk().sweep(now)


def ask_couriers(now: datetime) -> int:
    """Where parcels are, for couriers that do not tell by themselves."""
    spacing = timedelta(seconds=float(os.environ.get("CARELINE_COURIER_ASK_SECONDS", "600")))
    return logistics.ask(wiring.couriers(), now, spacing=spacing)


def probe_alarms(now: datetime) -> int:
    """What is due at vantage points and nobody runs is an alarm; alarms that are due are told."""
    return alarming.watch(tuple(telling.ways()), now) + telling.sweep(now)


def forget_probes(now: datetime) -> int:
    """Runs of dial tests, their ladders and sound, by CARELINE_PROBES_DAYS and its like; statistics are told first."""
    spans = keeping_probes.kept()
    if Run.objects.filter(ended_at__lt=now - spans.runs).exists():
        keeping_records.gone(folding.PROBES, now - spans.runs)
    return keeping_probes.forget(now, Path(settings.HOME) / "probes", spans)


def sweeps() -> Mapping[str, tuple[timedelta, Callable[[datetime], int]]]:
    """Name -> (how often, what). Each returns how many it dealt with; a full hand means: again at once."""
    return {
        "reconcile": (timedelta(seconds=2), wiring.janitor(shard=99).sweep),
        "lapse": (timedelta(seconds=5), lapse_questions),
        "sessions": (timedelta(seconds=20), end_sessions),
        "forsaken": (timedelta(seconds=30), end_forsaken),
        "remind": (timedelta(seconds=2), remind),
        "owners": (timedelta(seconds=2), tell_owners),
        "usage": (timedelta(seconds=20), tell_usage),
        "sandbox": (timedelta(minutes=30), let_the_sandbox_live),
        "calls": (timedelta(seconds=15), end_lost_calls),
        "forget": (timedelta(minutes=1), forget_arrivals),
        "receipts": (timedelta(minutes=1), forget_parts),
        "prompts": (timedelta(seconds=5), render_prompts),
        "notices": (timedelta(seconds=5), sound_alarms),
        "clips": (timedelta(minutes=10), forget_clips),
        "recordings": (timedelta(minutes=10), forget_recordings),
        "promises": (timedelta(seconds=1), look_after_promises),
        "faults": (timedelta(seconds=2), faults.go_on),
        "looks": (timedelta(hours=1), presence.forget),
        "silence": (timedelta(minutes=1), handling.silence),
        "closing": (timedelta(minutes=1), handling.finish),
        "events": (timedelta(seconds=1), tmf.sweep),
        "refunds": (timedelta(seconds=5), pay_refunds),
        "payments": (timedelta(seconds=2), look_after_payments),
        "orders": (timedelta(seconds=5), orders_due),
        "wishes": (timedelta(seconds=5), grant_wishes),
        "cards": (timedelta(seconds=5), look_after_cards),
        "parcels": (timedelta(seconds=5), ask_couriers),
        "receivers": (timedelta(hours=1), sweeping_orders.forget),
        "told": (timedelta(minutes=10), tmf.forget),
        "codes": (timedelta(minutes=1), codes.forget),
        "gifts": (timedelta(seconds=5), give_gifts),
        "gifts-earned": (timedelta(hours=6), earn_gifts),
        "leaving": (timedelta(seconds=10), see_out),
        "offers": (timedelta(seconds=30), look_after_offers),
        "kept": (timedelta(minutes=5), remind_of_kept),
        "knocks": (timedelta(minutes=10), knocking.forget),
        "privacy": (timedelta(seconds=5), privacy_deletion.sweep),
        "devices": (timedelta(minutes=10), devices.forget),
        "answers": (timedelta(minutes=10), once.forget),
        "probe-alarms": (timedelta(seconds=5), probe_alarms),
        "probe-runs": (timedelta(minutes=10), forget_probes),
        "upkeep": (timedelta(seconds=20), alarms.sweep),
        "insight": (timedelta(seconds=20), folding.sweep),
        "insight-again": (timedelta(hours=6), folding.recheck),
        "circles": (timedelta(hours=6), watching.watch),
        "keeping": (timedelta(minutes=1), keeping_records.sweep),
    }
