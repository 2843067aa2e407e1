"""Recordings of talks: kept for a time, then deleted; the contact stays."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from careline.desk.models import Contact, ContactState

KEPT = timedelta(days=90)
HAND = 200  # files of one sweep

log = logging.getLogger(__name__)


def forget(now: datetime, kept: timedelta = KEPT) -> int:
    """Delete the recordings of talks that ended so long ago; returns how many. A file that is gone already is no trouble."""
    old = Contact.objects.filter(state=ContactState.ENDED, ended_at__lt=now - kept).exclude(recording="")
    forgotten = 0
    for contact in old.order_by("ended_at")[:HAND]:
        try:
            Path(contact.recording).unlink(missing_ok=True)
        except OSError as error:
            log.error("recording of contact %s cannot be deleted: %s", contact.pk, error.strerror)
            continue
        forgotten += Contact.objects.filter(pk=contact.pk).update(recording="")
    return forgotten
