"""`careline orders`: what is ordered, one order and its story, and moving one along; the sandbox courier's stumbles."""

from datetime import UTC, datetime
from typing import Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text

MOVES = ("accept", "pack", "hand-over", "arrived", "take-back", "cancel")


@click.group(short_help=text("订单：列表、经过、推进。", "Orders: list, story, moving them."))
def command() -> None:
    """The orders of this installation; nothing of receivers is shown."""


@command.command(name="list", short_help=text("最新的在前。", "The newest first."))
@click.option("--state", default="", help=text("只看这个状态的。", "Only those in this state."))
@click.option(
    "--limit",
    default=30,
    show_default=True,
    type=click.IntRange(1, 500),
    help=text("最多列出多少单。", "How many to list at most."),
)
@json_option
def show_list(state: str, limit: int, as_json: bool) -> None:
    """List orders with their state, money and slot. Numbers of customers are masked."""
    prepare(demo=True)
    from careline.orders.records.order import Order
    from careline.orders.states import State

    if state and state not in set(State):
        raise Trouble(
            text(f"没有状态 {state}。", f"There is no state {state}."),
            text(f"有：{'、'.join(State)}。", f"There is: {', '.join(State)}."),
        )
    found = Order.objects.filter(state=state) if state else Order.objects.all()
    rows = [_row(one) for one in found.order_by("-placed_at", "-id")[:limit]]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        line = f"{row['number']}  {row['state']:<16}  {row['pay']:<7}  {row['money']:<10}  {row['slot']}  {row['customer']}"
        click.echo(line)


@command.command(short_help=text("一单的全部经过。", "One order and its story."))
@click.argument("number")
@json_option
def show(number: str, as_json: bool) -> None:
    """Show the order of this NUMBER with everything that happened. Exit code 1 when there is none."""
    prepare(demo=True)
    from careline.orders import reading

    order = _found(number)
    moments = reading.timeline(order, public=False)
    if as_json:
        story = [{"at": one.at.isoformat(), "did": one.did, "by": one.by, "where": one.where} for one in moments]
        print_json(_row(order) | {"story": story})
        return
    click.echo("  ".join(str(value) for value in _row(order).values()))
    for one in moments:
        click.echo(f"  {one.at:%Y-%m-%d %H:%M}  {text(*one.label)}  {one.where}  {one.by}".rstrip())


@command.command(short_help=text("把一单往前推一步。", "Move one along."))
@click.argument("number")
@click.argument("step", type=click.Choice(MOVES))
@click.option("--by", required=True, help=text("谁办的：用户名。", "Who does it: a username."))
@click.option("--courier", default="sandbox", show_default=True, help=text("交给哪家快递。", "Which courier takes it."))
@click.option(
    "--reason", default="", help=text("取消的原因，客户会看到。", "Why it is cancelled; the customer reads it.")
)
def move(number: str, step: str, by: str, courier: str, reason: str) -> None:
    """Do this STEP with the order of this NUMBER, as its page would."""
    prepare(demo=True)
    from careline import wiring
    from careline.orders import logistics, sending
    from careline.orders.states import NotAllowed

    order, now = _found(number), datetime.now(UTC)
    do: dict[str, Any] = {"by": by, "now": now}
    try:
        match step:
            case "accept":
                moved = sending.accept(order.number, **do)
            case "pack":
                moved = sending.pack(order.number, **do)
            case "hand-over":
                known = wiring.couriers().get(courier)
                if known is None:
                    raise NotAllowed("no_such_courier")
                moved = logistics.hand_over(order.number, known, **do)
            case "arrived":
                moved = sending.mark(order.number, "arrived", **do)
            case "take-back":
                moved = sending.take_back(order.number, **do)
            case _:
                moved = sending.turn_down(order.number, reason, **do)
    except NotAllowed as refused:
        raise Trouble(
            text(f"没有办成：{refused.code}。", f"That was refused: {refused.code}."),
            text(f"用 careline orders show {order.number} 看现状。", f"See careline orders show {order.number}."),
        ) from refused
    if moved.payment:
        wiring.till().go_on(moved.payment, now)
    click.echo(f"{moved.number}  {moved.state}")


@command.command(short_help=text("让演示快递的包裹出岔子。", "Let a parcel of the sandbox courier stumble."))
@click.argument("parcel")
@click.argument("how", type=click.Choice(("lost", "late", "wrong_address", "refused", "well")))
def stumble(parcel: str, how: str) -> None:
    """The PARCEL of the sandbox courier shall go HOW; `well` takes it back."""
    prepare(demo=True)
    from careline.orders.courier.adapters import sandbox
    from careline.orders.states import NotAllowed

    try:
        sandbox.stumble(parcel, "" if how == "well" else how)
    except NotAllowed as refused:
        raise _none() from refused


def _found(number: str) -> Any:
    from careline.orders import number as numbers
    from careline.orders.records.order import Order

    found = Order.objects.filter(number=numbers.read(number)).first()
    if found is None:
        raise _none()
    return found


def _none() -> Trouble:
    return Trouble(text("没有这一单。", "There is none."), code=Exit.NO)


def _row(order: Any) -> dict[str, Any]:
    from careline.values.msisdn import Msisdn

    return {
        "number": order.number,
        "state": order.state,
        "pay": order.pay,
        "money": order.money,
        "fen": order.fen,
        "slot": f"{order.slot_from:%Y-%m-%d %H:%MZ}",
        "customer": Msisdn(order.msisdn).masked(),
    }
