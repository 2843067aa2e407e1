"""Each end of each verb of each behaviour: the right outcome and cause, and words that name all that they should."""

import pytest

from careline.carrier.port import Answer
from careline.dialogue.book import READS, Verb
from careline.protocols.smstext import count_parts
from careline.values.cause import Cause, CauseClass
from careline.values.outcome import Outcome
from tests.behaviours.cases import CASES
from tests.behaviours.counter import ANSWERED, GIVEN, NOW, WANG, Case, behaviours, book, job, read
from tests.behaviours.punctuation import half_width

PARTS_MAX = 3

by_name = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.service}: {case.name}")


@by_name
def test_an_answer_ends_the_attempt_and_is_told_in_both_languages(case: Case) -> None:
    telling = case.tell()
    assert (telling.outcome, telling.key) == (case.outcome, case.key)
    assert (telling.cause is None) == (telling.outcome is Outcome.DONE)
    said = read(case.job, telling, case.subscriber)
    assert case.zh in said["zh"]
    assert not half_width(said["zh"])
    assert case.en in said["en"]
    for language, text in said.items():
        assert count_parts(text) <= PARTS_MAX, (language, len(text), text)


def test_the_cases_reach_every_end_that_a_behaviour_declares() -> None:
    reached = {(case.job.service.behaviour, f"{case.verb.value}.{case.key}") for case in CASES}
    # Refusals and orders are told alike by several behaviours and verbs: reaching an end once proves its values.
    alike = {tail.partition(".")[2] for _, tail in reached}
    declared = {(name, tail) for name, behaviour in behaviours().items() for tail in behaviour.words}
    ours = {
        tail
        for tail in declared
        if tail[1].partition(".")[2] not in alike | {"carrier_fault", "carrier_busy", "carrier_silent", "hall_fault"}
    }
    assert not ours
    undeclared = sorted(reached - declared)
    assert not undeclared, f"told, but not in `words`: {undeclared}"


@pytest.mark.parametrize("name", sorted(behaviours()))
@pytest.mark.parametrize("cause", [cause for cause in Cause if cause.kind is not CauseClass.SYSTEM])
def test_whatever_a_carrier_refuses_has_words_and_the_outcome_of_its_class(name: str, cause: Cause) -> None:
    for service in book().services.values():
        if service.behaviour != name:
            continue
        for verb in service.actions:
            attempt = job(service, verb, GIVEN, next(iter(service.tiers), ""))
            if behaviours()[name].ask(attempt, WANG, NOW) is None:
                continue
            telling = behaviours()[name].tell(attempt, WANG, Answer(refused=cause), NOW)
            read(attempt, telling)
            if telling.outcome is not Outcome.DONE:
                assert telling.cause is cause
                assert (telling.outcome is Outcome.REFUSED) == (cause.kind is CauseClass.BUSINESS)


def test_every_service_can_be_asked_and_told_in_every_verb_that_it_has() -> None:
    told = 0
    for service in book().services.values():
        behaviour = behaviours()[service.behaviour]
        for verb in service.actions:
            assert verb in behaviour.verbs, (service.id, verb)
            for tier in service.tiers or [""]:
                attempt = job(service, verb, GIVEN, tier)
                if behaviour.ask(attempt, WANG, NOW) is None:
                    read(attempt, behaviour.tell(attempt, WANG, ANSWERED, NOW))
                told += 1
    assert told > 300


def test_a_read_never_asks_the_carrier_to_change_anything() -> None:
    from careline.carrier.port import READS as READ_KINDS

    for service in book().services.values():
        for verb in READS & service.actions.keys():
            asked = behaviours()[service.behaviour].ask(job(service, verb, GIVEN), WANG, NOW)
            assert asked is None or asked.kind in READ_KINDS, (service.id, verb)


def test_describing_never_asks_the_carrier() -> None:
    for service in book().services.values():
        if Verb.DESCRIBE in service.actions:
            assert behaviours()[service.behaviour].ask(job(service, Verb.DESCRIBE), WANG, NOW) is None
