"""`careline report menu` and `callers`: what menus are used for, and who turns to us most."""

from dataclasses import asdict
from fractions import Fraction
from typing import Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text
from careline.cli._asked import asked, refuse, understood
from careline.cli._report_sheets import refuse_others
from careline.cli._report_words import said, table, verdict, written


@click.command(short_help=text("菜单：触达率、热点顺序、分流。", "Menus: contact rate, order, diversion."))
@click.argument("name", default="standard")
@asked
@json_option
def menu(name: str, as_json: bool, **options: Any) -> None:
    """What the menu NAME was used for: leaves that nobody chose, order against demand, what it took off people."""
    prepare(demo=True)
    from careline.catalogue import library
    from careline.catalogue.refusals import NothingPublished
    from careline.insight import menus
    from careline.insight.rates import percent

    period, filters = understood(**options)
    try:
        book = library.current()
    except NothingPublished as nothing:
        raise Trouble(text("还没有发布目录。", "No catalogue is published yet.")) from nothing
    found = book.menus.get(name)
    if found is None:
        raise Trouble(text(f"没有菜单 {name}。", f"There is no menu {name}."), code=Exit.USAGE)
    refuse_others("menu", filters)
    rate = menus.contact_rate(book, found, period, filters)
    orders = menus.order(book, found, menus.demand(period, filters))
    taken = menus.diversion(period, filters, found.id)
    done, sessions = sum(one.done for one in taken), sum(one.sessions for one in taken)
    if as_json:
        print_json(
            {
                "menu": name, "leaves": len(rate.leaves), "touched": rate.touched, "contact_rate": percent(rate.share, 1),
                "met": rate.met, "untouched": [{"place": one.place, "zh": one.name.zh, "en": one.name.en} for one in rate.untouched],
                "sessions": sessions, "done": done, "diversion": percent(Fraction(done, sessions) if sessions else None),
                "by_day": [asdict(one) | {"day": written(one.day), "diversion": percent(one.diversion)} for one in taken],
                "by_node": [asdict(one) | {"name": text(one.name.zh, one.name.en), "diversion": percent(one.diversion)}
                            for one in menus.nodes(book, found, period, filters)],
                "order": [
                    {"node": one.node, "inversions": one.inversions,
                     "choices": [{"zh": c.name.zh, "en": c.name.en, "place": c.place, "demand": c.demand, "rank": c.rank,
                                  "proposed": c.proposed} for c in one.choices]} for one in orders
                ],
            }
        )  # fmt: skip
        return
    told = f"{rate.touched} / {len(rate.leaves)} = {said(percent(rate.share, 1))}  {verdict(rate.met)}"
    click.echo(f"{text('节点接触率', 'Contact rate')}: {told}")
    for one in rate.untouched:
        click.echo(f"  {one.place}  {text(one.name.zh, one.name.en)}")
    share = said(percent(Fraction(done, sessions) if sessions else None))
    click.echo(f"{text('自助分流', 'Done by the machine')}: {done:,} / {sessions:,} = {share}")
    for one_node in orders:
        if one_node.inversions:
            click.echo(f"{one_node.node}: {text('逆序', 'inversions')} {one_node.inversions}")
            table(["", text("现在", "now"), text("热度", "demand"), text("排名", "rank"), text("建议", "proposed")],
                   [(text(c.name.zh, c.name.en), c.place, c.demand, c.rank, c.proposed) for c in one_node.choices])  # fmt: skip


@click.command(short_help=text("一个月内多次来电的用户。", "Who turned to us most in a month."))
@click.argument("month")
@click.option(
    "--top",
    default=20,
    show_default=True,
    type=click.IntRange(1, 1000),
    help=text("列出前多少名。", "How many to list."),
)
@click.option("--channel", default="voice", show_default=True, help=text("渠道。", "Channel."))
@click.option("--source", default="hall", show_default=True, help=text("记录来源。", "Whose records."))
@json_option
def callers(month: str, top: int, channel: str, source: str, as_json: bool) -> None:
    """The numbers that turned to CHANNEL most in MONTH (2026-11), masked, and how many did how often."""
    prepare(demo=True)
    from django.utils import timezone

    from careline.hall.retelling import NO_BOOK
    from careline.insight import callers as counting
    from careline.insight.filtering import unknown, unknown_sources
    from careline.insight.question import Filters
    from careline.insight.sources import known
    from careline.values.msisdn import Msisdn
    from careline.values.period import NotAMonth, parse_month

    try:
        first = parse_month(month, timezone.localdate()).first
    except NotAMonth as error:
        raise Trouble(text("月份应如 2026-11。", "A month is written 2026-11."), code=Exit.USAGE) from error
    refuse(unknown_sources([source], known()) or unknown(Filters(channels=(channel,)), NO_BOOK))
    most = counting.most(first, top, channel=channel, source=source)
    often = [(one.place, Msisdn(one.msisdn).masked(), one.dials) for one in most]
    bands = counting.bands(first, channel=channel, source=source)
    if as_json:
        print_json({"month": month, "users": sum(users for _, users in bands), "bands": dict(bands),
                    "most": [{"place": place, "number": number, "dials": dials} for place, number, dials in often]})  # fmt: skip
        return
    table(["", text("号码", "number"), text("次数", "dials")], often)
    table([text("次数", "dials"), text("用户", "users")], bands)
