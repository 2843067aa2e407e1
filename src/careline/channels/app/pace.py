"""How often one device may ask, told by RateLimit headers (draft-ietf-httpapi-ratelimit-headers) and refused with 429."""

import math
import os
import threading
import time

from careline.channels.app.problems import Problem

# Requests that one device, or one address at the sign-in, may send within a minute to one process of the web server.
PER_MINUTE = int(os.environ.get("CARELINE_APP_REQUESTS_PER_MINUTE", "240"))
ENTERING_PER_MINUTE = int(os.environ.get("CARELINE_APP_SIGN_INS_PER_MINUTE", "60"))
KNOWN_MAX = 20_000  # buckets that are remembered
_WINDOW_SECONDS = 60

_buckets: dict[str, tuple[float, float]] = {}
_guard = threading.Lock()


def keep(who: str, most: int) -> dict[str, str]:
    """Count one request of `who`; the headers that say what is left. Raises Problem (429). A bucket that fills evenly."""
    moment, rate = time.monotonic(), most / _WINDOW_SECONDS
    with _guard:
        if len(_buckets) > KNOWN_MAX:
            _buckets.clear()
        left, since = _buckets.get(who, (float(most), moment))
        left = min(float(most), left + (moment - since) * rate)
        taken = left >= 1
        _buckets[who] = (left - 1 if taken else left, moment)
    headers = {
        "RateLimit-Policy": f'"device";q={most};w={_WINDOW_SECONDS}',
        "RateLimit": f'"device";r={max(0, math.floor(left - 1))};t={math.ceil((most - left + 1) / rate)}',
    }
    if not taken:
        wait = max(1, math.ceil((1 - left) / rate))
        raise Problem("too_many", headers=headers | {"Retry-After": str(wait)})
    return headers
