"""`careline payments`: what is stuck, one payment with its steps, and a provider's statement beside our rows."""

from datetime import datetime
from pathlib import Path

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text
from careline.cli._dates import DAY


@click.group(short_help=text("网上支付：列表、一笔、对账。", "Online payments: list, one, reconcile."))
def command() -> None:
    """The payments of this installation."""


@command.command(name="list", short_help=text("卡住的，或全部。", "What is stuck, or all."))
@click.option("--all", "everything", is_flag=True, help=text("全部，不只是卡住的。", "All, not only what is stuck."))
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 500),
    help=text("最多列出多少笔。", "How many to list at most."),
)
@json_option
def show_list(everything: bool, limit: int, as_json: bool) -> None:
    """List payments that wait for somebody outside, the oldest first; or all, the newest first. Numbers are masked."""
    prepare(demo=True)
    from careline.payments.models import Payment
    from careline.values.money import yuan
    from careline.values.msisdn import Msisdn

    found = Payment.objects.order_by("-begun_at")
    if not everything:
        found = Payment.objects.filter(steps__ended_at=None, steps__tries__gt=1).distinct().order_by("begun_at")
    rows = [
        {
            "id": str(row.pk),
            "at": row.begun_at.isoformat(),
            "number": Msisdn(row.msisdn).masked(),
            "purpose": row.purpose,
            "how": row.how,
            "state": row.state,
            "price": yuan(row.price),
        }
        for row in found[:limit]
    ]
    if as_json:
        print_json(rows)
        return
    for one in rows:
        click.echo("  ".join(f"{value:>8}" if name == "price" else str(value) for name, value in one.items()))


@command.command(short_help=text("一笔付款和它的每一步。", "One payment and its steps."))
@click.argument("payment")
@json_option
def show(payment: str, as_json: bool) -> None:
    """Show the payment with this id and every step of it. Exit code 1 when there is none."""
    prepare(demo=True)
    from django.core.exceptions import ValidationError

    from careline.payments.models import Payment
    from careline.values.money import yuan

    try:
        row = Payment.objects.filter(pk=payment).first()
    except ValidationError:  # that is no id
        row = None
    if row is None:
        raise SystemExit(Exit.NO)
    steps = [
        {
            "what": one.what,
            "fen": one.fen,
            "state": one.state,
            "tries": one.tries,
            "cause": one.cause,
            "by": one.by,
            "begun_at": one.begun_at.isoformat(),
            "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        }
        for one in row.steps.order_by("begun_at")
    ]
    if as_json:
        print_json({"id": str(row.pk), "state": row.state, "price": row.price, "steps": steps})
        return
    click.echo(f"{row.pk}  {row.purpose}  {row.how}  {row.state}  {yuan(row.price)}  {row.cause}")
    for step in steps:
        click.echo(f"  {step['begun_at']}  {step['what']:10} {step['state']:8} {step['tries']}  {step['cause']}")


@command.command(short_help=text("和支付方的对账单逐笔核对。", "Compare a provider's statement with our rows."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--day", type=DAY, required=True, help=text("对账单是哪一天的。", "The day of the statement."))
@click.option("--provider", default="sandbox", show_default=True, help=text("支付渠道。", "The payment provider."))
@json_option
def reconcile(file: Path, day: datetime, provider: str, as_json: bool) -> None:
    """Compare the statement FILE (CSV: reference, kind, amount) with that day's rows. Exit code 1 when they differ."""
    prepare(demo=True)
    from dataclasses import asdict

    from careline.payments import reconciling

    try:
        told = reconciling.read(file.read_text(encoding="utf-8"))
        found = reconciling.compare(reconciling.ours(provider, day.date()), told)
    except (reconciling.NotAStatement, ValueError) as error:
        raise Trouble(
            text(f"读不懂 {file.name}：{error}。", f"{file.name}: {error}"),
            text("写法见 `careline payments reconcile --help`。", "See `careline payments reconcile --help`."),
        ) from error
    if as_json:
        print_json(asdict(found))
    else:
        click.echo(text(f"相符 {found.matched}", f"matched {found.matched}"))
        differences = (("对方没有", "missing", found.missing), ("我方没有", "extra", found.extra),
                       ("金额不同", "differing", found.differing))  # fmt: skip
        for zh, en, rows in differences:
            for one in rows:
                click.echo(f"{text(zh, f'{en:9}')}  {one.kind:7}  {one.reference}  {one.ours}  {one.theirs}")
    if not found.agrees:
        raise SystemExit(Exit.NO)
