"""The form of Africa's Talking, which many aggregators share: all inputs so far come with every request.

The service's callback is https://HALL/ussd/africas-talking/NAME?secret=S by POST, with sessionId, phoneNumber,
serviceCode and `text`: "" first, then the inputs joined by asterisks. We answer in plain text, CON to go on and END at
the end. The events callback is the same address: it is known by `status`, and tells that the session is over.

An input that is an asterisk itself is told from the joints by what was dealt with before.
"""

from careline.channels.telephony.accounts import UssdAccount
from careline.channels.ussd.dialects import _dialect
from careline.channels.ussd.dialects._dialect import Answer, Call, Dialect, Told
from careline.channels.ussd.screens import Screen
from careline.dialogue.talk import Event


class AfricasTalking(Dialect):
    name = "africas-talking"

    def read(self, call: Call, account: UssdAccount) -> Told:
        fields = call.fields()
        _dialect.check_secret(fields.get("secret", ""), account)
        remote = _dialect.identified(fields.get("sessionId", ""), "sessionId")
        if "status" in fields:
            lost = fields["status"] == "Failed" and fields.get("errorMessage", "") != ""
            return Told(Event.LOST if lost else Event.HUNG_UP, remote)
        caller = _dialect.identified(fields.get("phoneNumber", ""), "phoneNumber")
        text = _dialect.short(fields.get("text", ""))
        event = Event.KEYS if text else Event.HELLO
        return Told(event, remote, caller, fields.get("serviceCode", ""), text, history=True)

    def write(self, screen: Screen, told: Told) -> Answer:
        return Answer(f"{'END' if screen.ends else 'CON'} {screen.text}".encode())

    def taken(self, told: Told) -> Answer:
        return Answer(b"OK")


DIALECT = AfricasTalking()
