"""A rehearsed month, small: the real hall, failures that stand in the ledger, the same result for the same seed."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import transaction

from careline.catalogue.importing import import_packs
from careline.circle.printed.as_html import to_html
from careline.demo.month import telling
from careline.demo.month.assumptions import Assumptions
from careline.demo.month.before import CAUSES, TEXTS
from careline.demo.month.figures import Result, collect
from careline.demo.month.reckoning import SOURCE
from careline.demo.month.running import Plan, Rehearsed, rehearse
from careline.insight.models import Record
from careline.ledger.models import Attempt
from careline.wiring import behaviours

NOW = datetime(2026, 5, 10, tzinfo=UTC)
# Nobody knows the trade's words, and half of those who hear one miss what is meant: so that few people say enough.
CLEAR = Assumptions(wishes_a_day=70, trade_words=0.0, regulars=0.0, miss_trade=0.5, questions=0.05, texts=0.15)


@pytest.fixture
def _published(db: None) -> None:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    import_packs(settings.PACKS, by="system", now=at, note="packs").publish_unreviewed(
        by="system", now=at, errors=lambda _: ()
    )


def small(seed: int, mended: frozenset[str], assumed: Assumptions = CLEAR) -> tuple[Rehearsed, Result]:
    rehearsed = rehearse(Plan(seed=seed, days=1, lines=240, mended=mended, assumed=assumed), behaviours())
    return rehearsed, collect(rehearsed, NOW)


@pytest.mark.usefixtures("_published")
def test_plain_texts_let_fewer_calls_fail_and_each_failure_is_an_attempt_of_the_ledger() -> None:
    rehearsed, result = small(7, frozenset({TEXTS}))
    assert result.before.rate.applications > 50
    assert result.after.rate.failed < result.before.rate.failed
    assert result.difference.significant
    assert result.before.system[0].name == "guidance"
    assert rehearsed.findings[1] < rehearsed.findings[0]  # the words of the glossary are gone from what is said
    records = {one.key: one for one in Record.objects.filter(source=SOURCE)}
    ledger = {str(one.id): one for one in Attempt.objects.filter(id__in=records)}
    assert set(ledger) == set(records)
    assert all((ledger[key].outcome, ledger[key].cause) == (one.outcome, one.cause) for key, one in records.items())
    assert len(records) + sum(rehearsed.unrecorded) == rehearsed.visits
    for language, said in (("zh", "客户是模拟的"), ("en", "customers are simulated")):
        story = telling.tell(result, language)
        assert said in story.warning
        assert "patience_seconds" in to_html(story)


@pytest.mark.usefixtures("_published")
def test_the_same_seed_gives_the_same_month_and_chance_alone_is_not_called_an_effect() -> None:
    told = []
    few = CLEAR.but({"wishes_a_day": "16"})
    for seed in (3, 3):
        with transaction.atomic():
            _, result = small(seed, frozenset(), few)
            told.append(result.as_json())
            transaction.set_rollback(True)
    assert told[0] == told[1]
    assert not told[0]["wishes"]["significant"]
    assert told[0]["mended"] == []


def test_every_assumption_says_where_it_comes_from_and_takes_another_value_by_name() -> None:
    assert all(words.zh and words.en and source for _, _, words, source in Assumptions().told())
    assert Assumptions().but({"slips": "0.5"}).slips == 0.5
    with pytest.raises(ValueError, match="no assumption"):
        Assumptions().but({"luck": "1"})
    assert set(CAUSES) == set(Plan().mended)
