"""Vouchers: what a promotion gives in goods is fetched in a shop, once, and whoever handed it out stands in the journal."""

from datetime import datetime

from django.db import transaction

from careline.journal import writing
from careline.offers.models import Grant

VOUCHER_LENGTH = 10


class NotAllowed(Exception):
    """What was asked is refused; the message is a code: no_such_voucher, fetched."""

    @property
    def code(self) -> str:
        return str(self.args[0])


def redeem(voucher: str, *, by: str, now: datetime) -> Grant:
    """The goods of this voucher are handed out, with the ID looked at; once. Raises NotAllowed."""
    written = "".join(voucher.split()).upper()
    with transaction.atomic():
        row = Grant.objects.select_for_update().filter(voucher=written, kind="goods", state="given").first()
        if row is None or len(written) != VOUCHER_LENGTH:
            raise NotAllowed("no_such_voucher")
        if row.redeemed_at is not None:
            raise NotAllowed("fetched")
        row.redeemed_at = now
        row.save(update_fields=["redeemed_at"])
        writing.write(who=by, did="gift_fetched", what="gift", record=str(row.pk), now=now, detail={"goods": row.goods})
    return row
