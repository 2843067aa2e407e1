"""The doctor's look at Postgres and what is kept in it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from careline.cli._finding import Finding, State, bad, fine, skipped, warn
from careline.cli._language import text

VERSION_MIN = 150000
CLOCK_SECONDS_MAX = 2.0
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def database_checks(home: Path, packs: Path) -> Iterator[Finding]:
    """Findings about the server, its durability, our tables and the catalogue; later ones only where earlier ones hold."""
    server = _embedded(home) if not os.environ.get("DATABASE_URL") else _given()
    yield server
    if server.state in {State.BAD, State.SKIPPED}:
        yield _packs(packs)
        return
    connected = _connected()
    yield connected
    if connected.state is State.BAD:
        yield _packs(packs)
        return
    yield _durable()
    yield _clock()
    tables = _tables()
    yield tables
    yield _packs(packs)
    if tables.state is State.FINE:
        yield _published(packs)


def _given() -> Finding:
    return fine("postgres", text("由 DATABASE_URL 指定", "the one DATABASE_URL names"))


def _embedded(home: Path) -> Finding:
    """The server we bring along; one that has never been started is left alone."""
    from careline.postgres import ServerError, ensure, status

    try:
        seen = status(home)
        said = f"{seen.programs} ({seen.major}), {seen.data}"
        if not (seen.data / "PG_VERSION").exists():
            mend = text(
                "第一次运行 `careline demo` 时会建立。", "The first `careline demo` or `careline migrate` makes it."
            )
            return skipped("postgres", text(f"{seen.programs}，还没有数据", f"{seen.programs}, no data yet"), mend)
        ensure(home)
        running = (
            text("正在运行", "running")
            if seen.running
            else text("没有在运行，现已启动", "was not running, started for this look")
        )
        return fine("postgres", f"{said}, {running}" + (f", {seen.account}" if seen.account else ""))
    except ServerError as error:
        return bad("postgres", str(error), text("见上面的说明。", "As it says."))


def _connected() -> Finding:
    import django
    from django.db import DatabaseError, connection

    from careline.cli._prepare import use_server

    try:
        use_server()
        django.setup()
        connection.ensure_connection()
        version = connection.connection.info.server_version
    except DatabaseError as error:
        mend = text("检查 DATABASE_URL，以及数据库是否在运行。", "Check DATABASE_URL, and that the server runs.")
        return bad("connection", str(error).strip().splitlines()[0], mend)
    said = f"Postgres {version // 10000}.{version % 10000}"
    if version < VERSION_MIN:
        return bad("connection", said, text("需要 Postgres 15 或更高版本。", "Postgres 15 or newer is needed."))
    return fine("connection", said)


def _durable() -> Finding:
    from careline.postgres.sql import run

    rows = run("select name, setting from pg_settings where name = any(%s) order by name", [list(DURABLE)])
    off = [name for name, setting in rows if setting == "off"]
    if off:
        names = ", ".join(off)
        return bad(
            "durability",
            text(
                f"{names} 关闭：断电会丢失已确认的短信。",
                f"{names} off: a power cut loses messages already acknowledged",
            ),
            text("请在 postgresql.conf 中打开。", "Turn it on in postgresql.conf."),
        )
    return fine("durability", ", ".join(f"{name} {setting}" for name, setting in rows))


def _clock() -> Finding:
    from careline.postgres.sql import run

    before = time.time()
    [(server,)] = run("select extract(epoch from clock_timestamp())::float8")
    apart = abs(server - (before + time.time()) / 2)
    if apart > CLOCK_SECONDS_MAX:
        mend = text("请让两台机器都用 NTP 对时。", "Let both machines keep time by NTP.")
        return bad("clock", text(f"与数据库相差 {apart:.1f} 秒", f"{apart:.1f} s apart from the database's"), mend)
    return fine("clock", text("与数据库一致", "agrees with the database's"))


def _tables() -> Finding:
    from careline.cli._prepare import missing_migrations

    if missing := missing_migrations():
        return bad(
            "tables",
            text(f"缺少 {len(missing)} 个迁移", f"{len(missing)} migrations missing"),
            text("请运行 `careline migrate`。", "Run `careline migrate`."),
        )
    return fine("tables", text("已是最新", "up to date"))


def _packs(packs: Path) -> Finding:
    from careline.catalogue.documents import PackError
    from careline.catalogue.packs import read

    if not packs.is_dir():
        mend = text("请设 CARELINE_PACKS。", "Set CARELINE_PACKS.")
        return bad("packs", text(f"{packs} 不存在", f"{packs} does not exist"), mend)
    try:
        documents = read(packs)
    except PackError as error:
        return bad(
            "packs",
            str(error).splitlines()[0],
            text("请运行 `careline catalogue lint`。", "Run `careline catalogue lint`."),
        )
    return fine("packs", text(f"{packs}，{len(documents)} 份", f"{packs}, {len(documents)} documents"))


def _published(packs: Path) -> Finding:
    from careline.catalogue.importing import silent_on_calls
    from careline.catalogue.version import Version

    if (version := Version.published()) is None:
        return warn(
            "catalogue",
            text("还没有发布任何版本。", "nothing is published"),
            text("请运行 `careline catalogue import` 后发布。", "Run `careline catalogue import`, then publish."),
        )
    said = text(f"已发布第 {version.number} 版", f"version {version.number} is published")
    if silent_on_calls(version):
        return warn(
            "catalogue",
            f"{said}{text('，没有电话菜单或电话用语', ', without phone menus or texts for calls')}",
            renewal(packs),
        )
    return fine("catalogue", said)


def renewal(packs: Path) -> str:
    """How a catalogue that is older than these packs takes in what it lacks."""
    return text(
        f"请运行 `careline catalogue import --only-new {packs}`，把缺少的部分放进草稿，再由第二个人审核发布。",
        f"`careline catalogue import --only-new {packs}` takes what it lacks into a draft; a second person publishes it.",
    )
