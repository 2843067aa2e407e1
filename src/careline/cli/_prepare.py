"""Getting ready to work: secret, database, Django, tables; in that order, and each with its own clear refusal."""

import os
import secrets
from pathlib import Path

import click

from careline.cli._language import text
from careline.cli._shell import Trouble


def prepare(*, demo: bool = False, migrate: bool = False, database: bool = True) -> None:
    """Make Django usable in this process.

    `demo`: the command may run with the demo's defaults when no CARELINE_SECRET_KEY is set. `database`: start the
    embedded server unless DATABASE_URL names one. `migrate`: bring the tables up to date; without it, missing
    migrations are refused (the demo's are always made). Raises Trouble and ServerError, each saying what to do.
    """
    if demo and not os.environ.get("CARELINE_SECRET_KEY"):
        os.environ["CARELINE_DEMO"] = "1"
    if not os.environ.get("CARELINE_SECRET_KEY") and os.environ.get("CARELINE_DEMO") != "1":
        raise Trouble(
            text("没有设置 CARELINE_SECRET_KEY。", "CARELINE_SECRET_KEY is not set."),
            text(
                f"请设为一个长的随机值，例如 CARELINE_SECRET_KEY={secrets.token_urlsafe(40)}；只想试用请设 CARELINE_DEMO=1。",
                f"Give it a long random value, such as CARELINE_SECRET_KEY={secrets.token_urlsafe(40)}; "
                "or set CARELINE_DEMO=1 to try the demo.",
            ),
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careline.settings")
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        if database:
            use_server()
        django.setup()
    except ImproperlyConfigured as error:
        raise Trouble(str(error)) from error
    if database:
        if migrate or settings.DEMO:
            bring_tables_up_to_date()
        elif missing := missing_migrations():
            raise Trouble(
                text(f"数据库缺少 {len(missing)} 个迁移。", f"The database lacks {len(missing)} migrations."),
                text("请运行 `careline migrate`。", "Run `careline migrate`."),
            )


def check_brand() -> None:
    """Whether pages can be shown under the carrier's name; a worker could only fall over it. Raises Trouble."""
    from django.core.exceptions import ImproperlyConfigured

    from careline.brand.reading import brand

    try:
        brand()
    except ImproperlyConfigured as error:
        raise Trouble(
            text(f"品牌文件不能用。{error}", str(error)),
            text(
                "请改好 CARELINE_BRAND 指的文件，或先取消这个变量。",
                "Mend the file that CARELINE_BRAND names, or unset it.",
            ),
        ) from error


def use_server() -> None:
    """Start the embedded server, or join the one that runs; the environment tells it to processes of ours."""
    from django.conf import settings

    from careline import settings as house
    from careline.postgres import ensure

    if os.environ.get("DATABASE_URL"):
        return
    url = ensure(house.HOME, slow=_starting)
    os.environ["DATABASE_URL"] = url
    settings.DATABASES["default"] = house.database(url)


def _starting(log: Path) -> None:
    click.echo(
        text(
            f"数据库还在启动（也许在从崩溃中恢复），日志：{log}",
            f"Postgres is still starting (perhaps recovering after a crash); its log is {log}",
        ),
        err=True,
    )


def missing_migrations() -> list[str]:
    """The migrations that the database has not seen, by name."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def bring_tables_up_to_date() -> list[str]:
    """Run missing migrations, one process at a time; returns their names."""
    from django.core.management import call_command
    from django.db import connection

    if not (missing := missing_migrations()):
        return []
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext('careline migrate'))")
        try:
            if missing_migrations():
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("select pg_advisory_unlock(hashtext('careline migrate'))")
    return missing
