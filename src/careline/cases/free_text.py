"""Free texts as they may be kept: no passwords, ID numbers or numbers of lines in them, and not endless."""

import re

from careline.cases import docket
from careline.cases.states import NotAllowed
from careline.dialogue.masking import without_secrets

CUSTOMER_MAX = 2_000  # characters; what is longer is cut, a customer is never sent away for it
STAFF_MAX = 4_000  # characters of a text that stays with us
LETTER_MAX = 300  # characters of a text that leaves by SMS
_DOCKET = re.compile(r"(?<![0-9])[0-9]{10}(?![0-9])")


def from_customer(words: str) -> str:
    """What a customer wrote or said, as it is kept."""
    return kept(words.strip()[:CUSTOMER_MAX])


def from_staff(words: str, most: int = STAFF_MAX) -> str:
    """What staff wrote, as it is kept; raises NotAllowed("too_long") above `most` characters."""
    words = words.strip()
    if len(words) > most:
        raise NotAllowed("too_long", most)
    return kept(words)


def kept(words: str) -> str:
    """The text with secrets hidden and docket numbers left to be read."""
    parts, end = [], 0
    for found in _DOCKET.finditer(words):
        if docket.valid(found.group()):
            parts += [without_secrets(words[end : found.start()]), found.group()]
            end = found.end()
    return "".join((*parts, without_secrets(words[end:])))
