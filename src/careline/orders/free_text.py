"""What customers write of their orders, as it is kept."""

from careline.cases.free_text import from_customer
from careline.orders.states import NotAllowed


def from_customer_short(words: str, most: int) -> str:
    """What a customer wrote as a reason, as it is kept: without numbers and secrets; raises NotAllowed("too_long")."""
    words = " ".join(words.replace("\0", "").split())
    if len(words) > most:
        raise NotAllowed("too_long", most)
    return from_customer(words)[:most]
