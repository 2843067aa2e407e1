"""What `careline demo` prints once everything answers: where the doors are, who goes in with what, and what to try there."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from careline.cli import text
from careline.identity.staff import DemoLogin

# Who is worth being in the web hall, with what waits there.
_GUESTS = (
    (
        "孙丽",
        text(
            "订单到了待签收，三项别人替她开的梦网业务，投诉等她表态，一次没付成的充值",
            "an order at her door, three third-party services that a friend ordered, a complaint to be judged",
        ),
    ),
    ("Emma Clarke", text("英文客户，买过耳机", "reads English; bought earphones")),
    (
        "陈桂兰",
        text("七十二岁，试试长者模式；没有服务密码，用验证码登录", "72: try senior mode; no password, a code by text"),
    ),
)
_STAFF = {
    "lin": text("目录、语音、统计", "catalogue, prompts, statistics"),
    "zhou": text("审核并发布目录", "reviews and publishes the catalogue"),
    "he": text("统计、人工台、怎么理解的", "statistics, the desk, how a text was understood"),
    "wang": text("办工单、退费", "handles cases and refunds"),
    "liu": text("柜台和电话：接工单", "counter and telephone: takes cases"),
    "chen": text("值班经理：审批退费、付款、订单", "duty manager: approves refunds, sees payments and orders"),
    "zhao": text("核实退费", "verifies refunds"),
    "sun": text("协办部门答复", "answers for departments"),
    "gao": text("营业厅经理：报表、推荐、离网、统计", "hall manager: reports, offers, leavings, statistics"),
    "ma": text("咨询台", "consultant at the door"),
    "tang": text("发货：订单、库存", "ships orders, keeps the stock"),
    "admin": text("全部", "everything"),
}


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demo's doors are on this machine."""

    host: str
    web: int
    smsc: int
    calls: int


def welcome(ports: Ports, logins: Iterable[DemoLogin], token: str, log: Path) -> None:
    """Print addresses, logins and things to try: the web hall first."""
    pages = f"http://{ports.host}:{ports.web}"
    click.echo()
    click.secho(text("  careline 已就绪", "  careline is ready"), bold=True)
    _web_hall(pages)
    click.echo()
    _door(text("手机（发短信、收验证码）", "handset (texts; codes arrive here)"), f"{pages}/phone")
    _tip(
        text("试试发：", "try:")
        + "  CXYE   0000   "
        + text("开通来电显示   BLHJZY   CXYR   我的话费怎么这么多", "开通来电显示   BLHJZY   open ringback   CXYR")
    )
    _door(text("电话（在浏览器里打热线）", "telephone (the hotline, with sound)"), f"{pages}/phone/dial")
    _tip(text("软电话拨：", "by softphone:") + f" sip:10086@{ports.host}:{ports.calls}")
    _door(text("投诉和进度（不用登录）", "complaints, without signing in"), f"{pages}/complain")
    click.echo()
    _door(text("员工网页", "staff pages"), f"{pages}/staff/")
    for login in logins:
        click.echo(f"      {login.username:6} {login.password:13} {login.name}  {_STAFF.get(login.username, '')}")
    _tip(text("拨测：", "dial tests:") + f" {pages}/staff/probes/ (lin)")
    _tip(text("统计、改进建议、QC 小组：", "statistics, advice, quality circle:") + f" {pages}/staff/insight/ (lin)")
    _tip(text("日常维护：", "upkeep:") + f" {pages}/staff/upkeep/ (lin)")
    _tip(text("订单：", "orders:") + f" {pages}/staff/orders/ (tang)")
    click.echo()
    _door(text("应用接口的说明", "app interface, explained"), f"{pages}/api/v1/reference")
    _tip(text("令牌（应用和 /tmf-api/ 都用它）：", "token, for apps and for /tmf-api/:") + f" {token}")
    _door(text("短信中心模拟器（SMPP 3.4）", "SMSC simulator (SMPP 3.4)"), f"{ports.host}:{ports.smsc}")
    program = sys.argv[0] if Path(sys.argv[0]).name == "careline" else "careline"
    _tip(text("在另一个终端里：", "in another terminal:") + f" {program} talk")
    _tip(text(f"日志：{log}", f"log: {log}"))
    click.echo(text("  按 Ctrl-C 结束。", "  Ctrl-C ends it."))


def _web_hall(pages: str) -> None:
    from careline.demo import town

    _door(text("网上营业厅", "web hall"), f"{pages}/my/")
    for name, what in _GUESTS:
        person = town.find(name)
        assert person is not None
        password = town.password_of(person)
        known = text(f"服务密码 {password}", f"password {password}") if password else ""
        click.echo(f"      {person.number}  {known:15}  {person.name}: {what}")
    _tip(
        text(
            "用服务密码，或用验证码登录：在“手机”页选这个人，验证码就在那里",
            "sign in with the service password, or by a code: it arrives on that person's handset",
        )
    )
    _tip(
        text(
            "付款在沙箱收银台，付了没有由您选；包裹大约每 45 秒走一步",
            "money is paid at a sandbox till, where you choose how it goes; parcels move every 45 seconds or so",
        )
    )


def _door(name: str, address: str) -> None:
    click.echo(f"  {name}  {address}")


def _tip(words: str) -> None:
    click.echo(f"      {words}")
