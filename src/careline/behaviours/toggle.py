"""A service that is on or off: call features, newspapers, receipts, bills by SMS, packages without tiers."""

from careline.behaviours._switched import Switched


class Toggle(Switched):
    """Settings: `replaces` (products that an order takes the place of), `any_of` (products whose state it tells),
    `allowance.<quota>` (units a month); all others are handed to the carrier, as are the customer's parameters."""

    name = "toggle"


BEHAVIOUR = Toggle()
