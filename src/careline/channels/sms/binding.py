"""Binding: an account becomes links, with its messages going to the receiving side and its results to the sender."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from careline.channels.sms.accounts import SmscAccount
from careline.channels.sms.receiving import Receiving
from careline.channels.sms.sending import Route
from careline.links.cmpp import CmppLink, CmppSettings
from careline.links.esme import EsmeLink, EsmeSettings
from careline.links.link import Inbound, Limits, Link, LinkState, Receipt, Result
from careline.protocols.cmpp.codes import VERSION_2, VERSION_3
from careline.protocols.smpp.codes import INVALID_MESSAGE_LENGTH

# SMPP 3.4, 5.1.3: invalid source and destination address, invalid length. Trying again changes nothing.
_HOPELESS = {"smpp": frozenset({INVALID_MESSAGE_LENGTH, 0x0A, 0x0B}), "cmpp": frozenset[int]()}


class Takes(Protocol):
    """The sender, as binds see it."""

    def on_results(self, results: list[Result]) -> None: ...

    def on_receipts(self, told: list[Receipt]) -> None: ...

    def poke(self) -> None: ...


@dataclass(slots=True)
class Bound:
    """One account with its binds."""

    account: SmscAccount
    receiving: Receiving
    binds: list[Link] = field(default_factory=list)

    def route(self, country: str) -> Route:
        """The account as the sender sees it."""
        account = self.account
        national = account.kind == "cmpp" if account.national_numbers is None else account.national_numbers
        return Route(
            account.name,
            self.binds,
            number=account.number,
            alphabet=account.alphabet,
            registered=account.receipts,
            country=country if national else None,
            hopeless=_HOPELESS[account.kind],
            extra_of=self.receiving.extra_of,
        )


class Outlet:
    """Where results go before there is a sender: it needs the binds, and they need it."""

    def __init__(self) -> None:
        self.sender: Takes | None = None

    def on_results(self, results: list[Result]) -> None:
        if self.sender:
            self.sender.on_results(results)

    def on_receipts(self, told: list[Receipt]) -> None:
        if self.sender:
            self.sender.on_receipts(told)

    def poke(self) -> None:
        if self.sender:
            self.sender.poke()


def bind(
    account: SmscAccount,
    receiving: Receiving,
    outlet: Outlet,
    *,
    limits: Limits | None = None,
    on_change: Callable[[str, LinkState], None] = lambda name, state: None,
) -> Bound:
    """The account's links, not started."""
    bound = Bound(account, receiving)
    for number in range(1, account.binds + 1):
        name = f"{account.name}.{number}" if account.binds > 1 else account.name
        bound.binds.append(_link(account, name, receiving, outlet, limits or _limits(account), on_change))
    return bound


def _limits(account: SmscAccount) -> Limits:
    rate = account.parts_per_second
    return Limits(window=account.window, parts_per_second=rate / account.binds if rate else None)


def _link(
    account: SmscAccount,
    name: str,
    receiving: Receiving,
    outlet: Outlet,
    limits: Limits,
    on_change: Callable[[str, LinkState], None],
) -> Link:
    def on_messages(inbounds: Sequence[Inbound]) -> None:
        receiving.on_messages(name, inbounds)

    def on_state(state: LinkState) -> None:
        receiving.on_state(name, state)
        if state is LinkState.UP:
            outlet.poke()
        on_change(name, state)

    def on_proved(up_to: datetime) -> None:
        receiving.on_proved(name, up_to)

    if account.kind == "cmpp":
        return CmppLink(
            _cmpp(account, name),
            on_messages=on_messages, on_receipts=outlet.on_receipts, on_results=outlet.on_results,
            on_state=on_state, on_proved=on_proved, limits=limits,
        )  # fmt: skip
    return EsmeLink(
        _smpp(account, name),
        on_messages=on_messages, on_receipts=outlet.on_receipts, on_results=outlet.on_results,
        on_state=on_state, on_proved=on_proved, limits=limits,
    )  # fmt: skip


def _smpp(account: SmscAccount, name: str) -> EsmeSettings:
    return EsmeSettings(
        name,
        account.host,
        account.port,
        account.system_id,
        account.secret,
        account.system_type,
        account.bind,
        account.address_range,
        account.source_ton,
        account.source_npi,
        account.destination_ton,
        account.destination_npi,
        account.service_type,
        account.alphabet,
        account.default_alphabet,
        account.long_messages,
        account.wide_references,
        account.message_id_tag,
    )


def _cmpp(account: SmscAccount, name: str) -> CmppSettings:
    return CmppSettings(
        name,
        account.host,
        account.port,
        account.system_id,
        account.secret,
        VERSION_2 if account.version == "2.0" else VERSION_3,
        account.service_id,
        "",
        account.fee_user_type,
        account.fee_type,
        account.fee_code,
        account.wide_references,
    )
