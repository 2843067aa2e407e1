"""What `careline doctor` looks at, from the ground up; what stands on something broken is skipped, not guessed."""

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from careline.cli._checks_database import database_checks
from careline.cli._finding import Finding, State, bad, fine, skipped, warn
from careline.cli._language import text
from careline.cli._ports import free_near, is_free

__all__ = ["Finding", "State", "examine"]

DISK_MIB_WARN, DISK_MIB_BAD = 2048, 256
PORTS = {"web": 8000, "smsc": 2775, "calls": 5060}
OPTIONAL = {
    "node": ("node", "用 npm 的 smpp 做对端测试", "peer tests with npm's smpp"),
    "tshark": ("tshark", "由第三方判断报文", "a foreign judge of our bytes"),
    "kannel": ("bearerbox", "与 Kannel 对接测试", "peer tests with Kannel"),
}


def examine() -> Iterator[Finding]:
    """Every finding, as it is made."""
    yield _python()
    yield (secret := _secret())
    yield (zone := _time_zone())
    if State.BAD in {secret.state, zone.state}:
        # Settings cannot be read without them; a passing value lets the rest be looked at.
        os.environ.setdefault("CARELINE_SECRET_KEY", secrets.token_urlsafe(40))
        if zone.state is State.BAD:
            os.environ["CARELINE_TIME_ZONE"] = "Asia/Shanghai"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careline.settings")
    from careline import settings

    yield _home(settings.HOME)
    yield _web(settings.ALLOWED_HOSTS, settings.DEMO)
    yield from database_checks(settings.HOME, settings.PACKS)
    yield _voice()
    yield _calendars()
    yield from _files()
    for name, port in PORTS.items():
        yield _port(name, port)
    for name, (program, zh, en) in OPTIONAL.items():
        yield _optional(name, program, text(zh, en))


def _python() -> Finding:
    return fine("python", f"{'.'.join(str(part) for part in sys.version_info[:3])} ({sys.executable})")


def _secret() -> Finding:
    chosen = os.environ.get("CARELINE_SECRET_KEY", "")
    mend = f"export CARELINE_SECRET_KEY={secrets.token_urlsafe(40)}"
    if not chosen and os.environ.get("CARELINE_DEMO") == "1":
        return warn("secret", text("使用演示密钥，只能用于演示。", "the demo's, good for the demo only"), mend)
    if not chosen:
        return bad("secret", text("没有设置 CARELINE_SECRET_KEY。", "CARELINE_SECRET_KEY is not set"), mend)
    if len(chosen) < 32:
        return warn("secret", text("密钥太短（少于 32 个字符）。", "shorter than 32 characters"), mend)
    return fine("secret", text("已设置", "set"))


def _time_zone() -> Finding:
    from zoneinfo import ZoneInfo

    name = os.environ.get("CARELINE_TIME_ZONE", "Asia/Shanghai")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError):
        return bad("time zone", name, "export CARELINE_TIME_ZONE=Asia/Shanghai")
    return fine("time zone", name)


def _home(home: Path) -> Finding:
    existing = next(folder for folder in [home, *home.parents] if folder.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        mend = text("请设 CARELINE_HOME 为可写的文件夹。", "Set CARELINE_HOME to a folder that can be written.")
        return bad("home", text(f"{existing} 不可写", f"{existing} cannot be written"), mend)
    free = shutil.disk_usage(existing).free // (1024 * 1024)
    said = text(f"{home}，剩余 {free} MiB", f"{home}, {free} MiB free")
    mend = text("请腾出磁盘空间，或把 CARELINE_HOME 移到别处。", "Make room, or move CARELINE_HOME elsewhere.")
    if free < DISK_MIB_BAD:
        return bad("home", said, mend)
    return warn("home", said, mend) if free < DISK_MIB_WARN else fine("home", said)


def _web(hosts: list[str], demo: bool) -> Finding:
    named = [host for host in hosts if host]
    if not named:
        mend = text(
            "请设 CARELINE_HOSTS=你的域名。", "Set CARELINE_HOSTS to the name people type, such as care.example.com."
        )
        return warn(
            "web", text("没有允许的主机名，网页会拒绝所有请求。", "no host is allowed: pages refuse everybody"), mend
        )
    https = os.environ.get("CARELINE_HTTPS", "0" if demo else "1") == "1"
    return fine("web", f"{', '.join(named)}{' (https)' if https else ' (http)'}")


def _voice() -> Finding:
    from careline.prompts import voices

    name = os.environ.get("CARELINE_VOICE", "") or voices.DEFAULT
    if wanting := voices.missing():
        mend = text("电话只能播放已生成的语音。", "Calls say only what is rendered or recorded until then.")
        return warn("voice", wanting, mend)
    return fine("voice", name)


def _calendars() -> Finding:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from careline import settings
    from careline.promises import calendars

    try:
        found = calendars.calendars()
    except calendars.CalendarError as error:
        return bad("calendars", str(error), text("请改正这个文件。", "Correct that file."))
    if doubts := calendars.doubts(datetime.now(ZoneInfo(settings.TIME_ZONE)).date()):
        said = ", ".join(f"{one.calendar} {one.year}" for one in doubts)
        mend = text(
            "放假安排公布后，请升级 holidays，或写进日历文件的 closed、open、announced；在此之前只算法定节假日。",
            "Once that year is announced, upgrade the package holidays, or write closed, open and announced into the"
            " calendar; until then only statutory days count.",
        )
        return warn("calendars", text(f"还不知道调休：{said}", f"make-up workdays are not known: {said}"), mend)
    return fine("calendars", ", ".join(found))


def _files() -> Iterator[Finding]:
    """The files that somebody named: the carrier's brand, and where dial tests call from."""
    from django.core.exceptions import ImproperlyConfigured

    from careline.brand.reading import brand
    from careline.probes.vantage import VantageError, vantages

    if file := os.environ.get("CARELINE_BRAND", ""):
        mend = text("请改好这个文件，或先取消 CARELINE_BRAND。", "Mend this file, or unset CARELINE_BRAND.")
        try:
            brand()
        except ImproperlyConfigured as error:
            yield bad("brand", str(error), mend)
        else:
            yield fine("brand", file)
    if file := os.environ.get("CARELINE_PROBES", ""):
        mend = text("请改好这个文件，或先取消 CARELINE_PROBES。", "Mend this file, or unset CARELINE_PROBES.")
        try:
            yield fine("dial tests", ", ".join(vantages(file)))
        except VantageError as error:
            yield bad("dial tests", text(*error.text), mend)


def _port(name: str, port: int) -> Finding:
    if is_free("127.0.0.1", port):
        return fine(f"port {port}", text(f"空闲（{name}）", f"free ({name})"))
    other = free_near("127.0.0.1", port + 1)
    return warn(
        f"port {port}",
        text(
            f"被占用（{name} 的默认端口；也许 careline 正在运行）",
            f"in use ({name}'s usual one; perhaps careline is running)",
        ),
        text(f"可以用 {other} 端口：--port {other}", f"{other} is free: use --port {other}"),
    )


def _optional(name: str, program: str, purpose: str) -> Finding:
    if found := shutil.which(program):
        return fine(name, f"{found} ({purpose})")
    return skipped(
        name, text(f"没有安装 {program}（可选：{purpose}）", f"{program} is not installed (optional: {purpose})")
    )
