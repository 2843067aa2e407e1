"""Who gets an order and where: as customers write it, and as it is kept."""

from dataclasses import dataclass, field

from careline.orders.records.order import ADDRESS_MAX, NAME_MAX, PHONE_MAX
from careline.orders.states import NotAllowed
from careline.values.msisdn import Msisdn, NotANumber

PHONE_LEAST = 10  # digits with the country's code: nobody is reached at a short number


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets it and where; kept until some time after the end."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    region: str


def check_receiver(receiver: Receiver) -> Receiver:
    """The receiver as it is kept; raises NotAllowed: no_name, no_phone, no_address, no_region, too_long."""
    name, address = (" ".join(text.replace("\0", "").split()) for text in (receiver.name, receiver.address))
    for text, most in ((name, NAME_MAX), (address, ADDRESS_MAX), (receiver.phone.strip(), PHONE_MAX)):
        if len(text) > most:
            raise NotAllowed("too_long", most)
    if not name:
        raise NotAllowed("no_name")
    if len(address) < 4:  # 某街1号
        raise NotAllowed("no_address")
    if not receiver.region:
        raise NotAllowed("no_region")
    try:
        phone = Msisdn.parse(receiver.phone)
    except NotANumber as error:
        raise NotAllowed("no_phone") from error
    if len(phone.digits) < PHONE_LEAST:
        raise NotAllowed("no_phone")
    return Receiver(name, phone.digits, address, receiver.region[:32])
