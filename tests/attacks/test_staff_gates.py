"""Which right opens which address of the staff's pages: the whole list, so that a new page must be put on it by hand."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from careline.catalogue.version import Version
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.journal.models import Entry
from tests.attacks.test_staff_doors import addresses
from tests.staff.conftest import SignIn

# Everybody's, or behind more than one gate; each of these has tests of its own.
OWN = {
    "home", "sign-in", "sign-in-code", "sign-in-app", "sign-in-password", "sign-in-onward", "sign-out", "language",
    "again", "me", "me-app", "me-without-app", "me-codes", "me-password", "case-tasks",
}  # fmt: skip
GATES = {
    Gate.READ_CATALOGUE: """catalogue channels diff do errors item lint menu menus node preview prompt prompt-listen
        prompt-original prompt-version prompts prompts-notices prompts-work services settings table tables version
        versions words""",
    Gate.EDIT_CATALOGUE: """add advice-apply advice-decide circle-found circle-take-in draft prompt-choose prompt-record
        prompts-arrive prompts-audit prompts-step remove""",
    Gate.EXPLAIN: "explain messages",
    Gate.READ_JOURNAL: "journal",
    Gate.WATCH_DESK: "calls contacts desk number seat",
    Gate.SCREEN_CALLERS: "screen screened",
    Gate.SEE_SUBSCRIBER: "case-bill case-explain case-look kept-look kept-tried leaving-ask leaving-do",
    Gate.TAKE_CASES: """case case-do case-draft case-fault case-faults case-new case-presence case-search cases kept
        leaving leavings offer offer-keep offer-talk offer-talk-end offers offers-heard offers-leaflets offers-shop
        offers-voucher payment payments refund refund-do refunds""",
    Gate.HANDLE_CASES: "case-offer case-urge-task payment-again payment-back refund-dispute",
    Gate.MANAGE_CASES: "case-fault-do offer-do",
    Gate.SUPPORT_CASES: "case-answer-task",
    Gate.APPROVE_REFUNDS: "payment-answer",
    Gate.WAIVE_FEES: "refund-waive refund-waiver",
    Gate.EXPORT_EVIDENCE: "case-evidence",
    Gate.REPORT_CASES: "case-improve case-reports case-submit payments-reconcile refund-csv refund-register",
    Gate.SEE_STATISTICS: """advice advice-audio advice-errors advice-heard advice-menu advice-texts circle circle-any
        circle-any-file circle-do circle-example circle-file circle-proof insight insight-acceptance insight-callers
        insight-causes insight-circle insight-control insight-hours insight-load insight-menu insight-rate insight-records
        insight-service insight-tables""",
    Gate.CALL_BACK: "insight-list insight-number insight-tell",
    Gate.SET_REMEDIES: "insight-remedy",
    Gate.RUN_PROBES: """probe probe-acknowledge probe-baseline probe-batch probe-junit probe-run probe-sound
        probe-timetable probe-timetable-do probe-timetable-new probes probes-alarms probes-list probes-start
        probes-timetables""",
    Gate.KEEP_HOUSE: """upkeep upkeep-day upkeep-diary upkeep-diary-csv upkeep-forget upkeep-health upkeep-machine
        upkeep-machines upkeep-machines-csv upkeep-machines-take upkeep-notices upkeep-notices-csv upkeep-policy
        upkeep-policy-do upkeep-process upkeep-quiz upkeep-round upkeep-round-explain upkeep-round-new upkeep-rounds
        upkeep-rounds-csv upkeep-sheet upkeep-sheet-pdf upkeep-sign""",
    Gate.HANDLE_ORDERS: "order order-do order-figures order-look order-packing order-sellers orders",
    Gate.KEEP_STOCK: "order-count order-stock",
    Gate.MANAGE_STAFF: "case-departments people person person-do",
}
GATE_OF = {name: gate for gate, names in GATES.items() for name in names.split()}


def named() -> Iterator[tuple[str, str]]:
    """Each address of the staff's pages with its name."""
    staff = next(one for one in get_resolver().url_patterns if str(one.pattern) == "staff/")
    assert isinstance(staff, URLResolver)
    patterns: list[Any] = list(staff.url_patterns)
    assert not any(isinstance(one, URLResolver) for one in patterns)
    yield from zip((str(one.name) for one in patterns), addresses(), strict=True)


def test_every_address_is_on_the_list_with_its_right() -> None:
    names = {name for name, _ in named()}
    assert names == GATE_OF.keys() | OWN, "a new page: say here which right opens it"


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_has_every_right_but_the_one_that_opens_a_page_is_refused(
    db: None, published: Version, method: str
) -> None:
    rights = list(Permission.objects.filter(codename__in=[one.value for one in Gate]))
    people: dict[Gate, Client] = {}
    for gate in GATES:
        person = Staff.objects.create_user(f"without-{gate.value}")
        person.user_permissions.set([one for one in rights if one.codename != gate.value])
        people[gate] = Client()
        people[gate].force_login(person)
    before = Version.objects.values_list("number", "state")
    for name, address in named():
        if name in OWN:
            continue
        status = getattr(people[GATE_OF[name]], method)(address).status_code
        assert status in {403, 405}, (name, status)
    refused = Entry.objects.filter(did="refused", what="gate")
    assert set(refused.values_list("record", flat=True)) <= {one.value for one in GATES}
    assert refused.count() > 60
    assert list(before) == list(Version.objects.values_list("number", "state"))


# What looking may leave behind: sessions, looks, and their entries in the journal.
LOOKING = re.compile(r"(django_session|journal_entry|identity_look)\b")
CHANGES = re.compile(r'^\s*(?:WITH\b.*?\b)?(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.DOTALL)


def test_no_page_changes_anything_by_being_looked_at(sign_in: SignIn, published: Version) -> None:
    client = sign_in("admin", "admin")
    changed: dict[str, set[str]] = {}
    for name, address in named():
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        tables = {found[1] for one in asked if (found := CHANGES.match(one["sql"]))}
        if tables := {one for one in tables if not LOOKING.match(one)}:
            changed[name] = tables
    assert not changed
