"""Many who accept, urge and answer at once, each in a connection of its own: one case, nothing counted twice."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction

from careline.cases import deeds, handling, opening, urging
from careline.cases.records.case import Case, Contact
from careline.cases.states import NotAllowed, State
from careline.outbox.models import Message
from tests.cases.desk import NOON, analysed, brought, deeds_of, led, read, settled

AT_ONCE = 8


def all_at_once(deed: Callable[[int], object]) -> list[object]:
    """What each of them got: what the deed returned, or the code of its refusal."""
    ready = threading.Barrier(AT_ONCE)

    def one(number: int) -> object:
        try:
            ready.wait(20)
            return deed(number)
        except NotAllowed as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_is_one_case() -> None:
    new = brought(category="billing")
    accepted = all_at_once(lambda _: opening.accept(new, by="subscriber", now=NOON))
    assert len({one.case.docket for one in accepted}) == 1  # type: ignore[attr-defined]
    assert not any(one.joined for one in accepted)  # type: ignore[attr-defined]
    assert (Case.objects.count(), Contact.objects.count(), Message.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_without_a_number_is_one_case_too() -> None:
    new = brought(msisdn=None, channel="web")
    accepted = all_at_once(lambda _: opening.accept(new, by="subscriber", now=NOON))
    assert len({one.case.docket for one in accepted}) == 1  # type: ignore[attr-defined]
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("category", ["billing", ""])
def test_the_same_matter_from_many_doors_at_once_is_one_case_that_the_others_join(category: str) -> None:
    doors = [brought(category=category, channel=channel) for channel in ["sms", "voice", "web", "counter"] * 2]
    accepted = all_at_once(lambda number: opening.accept(doors[number], by="subscriber", now=NOON))
    assert Counter(one.joined for one in accepted) == {False: 1, True: AT_ONCE - 1}  # type: ignore[attr-defined]
    case = Case.objects.get()
    assert (case.repeats, case.contacts.count(), case.version) == (AT_ONCE - 1, AT_ONCE, AT_ONCE)
    assert deeds_of(case.docket) == ["accepted"] + ["joined"] * (AT_ONCE - 1)


@pytest.mark.django_db(transaction=True)
def test_handlers_who_click_at_once_do_one_deed() -> None:
    settled()
    docket = analysed()
    seen = read(docket).version
    done = all_at_once(
        lambda number: handling.solve_on_site(docket, f"退{number}元", by="wang", now=NOON, expected=seen)
    )
    assert Counter(one if isinstance(one, str) else "done" for one in done) == {"done": 1, "moved": AT_ONCE - 1}
    assert deeds_of(docket).count("solved") == 1


@pytest.mark.django_db(transaction=True)
def test_one_answer_delivered_many_times_at_once_counts_once() -> None:
    docket = led(State.CONFIRMING)
    all_at_once(
        lambda _: handling.customer_says(docket, False, key="sms:test:no", channel="sms", by="subscriber", now=NOON)
    )
    all_at_once(lambda _: urging.urge(docket, key="sms:test:urge", channel="sms", by="subscriber", now=NOON))
    case = read(docket)
    assert (case.round, case.urged) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_cases_of_one_number_sorted_into_one_category_at_once_keep_apart() -> None:
    dockets = [
        opening.accept(brought(words), by="wang", now=NOON).case.docket
        for words in ("甲乙丙丁", "天地玄黄", "子丑寅卯", "东西南北", "春夏秋冬", "金木水火", "琴棋书画", "柴米油盐")
    ]
    assert len(set(dockets)) == AT_ONCE
    done = all_at_once(
        lambda number: handling.analyse(dockets[number], "billing", "计费规则配错", "normal", by="wang", now=NOON)
    )
    assert all(isinstance(one, Case) for one in done), done
    assert len({(case.category, case.matter) for case in Case.objects.all()}) == AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_a_customer_who_comes_while_staff_hold_the_case_is_taken_in_all_the_same() -> None:
    """Whoever holds the case and then asks for the number would stand against an acceptance that holds the number."""
    case = opening.accept(brought(category="billing"), by="wang", now=NOON).case
    held, waiting = threading.Event(), threading.Event()

    def staff() -> None:
        try:
            with transaction.atomic():
                deeds.locked(case.docket)
                held.set()
                waiting.wait(20)
                deeds.hold(case.msisdn)
        except OperationalError:
            pass  # one of the two gives way; whoever of staff it is, clicks again
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(staff)
        held.wait(20)
        threading.Timer(0.2, waiting.set).start()
        accepted = opening.accept(brought(category="billing"), by="subscriber", now=NOON)
        busy.result(20)
    assert accepted.joined
    assert read(case.docket).repeats == 1
