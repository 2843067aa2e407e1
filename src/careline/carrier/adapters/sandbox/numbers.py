"""What numbers are apart from lines: ranges with their homes, groups of short numbers, numbers nobody had yet."""

from collections.abc import Mapping, Sequence

from careline.postgres.sql import columns, execute, run
from careline.values.language import Text
from careline.values.msisdn import Msisdn


def open_ranges(ranges: Sequence[tuple[str, str, Text, str]]) -> None:
    """Number ranges: (prefix in national digits, region id, region name, carrier); known ones are named anew."""
    # Those that are not there in just these words.
    execute(
        "INSERT INTO sandbox_number_range (prefix, region, region_zh, region_en, carrier)"
        " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])"
        " AS t (prefix, region, region_zh, region_en, carrier)"
        " WHERE NOT EXISTS (SELECT 1 FROM sandbox_number_range r"
        " WHERE (r.prefix, r.region, r.region_zh, r.region_en, r.carrier)"
        " = (t.prefix, t.region, t.region_zh, t.region_en, t.carrier))"
        " ON CONFLICT (prefix) DO UPDATE SET region = excluded.region, region_zh = excluded.region_zh,"
        " region_en = excluded.region_en, carrier = excluded.carrier",
        columns([(prefix, region, name.zh, name.en, carrier) for prefix, region, name, carrier in ranges]),
    )


def join_group(vnet: str, members: Mapping[Msisdn, str]) -> None:
    """Make these numbers a group of short numbers, also numbers that are no lines of ours."""
    execute(
        "INSERT INTO sandbox_short_number (msisdn, vnet, short) SELECT t.msisdn, %s, t.short"
        " FROM unnest(%s::text[], %s::text[]) AS t (msisdn, short) ON CONFLICT DO NOTHING",
        [vnet, [number.digits for number in members], list(members.values())],
    )


def next_number() -> int:
    """A number that no one had before, for a fresh line."""
    [(number,)] = run("SELECT nextval('sandbox_fresh')")
    return int(number)
