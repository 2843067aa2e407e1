"""Alarms reach departments by e-mail: one for each late plan, after commit, and a dead mail server stops nobody."""

import logging
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from careline.cases import handling
from careline.cases.models import Department
from careline.cases.promised import alarm_mail, alarms, sweeping
from careline.cases.states import State
from tests.cases import desk
from tests.cases.desk import NOON

LONG_AFTER = NOON + timedelta(days=30)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Mailbox)
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            verb = line.strip().upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it gets."""

    daemon_threads = True

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Talk)


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with Mailbox() as server:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def _asked() -> str:
    desk.settled()
    docket = desk.led(State.SUPPORT)
    Department.objects.filter(name="billing").update(email="billing@care.example")
    return docket


@pytest.mark.django_db(transaction=True)
def test_a_late_plan_is_mailed_once_and_shown_until_it_is_answered(mailbox: Mailbox) -> None:
    docket = _asked()
    sweeping.late(LONG_AFTER)
    sweeping.late(LONG_AFTER)
    alarm_mail.finish()
    (mail,) = mailbox.mails
    assert b"To: billing@care.example" in mail
    assert docket.encode() in mail
    assert desk.CUSTOMER.digits[2:].encode() not in mail
    for hearer in ({"owner": "wang"}, {"department": "billing"}, {}):
        (alarm,) = alarms.unanswered(**hearer, since=NOON)  # type: ignore[arg-type]
        assert (alarm.docket, alarm.task) == (docket, desk.task_of(docket).pk)
    assert alarms.unanswered(owner="liu", since=NOON) == []
    handling.answer_task(desk.task_of(docket).pk, "退还", by="sun", now=LONG_AFTER)
    assert alarms.unanswered(owner="wang", since=NOON) == []
    assert len(alarms.heard_by(owner="wang", since=NOON)) == 1, "that it was late stays true"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_mailed_of_a_sweep_that_was_undone(mailbox: Mailbox) -> None:
    _asked()
    with transaction.atomic():
        sweeping.late(LONG_AFTER)
        transaction.set_rollback(True)
    alarm_mail.finish()
    assert mailbox.mails == []


@pytest.mark.django_db(transaction=True)
def test_a_dead_mail_server_is_said_once_and_stops_no_sweep(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    with Mailbox() as gone:
        port = gone.server_address[1]  # nobody listens there after this
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
    docket = _asked()
    handling.ask(docket, "network", "请测信号", by="wang", now=NOON)
    Department.objects.filter(name="network").update(email="network@care.example")
    with caplog.at_level(logging.ERROR, "careline.cases.promised.alarm_mail"):
        assert sweeping.late(LONG_AFTER) > 1
        alarm_mail.finish()
    assert sum("cannot be mailed" in one.message for one in caplog.records) == 1
    assert len(alarms.heard_by(owner="wang", since=NOON)) == 2
