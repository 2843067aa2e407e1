"""The sandbox courier: parcels move by themselves, by their slot or at a pace, and stumble when they are asked to."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.orders.courier.accounts import Account
from careline.orders.courier.port import Booking, Courier, CourierRefused, Told
from careline.orders.records.carried import SandboxParcel
from careline.orders.states import NotAllowed
from careline.values.language import Text

STUMBLES = ("lost", "late", "wrong_address", "refused")
LATE = timedelta(hours=30)  # that a late parcel is behind
_STORE, _HUB, _BRANCH = "中心仓", "分拨中心", "营业点"
_DOOR = "收件地址"
_PLACES = {
    "collected": _STORE,
    "in_transit": _HUB,
    "out_for_delivery": _BRANCH,
    "attempted": _DOOR,
    "wrong_address": _BRANCH,
    "arrived": _DOOR,
    "refused": _DOOR,
    "lost": _HUB,
    "back": _STORE,
}
# A real courier's places are names; those of this one are words, which pages say in their reader's language.
PLACES = {_STORE: "Central warehouse", _HUB: "Sorting centre", _BRANCH: "Local branch", _DOOR: "Delivery address"}


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A courier (`courier.port.Courier`)."""

    name: str = "sandbox"
    label: Text = Text("飞燕快递", "Swallow Express")
    secret: str = ""
    pace_seconds: int = 0

    def book(self, booking: Booking, *, now: datetime) -> str:
        if "无法送达" in booking.address:
            raise CourierRefused("无法送达")
        known = SandboxParcel.objects.filter(reference=booking.reference).first()
        if known is None:
            known, _ = SandboxParcel.objects.get_or_create(
                reference=booking.reference,
                defaults={
                    "number": f"FY{booking.reference.replace(':', '').upper()}"[:40],
                    "region": booking.region,
                    "back": booking.back,
                    "booked_at": now,
                    "since": booking.since,
                    "until": booking.until,
                    "pace_seconds": self.pace_seconds,
                },
            )
        return known.number

    def call_off(self, number: str, *, now: datetime) -> None:
        SandboxParcel.objects.filter(number=number).update(called_off=True)

    def told(self, numbers: Sequence[str], *, now: datetime) -> Sequence[Told]:
        found = SandboxParcel.objects.filter(number__in=list(numbers), called_off=False)
        return [one for parcel in found for one in journey(parcel) if one.at <= now]


def journey(parcel: SandboxParcel) -> Sequence[Told]:
    """Everything that happens to this parcel, with its times, also those to come."""
    steps = ["collected", "in_transit", "out_for_delivery", "arrived"]
    match parcel.stumble:
        case "lost":
            steps[2:] = ["lost"]
        case "wrong_address":
            steps[3:] = ["wrong_address", "attempted", "arrived"]
        case "refused":
            steps[3:] = ["refused", "back"]
    if parcel.back:
        steps = ["collected", "in_transit", "back"]
    return [
        Told(f"{parcel.number}:{place}", parcel.number, did, at, _PLACES[did])
        for place, (did, at) in enumerate(zip(steps, _times(parcel, len(steps)), strict=True))
    ]


def stumble(number: str, how: str) -> None:
    """The parcel of this number shall stumble so; "" goes well. Raises NotAllowed("no_such_parcel")."""
    if how and how not in STUMBLES:
        raise NotAllowed("no_such_parcel", how)
    if not SandboxParcel.objects.filter(number=number).update(stumble=how):
        raise NotAllowed("no_such_parcel", number)


def _times(parcel: SandboxParcel, count: int) -> list[datetime]:
    behind = LATE if parcel.stumble == "late" else timedelta()
    if parcel.pace_seconds:
        step = timedelta(seconds=parcel.pace_seconds)
        return [parcel.booked_at + step * (place + 1) for place in range(count)]
    # On the way overnight, out in time for the slot, and at the door in its middle.
    begun = [parcel.booked_at + timedelta(minutes=30), parcel.booked_at + timedelta(hours=4)]
    middle = parcel.since + (parcel.until - parcel.since) / 2
    out = max(middle - timedelta(hours=2), begun[1] + timedelta(minutes=30))
    door = max(middle, out + timedelta(minutes=30))
    rest = [out, *(door + timedelta(minutes=20) * place for place in range(count))]
    return [*begun, *(at + behind for at in rest)][:count]


def make(account: Account) -> Courier:
    """The courier of this account."""
    pace = int(os.environ.get("CARELINE_COURIER_PACE_SECONDS", "0"))
    return Sandbox(account.name, account.label, account.secret, pace)
