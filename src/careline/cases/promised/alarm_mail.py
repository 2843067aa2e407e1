"""Alarms by e-mail, to departments that gave an address: after the sweep's transaction, by a thread that no sweep waits for."""

import logging
import queue
import threading
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from careline.cases.records.help import Department

WAITING_MAX = 2_000  # mails; what is more is in the journal and on the pages
TIMEOUT_SECONDS = 10

log = logging.getLogger(__name__)


def send(found: Sequence[tuple[str, str]]) -> None:
    """Post one mail for each late plan (department, docket) once this transaction is committed; one statement, or none
    where no mail server is configured (CARELINE_MAIL_HOST). A mail names nothing of the customer.
    """
    if not found or not settings.EMAIL_HOST:
        return
    helpers = Department.objects.filter(name__in={name for name, _ in found}).exclude(email="")
    known = {one.name: one for one in helpers}
    mails = [_mail(known[name], docket) for name, docket in found if name in known]
    if mails:
        transaction.on_commit(lambda: _posting.put(mails))


def _mail(department: Department, docket: str) -> EmailMessage:
    zh = f"{department.name_zh}：工单 {docket} 的处理办法已经超过时限，请马上答复。"
    en = f"The plan for case {docket} is late. Please answer it now."
    return EmailMessage(f"{docket} 已超时 / is late", f"{zh}\n\n{department.name_en}: {en}\n", to=[department.email])


class Posting:
    """A queue and the thread that empties it, begun with the first mail. What waits when the process ends is not sent."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[EmailMessage] = queue.Queue(WAITING_MAX)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._broken = False

    def put(self, mails: Sequence[EmailMessage]) -> None:
        """Take them; never waits, never raises."""
        try:
            for mail in mails:
                self._waiting.put_nowait(mail)
        except queue.Full:
            log.error("more than %s alarms wait for the mail server: the others are not mailed", WAITING_MAX)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="alarm mail", daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Wait until all that was taken has been tried."""
        self._waiting.join()

    def _run(self) -> None:
        while True:
            mail = self._waiting.get()
            try:
                mail.connection = get_connection(timeout=TIMEOUT_SECONDS)
                mail.send()
                self._broken = False
            except Exception as error:  # whatever a mail server does, alarms go on
                if not self._broken:  # said once, until one arrives again
                    log.error("alarms cannot be mailed: %s: %s", type(error).__name__, error)
                self._broken = True
            finally:
                self._waiting.task_done()


_posting = Posting()
finish = _posting.finish
