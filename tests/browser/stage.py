"""Run once before the pages are served: tables, catalogue, town and demo staff, and a carrier that is slow for one of them."""

import json
from datetime import UTC, datetime

from careline.cli import prepare

SLOW = "郑小军"  # whoever is served after the patience of the pages, and so is answered late
SLOW_SECONDS = 6.0  # a whole page is loaded and filled in meanwhile, on a machine under load too
SUBSCRIBERS = "subscribers.json"  # in the home: whom nobody met before, by language, each with the password below
EACH = 24
PASSWORD = "246801"


def main() -> None:
    prepare(demo=True, migrate=True)
    from careline.carrier.adapters.sandbox.stumbling import stumble
    from careline.cli._stage import set_the_stage
    from careline.demo import town
    from careline.identity.staff import settle_demo_staff, settle_roles

    set_the_stage()
    settle_roles()
    settle_demo_staff()
    _mint()
    person = town.find(SLOW)
    assert person is not None
    stumble("slow", seconds=SLOW_SECONDS, msisdns=[person.msisdn])


def _mint() -> None:
    """Customers of their own for the journeys in the web hall: each test changes nobody else's."""
    from django.conf import settings

    from careline.demo import town
    from careline.values.secret import Secret

    now, secret = datetime.now(UTC), Secret(PASSWORD)
    numbers = {
        language: [town.fresh("T5", now=now, language=language, password=secret).msisdn.digits for _ in range(EACH)]
        for language in ("zh", "en")
    }
    (settings.HOME / SUBSCRIBERS).write_text(json.dumps(numbers))


if __name__ == "__main__":
    main()
