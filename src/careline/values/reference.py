"""References: time-ordered unique ids (RFC 9562, version 7) that name attempts and messages everywhere."""

import os
import time


def new_reference(count: int = 1) -> list[str]:
    """`count` fresh references in the order of time, as text; one look at the clock and at the entropy for all."""
    milliseconds = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    entropy = os.urandom(10 * count)
    references = []
    for index in range(count):
        raw = bytearray(milliseconds + entropy[index * 10 : index * 10 + 10])
        raw[6] = 0x70 | (raw[6] & 0x0F)
        raw[8] = 0x80 | (raw[8] & 0x3F)
        digits = raw.hex()  # written by hand: a uuid.UUID for each would cost five times as much
        references.append(f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}")
    return references
