"""One attempt carried through a behaviour: what it asks, what it tells, and what the customer then reads."""

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from careline import behaviours as shelf
from careline.carrier.port import Answer, Request
from careline.catalogue.samples import placeholders
from careline.dialogue.book import Action, Service, Verb
from careline.dialogue.pointing import resolve
from careline.dialogue.rendering import fill, key_of
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.hall.behaviour import Behaviour
from careline.values.language import LANGUAGES
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.secret import Secret
from tests.shipped import the_book

NOW = datetime(2009, 11, 15, 4, 0, tzinfo=UTC)  # noon of 15 November 2009 where the carrier is
WANG = Subscriber(Msisdn("8613900000001"), brand="gotone", region="yunling")
book = the_book  # the catalogue as it is delivered
DONE, REFUSED, FAILED = Outcome.DONE, Outcome.REFUSED, Outcome.FAILED
ANSWERED = Answer()


@cache
def behaviours() -> dict[str, Behaviour]:
    """The behaviours by name, found on their shelf."""
    modules = (module.name for module in pkgutil.iter_modules(shelf.__path__))
    found = (importlib.import_module(f"careline.behaviours.{name}") for name in modules if not name.startswith("_"))
    return {module.BEHAVIOUR.name: module.BEHAVIOUR for module in found}


def job(
    service: Service | str,
    verb: Verb,
    parameters: Mapping[str, str | Secret] | None = None,
    tier: str = "",
    effect: str = "",
    table: str = "T5",
) -> Job:
    """An attempt as the dialogue hands it over; a service by id is the delivered one."""
    one = book().services[service] if isinstance(service, str) else service
    action = one.actions.get(verb) or Action(verb)
    return Job(
        reference="a1",
        table=table,
        service=one,
        action=action,
        verb=verb,
        parameters=parameters or {},
        tier=one.tiers[tier] if tier else None,
        effect=effect or action.effect,
    )


# Something right for each parameter that any service takes.
GIVEN: Mapping[str, str] = {
    "amount": "1000",
    "number": Msisdn("8613900000002"),
    "short": "6611",
    "id_number": Secret("110101199001011237"),
}


@dataclass(frozen=True)
class Case:
    """What a customer wants, what the carrier answers, and how it must end; `zh` and `en` are what must be read."""

    name: str
    service: str
    verb: Verb
    key: str
    outcome: Outcome = DONE
    answer: Answer = ANSWERED
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tier: str = ""
    zh: str = ""
    en: str = ""
    subscriber: Subscriber = WANG
    service_is: Mapping[str, Any] = field(default_factory=dict)  # what differs from the delivered service

    @property
    def job(self) -> Job:
        service = book().services[self.service]
        if self.service_is:
            service = replace(service, **self.service_is)
        return job(service, self.verb, self.parameters, self.tier)

    @property
    def behaviour(self) -> Behaviour:
        return behaviours()[self.job.service.behaviour]

    def ask(self) -> Request | None:
        return self.behaviour.ask(self.job, self.subscriber, NOW)

    def tell(self) -> Telling:
        return self.behaviour.tell(self.job, self.subscriber, self.answer, NOW)


def read(job: Job, telling: Telling, subscriber: Subscriber = WANG) -> dict[str, str]:
    """What the customer reads in each language; fails when the text is missing or names what nobody gave."""
    key, text = key_of(book(), job, telling)
    assert text is not None, f"{key} has no text"
    said: dict[str, str] = {}
    for language in LANGUAGES:
        lacking = placeholders(text.read(language)) - telling.values.keys()
        assert not lacking, f"{key} ({language}) says {sorted(lacking)}, which the behaviour does not give"
        filled = fill(text, telling.values, language)
        said[language] = resolve(filled, book(), subscriber, NOW, language)
        assert said[language].strip(), f"{key} ({language}) says nothing"
        assert not re.search("[{}\ue000\ue001]|None|\\b0000-00", said[language]), said[language]
    return said
