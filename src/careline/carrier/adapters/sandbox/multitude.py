"""Very many lines at once, made inside Postgres: each is a function of its number and a seed, so a crowd can be made again.

Statements of one chunk read the chunk's lines from the temporary table `sandbox_crowd (msisdn, h, brand, region,
language, status, abroad)`; what else keeps a copy of lines can read it too.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from django.db import transaction

from careline.carrier.adapters.sandbox.rules import Day, month_of
from careline.postgres.sql import execute, run

# Numbers go by blocks of 1,000 through the regions, so that a chunk is a few runs of neighbouring keys.
BLOCK = 1_000

_CHUNK: LiteralString = (
    "INSERT INTO sandbox_crowd SELECT"
    " '86' || %(prefix)s::text || r || lpad((n / %(spread)s::bigint * %(block)s::bigint + n %% %(block)s::bigint)::text, 7, '0'),"
    " h, (ARRAY['easyown','easyown','easyown','gotone','mzone','easyown','gotone','mzone'])[1 + (h & 7)],"
    " (%(regions)s::text[])[1 + r],"
    " CASE WHEN (h >> 3) & 127 = 0 THEN 'en' ELSE 'zh' END,"
    " CASE WHEN (h >> 10) & 127 = 0 THEN 'suspended' WHEN (h >> 10) & 255 = 1 THEN 'inactive' ELSE 'active' END,"
    " (h >> 18) & 127 = 0"
    " FROM (SELECT n, (n / %(block)s::bigint) %% %(count)s::bigint AS r, hashint8extended(n, %(seed)s::bigint) AS h"
    "  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) t"
)

_TABLES: tuple[LiteralString, ...] = (
    # Lines: a surname for the mask, a plan by brand.
    "INSERT INTO sandbox_line (msisdn, brand, region, language, abroad, owner_masked, plan)"
    " SELECT msisdn, brand, region, language, abroad,"
    " substr('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹', 1 + ((h >> 25) & 31)::int, 1) || '*',"
    " brand || CASE brand WHEN 'mzone' THEN '_basic' ELSE '_standard' END"
    " FROM sandbox_crowd ON CONFLICT DO NOTHING",
    # Accounts: 5 to 105 yuan, some gift money, points; the suspended owe up to 20 yuan.
    "INSERT INTO sandbox_account (msisdn, status, basic, gift, credit_limit, points, points_expiring, version, rows,"
    " activated_on, suspended_on, valid_until, password, tries)"
    " SELECT msisdn, status, CASE status WHEN 'suspended' THEN -1 - ((h >> 30) & 2047) ELSE 500 + ((h >> 30) & 8191) END,"
    " CASE WHEN (h >> 43) & 3 = 0 THEN 500 + ((h >> 45) & 1023) ELSE 0 END, 0, (h >> 40) & 4095, (h >> 40) & 255, 0, 4,"
    " CASE status WHEN 'inactive' THEN NULL ELSE %(today)s::date - 100 - ((h >> 20) & 2047)::int END,"
    " CASE status WHEN 'suspended' THEN %(today)s::date - ((h >> 33) & 63)::int END,"
    " CASE brand WHEN 'gotone' THEN NULL ELSE %(today)s::date + 30 + ((h >> 36) & 63)::int END, '', 0"
    " FROM sandbox_crowd ON CONFLICT DO NOTHING",
    # One entry each that explains the account.
    "INSERT INTO sandbox_entry (msisdn, number, at, kind, basic, gift, points, product, how, reference, by)"
    " SELECT c.msisdn, 1, %(now)s::timestamptz - ((h >> 12) & 31) * interval '1 day', 'topup', a.basic, a.gift, a.points,"
    " '', 'card', '', 'opening' FROM sandbox_crowd c JOIN sandbox_account a USING (msisdn) WHERE a.version = 0"
    " ON CONFLICT DO NOTHING",
    # What they hold: half caller ID, a quarter a data pack, one in eight a provider's service.
    "INSERT INTO sandbox_holding (msisdn, number, product, tier, name_zh, name_en, fee, per, paid_to, since, starts_on, by,"
    " channel, ended_by, ended_channel, allowances, settings, rolled, reference)"
    " SELECT msisdn, p.number, p.product, p.tier, p.zh, p.en, p.fee, 'month', p.paid_to,"
    " %(now)s::timestamptz - (40 + ((h >> 22) & 511)) * interval '1 day',"
    " %(today)s::date - 40 - ((h >> 22) & 511)::int, 'subscriber', 'shop', '', '', p.allowances::jsonb, '{}'::jsonb,"
    " %(month)s::int, '' FROM sandbox_crowd JOIN (VALUES"
    " (2, 1, 500, 'caller_id', '', '来电显示', 'Caller ID', '', '{}'),"
    " (3, 3, 500, 'pkg_data', '5', '移动数据流量5元套餐', '5-yuan data pack', '', '{\"left_data_plan\": 30}'),"
    " (4, 7, 200, 'paper_410', '', '天气预报', 'Weather forecast', '浙江气象', '{}'))"
    " AS p (number, mask, fee, product, tier, zh, en, paid_to, allowances) ON (h >> (10 * p.number)) & p.mask = 0"
    " WHERE status <> 'inactive' ON CONFLICT DO NOTHING",
    # What they used this month; the data pack's allowance where it is held.
    "INSERT INTO sandbox_usage (msisdn, month, quota, used, total, told)"
    " SELECT msisdn, %(month)s::int, u.quota, (h >> u.shift) & u.mask, CASE u.quota WHEN 'left_data_plan' THEN 30 END, 100"
    " FROM sandbox_crowd JOIN (VALUES ('data_usage', 14, 31), ('left_data_plan', 14, 31), ('sms_count_month', 35, 127))"
    " AS u (quota, shift, mask) ON u.quota <> 'left_data_plan' OR ((h >> 30) & 3 = 0 AND status <> 'inactive')"
    " ON CONFLICT DO NOTHING",
    # Last month's bill.
    "INSERT INTO sandbox_bill (msisdn, month, total, paid, items)"
    " SELECT msisdn, %(last_month)s::int, 1800 + calls, CASE status WHEN 'suspended' THEN 0 ELSE 1800 + calls END,"
    " jsonb_build_array(jsonb_build_object('product', 'plan', 'fen', 1800),"
    " jsonb_build_object('product', 'calls', 'fen', calls))"
    " FROM (SELECT *, ((h >> 28) & 4095) AS calls FROM sandbox_crowd) c WHERE status <> 'inactive' ON CONFLICT DO NOTHING",
)


def make(
    first: int,
    last: int,
    *,
    now: datetime,
    seed: int,
    prefix: str,
    regions: Sequence[str],
    copies: Sequence[LiteralString] = (),
) -> int:
    """Make lines number `first` to `last`; runs each of `copies` too, which may name %(now)s. How many lines are there."""
    day = Day.of(now)
    last_month = month_of(day.today.replace(day=1).fromordinal(day.today.replace(day=1).toordinal() - 1))
    params = {
        "first": first,
        "last": last,
        "seed": seed,
        "prefix": prefix,
        "regions": list(regions),
        "count": len(regions),
        "block": BLOCK,
        "spread": BLOCK * len(regions),
        "now": now,
        "today": day.today,
        "month": day.month,
        "last_month": last_month,
    }
    with transaction.atomic():
        # A crowd that is lost in a crash is made again: no need to wait for the disk.
        execute("SET LOCAL synchronous_commit = off")
        execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS sandbox_crowd (msisdn text, h bigint, brand text, region text,"
            " language text, status text, abroad boolean) ON COMMIT DELETE ROWS"
        )
        execute("TRUNCATE sandbox_crowd")  # inside a caller's transaction, the last chunk may still be there
        made = execute(_CHUNK, params)
        # Who is there already stays as they are.
        execute("DELETE FROM sandbox_crowd c USING sandbox_line l WHERE l.msisdn = c.msisdn")
        for statement in (*_TABLES, *copies):
            execute(statement, params)
    return made


def settle_statistics() -> None:
    """Let Postgres know how much there is now, or its plans stay those of empty tables."""
    for (table,) in run(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'p' AND relname LIKE 'sandbox\\_%%'"
    ):
        execute(f"ANALYZE {table}")
