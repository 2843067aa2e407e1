"""An intent: what is to be done, as far as it is known; it waits in the conversation's state until it is complete."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from careline.dialogue.book import Action, Book, Service, Verb
from careline.dialogue.talk import Job
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret


@dataclass(slots=True)
class Intent:
    reference: str
    service: Service
    action: Action
    table: str = ""
    tier: str = ""
    effect: str = "now"
    spelling: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    exact: bool = False  # said by an exact published code
    two_faced: bool = False  # its spelling is a query elsewhere
    guessed: bool = False  # nobody asked for it: it is only proposed, and needs a yes
    begun: bool = False  # its attempt is open
    takes: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    told: str | None = None  # what it would cost, when the customer was last asked about it
    proved: bool = False  # by the service password, given by text for it

    @property
    def verb(self) -> Verb:
        return self.action.verb

    @property
    def price(self) -> int:
        tier = self.service.tiers.get(self.tier)
        return int(tier.price if tier else self.service.price)

    @property
    def cost(self) -> str:
        return f"{self.price}/{self.service.per}"

    def job(self) -> Job:
        return Job(
            reference=self.reference,
            table=self.table,
            service=self.service,
            action=self.action,
            verb=self.action.verb,
            parameters=self.parameters,
            tier=self.service.tiers.get(self.tier),
            effect=self.effect,
            spelling=self.spelling,
        )

    def note(self) -> dict[str, Any]:
        """As JSON, without any secret: those are asked again."""
        return {
            "reference": self.reference,
            "service": self.service.id,
            "verb": self.action.verb.value,
            "table": self.table,
            "tier": self.tier,
            "effect": self.effect,
            "spelling": self.spelling,
            "parameters": {
                name: value.digits if isinstance(value, Msisdn) else value
                for name, value in self.parameters.items()
                if not isinstance(value, Secret)
            },
            "exact": self.exact,
            "two_faced": self.two_faced,
            "begun": self.begun,
            "takes": list(self.takes),
            "optional": list(self.optional),
            "cost": self.cost,
            **({"proved": True} if self.proved else {}),
        }


def take_up(noted: Mapping[str, Any], book: Book) -> Intent | None:
    """The intent again, or None when the book no longer offers it."""
    service = book.services.get(noted["service"])
    action = service.actions.get(Verb(noted["verb"])) if service else None
    if service is None or action is None:
        return None
    kinds = {parameter.name: parameter.kind for parameter in action.parameters}
    return Intent(
        reference=noted["reference"],
        service=service,
        action=action,
        table=noted["table"],
        tier=noted["tier"] if noted["tier"] in service.tiers else "",
        effect=noted["effect"],
        spelling=noted["spelling"],
        parameters={
            name: Msisdn(value) if kinds.get(name) == "msisdn" else value for name, value in noted["parameters"].items()
        },
        exact=noted["exact"],
        two_faced=noted["two_faced"],
        begun=noted["begun"],
        takes=tuple(noted["takes"]),
        optional=tuple(noted["optional"]),
        told=noted.get("cost"),
        proved=bool(noted.get("proved")),
    )
