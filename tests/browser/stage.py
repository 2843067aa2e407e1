"""Run once before the pages are served: tables, catalogue, town and demo staff, and a carrier that is slow for one of them."""

from careline.cli import prepare

SLOW = "郑小军"  # whoever is served after the patience of the pages, and so is answered late
SLOW_SECONDS = 1.5


def main() -> None:
    prepare(demo=True, migrate=True)
    from careline.carrier.adapters.sandbox.stumbling import stumble
    from careline.cli._stage import set_the_stage
    from careline.demo import town
    from careline.identity.staff import settle_demo_staff, settle_roles

    set_the_stage()
    settle_roles()
    settle_demo_staff()
    person = town.find(SLOW)
    assert person is not None
    stumble("slow", seconds=SLOW_SECONDS, msisdns=[person.msisdn])


if __name__ == "__main__":
    main()
