"""The demo's two weeks of upkeep: told once, true to the rules, and quiet when the demo begins."""

from datetime import date, datetime

import pytest
from pytest_django import Settings

from careline.demo import upkeep as story
from careline.identity.staff import settle_demo_staff
from careline.insight import clock
from careline.upkeep import alarms, diary, machines, policy, quiz, rounds
from careline.upkeep.models import Machine, Round

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("day", "hour"), [(22, 20), (1, 7), (15, 13)])
def test_the_story_has_its_gap_its_crash_and_no_alarm(settings: Settings, day: int, hour: int) -> None:
    settings.DEMO = True
    story.settle(datetime(2026, 11, day, hour, tzinfo=clock.zone()))
    assert not Machine.objects.exists(), "there is nobody to tell it of"
    settle_demo_staff()
    now = datetime(2026, 11, day, hour, tzinfo=clock.zone())
    story.settle(now)
    made = Round.objects.count()
    story.settle(now)
    assert Round.objects.count() == made
    today = now.date()
    found = diary.days(date.fromordinal(today.toordinal() - 14), today)
    assert [(today - one.day).days for one in found.values() if one.missing and one.day < today] == [4]
    assert all(one.explained for one in found.values() if one.missing and one.day < today)
    assert str(machines.age(today)) == "1/6 = 16.7 %"
    assert rounds.verdict(rounds.between(min(found), today)).crashes == 1
    assert rounds.open_findings() == []
    assert quiz.verdict(quiz.standing(today)) is True
    assert policy.roster(today).met
    alarms.sweep(now)
    assert [one.key for one in alarms.standing()] == []
