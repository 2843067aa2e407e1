"""Public holidays and make-up workdays of a country, as the package `holidays` knows them."""

import logging
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

log = logging.getLogger(__name__)

# Here the government moves workdays each year, and says so only in the November before (State Council notice).
ANNOUNCED_YEARLY = frozenset({"CN"})


@dataclass(frozen=True, slots=True)
class PublicDays:
    """What one year of a country brings: days off, days that are worked although the week says otherwise."""

    off: frozenset[date]
    worked: frozenset[date]
    announced: bool  # False: days off are the statutory ones, and no make-up workdays are known yet


@lru_cache(maxsize=512)
def public_days(country: str, year: int) -> PublicDays:
    """The public days of a country ("CN", "DE", "DE-BY"; "" has none) in that year; never fails for a known country.

    Before a year is announced, its statutory days (fixed and lunar ones, and the days in lieu of those on a weekend) are
    off and nothing is made up.
    """
    if not country:
        return PublicDays(frozenset(), frozenset(), announced=True)
    import holidays  # most of a second, and only calendars of a country need it

    code, _, subdivision = country.partition("-")
    try:
        # Days in lieu may lie in the year before or after that of their holiday.
        found = holidays.country_holidays(code, subdivision or None, years=(year - 1, year, year + 1))
    except (NotImplementedError, ValueError, OverflowError):
        log.exception("no public holidays of %s in %d", country, year)
        return PublicDays(frozenset(), frozenset(), announced=False)
    worked = frozenset(day for day in found.weekend_workdays if day.year == year)
    off = frozenset(day for day in found if day.year == year) - worked
    return PublicDays(off, worked, announced=code not in ANNOUNCED_YEARLY or bool(worked))


def known(country: str) -> bool:
    """Are there public holidays of this country (or subdivision of one) at all?"""
    import holidays

    code, _, subdivision = country.partition("-")
    if not (len(code) == 2 and code.isascii() and code.isupper()):
        return False
    try:
        found = holidays.country_holidays(code)  # asking which countries there are imports every one of them
    except NotImplementedError:
        return False
    return found.country == code and (not subdivision or subdivision in found.subdivisions)
