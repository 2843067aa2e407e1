"""Signatures of what is posted between us and other systems: HMAC-SHA256 over the time, a full stop and the body."""

import hashlib
import hmac

TIMESTAMP, SIGNATURE = "Careline-Timestamp", "Careline-Signature"  # the headers of our own dialects


def signature(timestamp: str, body: bytes, secret: str) -> str:
    """The hexadecimal HMAC-SHA256 with the secret over the timestamp, a full stop and the body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
