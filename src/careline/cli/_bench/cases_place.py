"""An office in the middle of its year: an archive, open cases with everything that belongs to them, and forty people.

Made once and kept. What runs add to it stays too: some hundred cases on top of the archive. Before each run open promises are
moved to where they stood when all was made, so that a place of yesterday is not a place where everything is late.
"""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString

from careline.demo.crowd import number_of

Tell = Callable[[str], None]

SEED = 10086
PEOPLE, MANAGERS = 40, 4  # of the people so many read reports too
DAYS = 360  # of the archive
OPEN_DAYS = 5  # since the oldest open case
LONG_EVERY, LONG_EVENTS = 100, 150  # one open case of so many has so many entries in its history
CONTACTS = 1_000_000  # of the ledger
PASSWORD = "forty-people-at-work"
_NOTE = "cases.json"
_STATES = (("accepted", 30), ("analysing", 30), ("recorded", 5), ("support", 15), ("plan", 10), ("confirming", 10))
_ABOUT = {
    "billing": ("这个月话费多扣了", "账单里有一项看不懂", "月租重复收了两次", "长途费算错了"),
    "third_party": ("没订过的彩铃每月扣费", "手机报我从来没有开通", "游戏包月不知道谁订的", "增值业务退订不了"),
    "data": ("流量一晚上用完了", "套餐外流量费太高", "网速很慢打不开网页"),
    "network": ("家里没有信号", "地下车库打不通电话", "通话经常断线", "基站拆了以后信号差"),
    "attitude": ("营业员态度很差", "热线排队半小时没人接", "等了两个小时没有人理"),
    "unwanted_messages": ("每天收到骚扰短信", "半夜有骚扰电话", "广告短信退订无效"),
    "number_card": ("补卡以后不能用", "携号转网被拒绝", "号码被别人注销"),
}
_WISH = ("请尽快处理", "要求退还", "请说明原因", "希望赔偿", "please call me back", "不处理就投诉到工信部")
_CAUSES = ("计费规则配错", "合作方代订", "基站故障", "工单漏派", "客户误解资费")
_HELPED = ("已退费并关闭业务", "已优化基站并回访", "已解释账单，客户认可", "已致歉并培训营业员", "已双倍返还")

_TABLES: LiteralString = (
    "case_case, case_event, case_promise, case_pause, case_task, case_custody, case_contact, case_draft, case_look, case_offer,"
    " case_improvement, ledger_contact, outbox_message, tmf_status"
)
_COLUMNS = (
    "docket", "key", "msisdn", "brand", "region", "kind", "category", "matter", "severity", "cause", "blame", "words",
    "answers", "channel", "state", "round", "owner", "level", "priority", "urged", "repeats", "plan", "reply", "summary",
    "satisfied", "rating", "opened_at", "replied_at", "archived_at", "closed_at", "language", "link", "alternative", "version",
)  # fmt: skip

# What belongs to cases, made from them by the server itself.
_BELONGINGS: tuple[LiteralString, ...] = (
    "INSERT INTO case_contact (case_id, key, at, channel, by, words) SELECT id, key, opened_at, channel, 'subscriber', words"
    " FROM case_case",
    "INSERT INTO case_custody (case_id, holder, since, until, reason, by)"
    " SELECT id, owner, opened_at, archived_at, '', 'subscriber' FROM case_case WHERE owner <> ''",
    "INSERT INTO case_task (case_id, department_id, report, question, asked_by, asked_at, urged, plan, answered_by,"
    " answered_at, late) SELECT id, (ARRAY['billing', 'partners', 'network', 'data', 'service'])[1 + id % 5], false,"
    " '请核对记录', owner, opened_at + interval '1 hour', 0, CASE WHEN state = 'support' THEN '' ELSE '已核对' END,"
    " CASE WHEN state = 'support' THEN '' ELSE 'sun' END,"
    " CASE WHEN state = 'support' THEN NULL ELSE opened_at + interval '1 day' END, id % 9 = 0"
    " FROM case_case WHERE state = 'support' OR (archived_at IS NOT NULL AND id % 3 = 0)",
    # Of archived cases: kept, one of twelve late.
    "INSERT INTO case_promise (case_id, what, calendar, minutes, promiser, started_at, due_at, broken_at, kept_at)"
    " SELECT id, what, calendar, minutes, owner, opened_at, opened_at + days * interval '1 day',"
    " CASE WHEN id % 12 = 0 THEN opened_at + days * interval '1 day' END,"
    " opened_at + days * interval '1 day' * CASE WHEN id % 12 = 0 THEN 1.1 ELSE 0.6 END FROM case_case, (VALUES"
    " ('first_reply', 'always', 2880, 2), ('solution', 'office', 1350, 3), ('progress', 'always', 1440, 1))"
    " AS owed (what, calendar, minutes, days) WHERE archived_at IS NOT NULL",
    # Of open ones: due within the next three days, one of twenty late already, one of thirty paused.
    "INSERT INTO case_promise (case_id, task_id, what, calendar, minutes, promiser, started_at, due_at, warn_at, broken_at,"
    " warned_at, paused_at) SELECT c.id, CASE WHEN what = 'department' THEN t.id END, what, calendar, minutes, owner,"
    " opened_at, due.at, due.at - interval '2 hours', CASE WHEN due.at < %(now)s::timestamptz THEN due.at END,"
    " CASE WHEN due.at - interval '2 hours' < %(now)s::timestamptz THEN due.at - interval '2 hours' END,"
    " CASE WHEN what = 'solution' AND c.id % 30 = 1 THEN opened_at END"
    " FROM case_case c LEFT JOIN case_task t ON t.case_id = c.id CROSS JOIN (VALUES ('first_reply', 'always', 2880),"
    " ('solution', 'office', 1350), ('progress', 'always', 1440), ('department', 'office', 1350)) AS owed (what, calendar,"
    " minutes) CROSS JOIN LATERAL (SELECT %(now)s::timestamptz + CASE WHEN c.id % 20 = 0 THEN interval '-1 day' ELSE"
    " interval '3 hours' END + ((c.id * 7919 + minutes * 31) % 4000) * interval '1 minute' * CASE WHEN c.id % 20 = 0"
    " THEN -0.5 ELSE 1 END AS at) AS due WHERE c.archived_at IS NULL AND (what <> 'department' OR t.id IS NOT NULL)"
    " AND (what <> 'first_reply' OR c.state <> 'confirming')",
    "INSERT INTO case_pause (promise_id, since, reason, by) SELECT id, paused_at, '客户要找凭证', promiser FROM case_promise"
    " WHERE paused_at IS NOT NULL",
    "UPDATE case_case SET next_at = due FROM (SELECT case_id, min(due_at) AS due FROM case_promise WHERE kept_at IS NULL"
    " AND paused_at IS NULL GROUP BY case_id) AS p WHERE p.case_id = case_case.id AND archived_at IS NULL",
    "INSERT INTO case_event (case_id, at, by, did, public, words, detail, channel)"
    " SELECT id, opened_at + after * interval '1 hour', CASE WHEN said THEN 'subscriber' ELSE owner END, did, public,"
    " CASE WHEN public THEN reply ELSE '' END, '{\"cause\": \"计费规则配错\"}', channel FROM case_case, (VALUES"
    " ('accepted', 0, true, true), ('analysed', 1, false, false), ('solved', 2, false, false), ('planned', 3, false, false),"
    " ('replied', 4, true, false), ('satisfied', 20, true, true), ('archived', 21, false, false))"
    " AS done (did, after, public, said) WHERE archived_at IS NOT NULL",
    "INSERT INTO case_event (case_id, at, by, did, public, words, detail, channel)"
    " SELECT id, opened_at + place * interval '5 minutes', CASE WHEN place = 0 THEN 'subscriber' ELSE owner END,"
    " CASE WHEN place = 0 THEN 'accepted' WHEN place = 1 THEN 'analysed' WHEN place % 4 = 2 THEN 'progress' ELSE 'noted' END,"
    " place % 4 IN (0, 2), words, '{}', channel FROM case_case, LATERAL generate_series(0, CASE WHEN id % %(every)s::bigint = 0"
    " THEN %(long)s::bigint ELSE 1 + id % 8 END) AS place WHERE archived_at IS NULL AND (state <> 'accepted' OR place <> 1)",
    "INSERT INTO ledger_contact (id, msisdn, channel, address, began_at) SELECT gen_random_uuid(), c.msisdn,"
    " (ARRAY['sms', 'call', 'ussd', 'web'])[1 + place % 4], '10086', %(now)s::timestamptz - place * interval '30 seconds'"
    " FROM (SELECT id, msisdn, row_number() OVER (ORDER BY id) AS row FROM case_case) AS c"
    " JOIN generate_series(1, %(contacts)s::bigint) AS place ON c.row = 1 + place % %(cases)s::bigint ORDER BY place DESC",
    "INSERT INTO tmf_status (case_id, at, status) SELECT id, opened_at, tmf_status_of(case_case) FROM case_case",
)  # fmt: skip


def settle(home: Path, archived: int, open_cases: int, lines: int, tell: Tell) -> dict[str, Any]:
    """Make what is missing, hire the forty, and bring the promises up to the present; what stands there."""
    from careline.identity.staff import engage, settle_roles
    from careline.postgres.sql import execute

    settle_roles()
    execute("TRUNCATE identity_look")  # nobody has a customer's record open
    for place in range(PEOPLE):
        name = username(place)
        engage(name, PASSWORD, f"第{place}位", ["duty_manager" if place < MANAGERS else "handler"])
    note, now = home / _NOTE, datetime.now(UTC)
    wanted = {"archived": archived, "open": open_cases}
    before = json.loads(note.read_text()) if note.exists() else {}
    if {name: before.get(name) for name in wanted} != wanted:
        note.unlink(missing_ok=True)
        tell(f"writing {archived:,} archived and {open_cases:,} open cases; they are kept for the next run")
        make(archived, open_cases, lines, now, tell)
        before = wanted | {"at": now.isoformat()}
    else:
        _move(now - datetime.fromisoformat(before["at"]))
        before["at"] = now.isoformat()
    note.write_text(json.dumps(before))
    return wanted


def username(place: int) -> str:
    return f"desk{place:02d}"


def make(archived: int, open_cases: int, lines: int, now: datetime, tell: Tell) -> None:
    """All of it in place of what there was."""
    from django.db import connection, transaction

    from careline.postgres.sql import execute, run

    execute(f"TRUNCATE {_TABLES} CASCADE")
    (index,) = run("SELECT indexdef FROM pg_indexes WHERE indexname = 'case_archive_pairs'")[0]
    values = {
        "now": now,
        "every": LONG_EVERY,
        "long": LONG_EVENTS,
        "contacts": CONTACTS,
        "cases": archived + open_cases,
    }
    with transaction.atomic():
        execute("DROP INDEX case_archive_pairs")
        # The rows are right as they are: no triggers, no looking up of each key.
        execute("SET LOCAL session_replication_role = replica")
        with connection.cursor() as cursor, cursor.copy(f"COPY case_case ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
            for row in _cases(archived, open_cases, lines, now):
                copy.write_row(row)
        for place, statement in enumerate(_BELONGINGS, 1):
            tell(f"writing what belongs to the cases: {place} of {len(_BELONGINGS)}")
            execute(statement, {name: value for name, value in values.items() if f"%({name})s" in statement})
        tell("indexing the archive")
        execute(index)
    execute("VACUUM ANALYZE")
    execute("CHECKPOINT")


def _cases(archived: int, open_cases: int, lines: int, now: datetime) -> Iterator[list[Any]]:
    chance = random.Random(SEED)
    states, weights = zip(*_STATES, strict=True)
    for place in range(archived + open_cases):
        filed = place < archived
        # The oldest were written first, as it comes about by itself.
        left = (
            (archived - place) / archived * DAYS + 3
            if filed
            else 0.1 + (archived + open_cases - place) / open_cases * OPEN_DAYS
        )
        age = timedelta(days=left)
        opened = now - age
        category = chance.choice(tuple(_ABOUT))
        state = "closed" if filed else chance.choices(states, weights)[0]
        sorted_in = state != "accepted"
        words = f"{chance.choice(_ABOUT[category])}{chance.randrange(1, 300)}元，{chance.choice(_WISH)}"
        replied = opened + timedelta(hours=4) if filed or state == "confirming" else None
        ended = opened + timedelta(hours=21) if filed else None
        yield [
            docket_of(now, place, filed), f"bench:{place}", number_of(chance.randrange(lines)).digits, "easyown", "linjiang",
            "complaint", category if sorted_in else "", f"m{place}", "major" if chance.random() < 0.01 else "normal",
            chance.choice(_CAUSES) if sorted_in else "", chance.choice(("company", "partner", "misunderstanding"))
            if filed else "", words, "{}", chance.choice(("sms", "hotline", "hall", "web")), state, 1 + int(place % 20 == 0),
            "" if state == "accepted" and place % 10 == 0 else username(place % PEOPLE), 1 + int(place % 40 == 0),
            chance.randrange(4), int(place % 11 == 0), int(place % 13 == 0), "核对后退还" if sorted_in else "",
            chance.choice(_HELPED) if replied else "", f"{category}：{chance.choice(_HELPED)}" if filed else "",
            True if filed else None, chance.randrange(3, 6) if filed and place % 4 == 0 else None, opened, replied, ended,
            ended if state == "closed" else None, "zh", "bench", "", 3,
        ]  # fmt: skip


def docket_of(now: datetime, place: int, filed: bool) -> str:
    """A docket that is valid and that no real day of a run gives: of days long before, the open ones of the day before."""
    from careline.cases import docket

    body = f"{2000 - (place // 90_000 if filed else 10):04d}{place % 90_000:05d}"
    return next(body + digit for digit in "0123456789" if docket.valid(body + digit))


def _move(gone: timedelta) -> None:
    """Open promises stand again where they stood, so much later."""
    from careline.postgres.sql import execute

    execute(
        "UPDATE case_promise SET due_at = due_at + %s::interval, warn_at = warn_at + %s::interval"
        " WHERE kept_at IS NULL AND cancelled_at IS NULL AND started_at < now() - interval '1 hour' AND broken_at IS NULL",
        [gone, gone],
    )
    execute(
        "UPDATE case_case SET next_at = next_at + %s::interval WHERE archived_at IS NULL AND next_at > now() - %s::interval",
        [gone, gone],
    )
    execute("VACUUM ANALYZE case_promise, case_case")
    execute("CHECKPOINT")
