"""The words of staff pages about orders: who pays how, where the money is, what can be done next, and why not."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

ROLES: dict[str, Label] = {"shipper": pgettext_lazy("role", "shipper")}
GATES: dict[str, Label] = {
    "handle_orders": _("see and send orders"),
    "keep_stock": _("count the stock"),
}
RECORDS: dict[str, Label] = {
    "order": pgettext_lazy("record", "order"),
    "stock": pgettext_lazy("record", "stock"),
    "offer": pgettext_lazy("record", "offer"),
}
PAYS: dict[str, Label] = {
    "online": pgettext_lazy("pay", "online"),
    "balance": pgettext_lazy("pay", "from the account"),
    "credit": pgettext_lazy("pay", "with the next bill"),
    "arrival": pgettext_lazy("pay", "on arrival"),
}
MONEY: dict[str, Label] = {
    "none": pgettext_lazy("money", "nothing taken"),
    "waiting": pgettext_lazy("money", "waited for"),
    "held": pgettext_lazy("money", "set aside"),
    "paid": pgettext_lazy("money", "taken"),
    "going_back": pgettext_lazy("money", "going back"),
    "back": pgettext_lazy("money", "returned"),
    "failed": pgettext_lazy("money", "did not come through"),
}
TONES: dict[str, str] = {
    "placed": "warning",
    "waiting": "plain",
    "confirmed": "note",
    "packed": "note",
    "dispatched": "note",
    "out_for_delivery": "note",
    "arrived": "good",
    "received": "good",
    "completed": "good",
    "cancelled": "plain",
    "refused": "error",
    "lost": "error",
    "returning": "warning",
    "returned": "plain",
}
STEPS: dict[str, Label] = {
    "accept": _("Accept the order"),
    "pack": _("Packed"),
    "hand_over": _("Hand over to the courier"),
    "mark": _("Note what happened to the parcel"),
    "collect": _("Have it collected"),
    "take_back": _("Looked at and in order: take it back"),
    "keep_not": _("Do not take it back"),
    "send_anew": _("Send it anew"),
    "give_up": _("Do not send it anew: return the money"),
    "turn_down": _("Cancel the order"),
    "note": _("Note for us"),
}
MARKS: dict[str, Label] = {
    "out_for_delivery": _("out for delivery"),
    "attempted": _("nobody was there"),
    "wrong_address": _("wrong address"),
    "arrived": _("delivered"),
    "refused": _("refused at the door"),
    "lost": _("lost"),
}
MOVES: dict[str, Label] = {
    "reserved": pgettext_lazy("stock", "set apart"),
    "released": pgettext_lazy("stock", "let go"),
    "sent": pgettext_lazy("stock", "sent"),
    "back": pgettext_lazy("stock", "came back"),
    "counted": pgettext_lazy("stock", "counted"),
}
REFUSALS: dict[str, Label] = {  # by the code of orders.states.NotAllowed
    "way": _("That is not possible in the present state of the order."),
    "moved": _("Somebody else changed the order meanwhile. Look again, then decide."),
    "no_such_order": _("There is no such order."),
    "unpaid": _("The money has not come in yet, so it cannot leave."),
    "too_late": _("It has left already."),
    "no_reason": _("Say why; the customer reads it."),
    "too_long": _("That is too long."),
    "sold_out": _("There are not enough left."),
    "no_slot": _("Choose a time that can still be kept."),
    "no_such_parcel": _("The number of the parcel is missing or too long."),
    "parcel_used": _("That parcel belongs to another order."),
    "no_such_courier": _("Choose the courier."),
    "courier_away": _("The courier does not answer. Nothing has left; try again in a moment."),
    "courier_refused": _("The courier will not carry it to this address."),
    "bad_count": _("Count at least as many as are promised, and no more than a hundred thousand."),
    "no_such_goods": _("There are no such goods."),
}
ALL: dict[str, dict[str, Label]] = {"order_pay": PAYS, "order_money": MONEY, "order_step": STEPS, "stock_move": MOVES}


def refusal(code: str) -> str:
    """The sentence for a refused deed."""
    return str(REFUSALS.get(code, _("That was not possible.")))
