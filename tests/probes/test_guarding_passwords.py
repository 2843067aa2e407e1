"""What a hand-written dial test does behind the service password counts as well: it is found before it is run."""

from dataclasses import replace

from careline.dialogue.book import Verb
from careline.probes.guarding import changes
from careline.probes.probe import Probe, Step
from careline.values.language import Text
from tests.dialogue.building import NOON
from tests.halls import the_book


def test_an_order_behind_the_service_password_is_no_query() -> None:
    book = the_book()
    known = book.services["caller_id"]
    actions = {verb: replace(one, assurance=2) for verb, one in known.actions.items()}
    asking = replace(book, services={**book.services, "caller_id": replace(known, actions=actions)})
    steps = tuple(Step("send", text) for text in ("KTLDXS", "135790"))
    probe = Probe("mine", Text("我的", "Mine"), "sms", steps, region="yunling", source="staff")
    assert changes(replace(probe, steps=steps[:1]), asking, NOON) == ""
    assert changes(probe, asking, NOON) == f"caller_id:{Verb.SUBSCRIBE}"
