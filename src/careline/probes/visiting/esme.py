"""Texts by an account of ours at somebody else's SMSC: for test lines whose texts may be sent and received over SMPP."""

from careline.links.esme import EsmeLink, EsmeSettings
from careline.links.link import Inbound, LinkState, Outbound, Receipt, Result, Sent, acknowledge_many
from careline.probes.result import Failed
from careline.probes.vantage import Vantage
from careline.probes.visiting.sms import BOUND_SECONDS, Mailboxes
from careline.protocols.joining import Joiner, Piece
from careline.values.cause import Cause


class Esme:
    """Bound as an ESME: a pretend customer's number is the source of what we submit, and gets what is delivered to us."""

    def __init__(self, vantage: Vantage) -> None:
        settings = EsmeSettings(
            "probes", vantage.smsc_host, vantage.smsc_port, vantage.smsc_account, vantage.smsc_secret
        )
        self.boxes = Mailboxes()
        self._joiner = Joiner()
        self._refused: dict[str, str] = {}
        self._link = EsmeLink(settings, on_messages=self._arrived, on_receipts=self._receipts, on_results=self._results)

    async def open(self) -> None:
        self._link.start()
        try:
            await self._link.wait_until_up(BOUND_SECONDS)
        except TimeoutError as error:
            await self._link.close()
            raise Failed(Cause.CHANNEL_FAULT, "the SMSC does not let us bind") from error

    async def send(self, number: str, address: str, text: str) -> None:
        if self._link.state is not LinkState.UP:
            raise Failed(Cause.CHANNEL_FAULT, "the SMSC is away")
        self._refused.pop(number, None)
        self._link.submit([Outbound(number, number, address, text)])

    async def answer(self, number: str, seconds: float) -> str:
        came = await self.boxes.take(number, seconds)
        if not came and number in self._refused:
            raise Failed(Cause.CHANNEL_FAULT, self._refused.pop(number))
        return came

    async def close(self) -> None:
        await self._link.close()

    def _arrived(self, messages: list[Inbound]) -> None:
        for one in messages:
            if one.place is None:
                self.boxes.of(one.destination).put_nowait(one.text)
                continue
            piece = Piece(one.source, one.destination, one.place, one.data_coding, one.body, one.received_at)
            joined = self._joiner.add(piece)
            if joined is not None:
                self.boxes.of(joined.destination).put_nowait(joined.text)
        acknowledge_many(messages)

    def _receipts(self, receipts: list[Receipt]) -> None:
        acknowledge_many(receipts)

    def _results(self, results: list[Result]) -> None:
        for one in results:
            if one.sent is not Sent.ACCEPTED:
                self._refused[str(one.outbound.id)] = f"the SMSC did not take the text: {one.sent.value}"
