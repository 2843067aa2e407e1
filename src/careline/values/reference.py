"""References: time-ordered unique ids (RFC 9562, version 7) that name attempts and messages everywhere."""

import os
import time
import uuid


def new_reference(count: int = 1) -> list[str]:
    """`count` fresh references in the order of time, as text; one look at the clock and at the entropy for all."""
    milliseconds = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    entropy = os.urandom(10 * count)
    references = []
    for index in range(count):
        raw = bytearray(milliseconds + entropy[index * 10 : index * 10 + 10])
        raw[6] = 0x70 | (raw[6] & 0x0F)
        raw[8] = 0x80 | (raw[8] & 0x3F)
        references.append(str(uuid.UUID(bytes=bytes(raw))))
    return references
