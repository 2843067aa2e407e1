import pytest
from django.db import DatabaseError, transaction

from careline.catalogue import refusals
from careline.catalogue.item import Item
from careline.catalogue.version import State, Version
from careline.journal.models import Entry
from tests.catalogue.people import NOW, REVIEWER, WRITER, no_errors, published

pytestmark = pytest.mark.django_db


def test_a_version_goes_from_draft_over_review_to_published_and_is_retired_by_the_next() -> None:
    first = published(balance="余额")
    assert Version.published() == first
    second = published(balance2="余额")
    first.refresh_from_db()
    assert (first.state, second.state) == (State.RETIRED, State.PUBLISHED)
    assert second.based_on == first
    assert ("words", "balance") in second.bodies()
    assert (second.author, second.reviewer, second.publisher) == (WRITER, REVIEWER, REVIEWER)


def test_nobody_reviews_her_own_work() -> None:
    version = Version.draft(by=WRITER, now=NOW)
    version.submit(by=WRITER, now=NOW)
    with pytest.raises(refusals.OwnWork):
        version.review(by=WRITER, now=NOW)
    assert not Version.numbered(version.number).approved


def test_whoever_edited_a_draft_of_somebody_else_may_not_review_it_either() -> None:
    version = Version.draft(by=WRITER, now=NOW)
    version.edit("words", "a", {"zh": "甲"}, by=REVIEWER, now=NOW, stamp=0)
    version.submit(by=WRITER, now=NOW)
    with pytest.raises(refusals.OwnWork):
        version.review(by=REVIEWER, now=NOW)


def test_what_was_not_reviewed_is_not_published() -> None:
    version = Version.draft(by=WRITER, now=NOW)
    with pytest.raises(refusals.WrongState):
        version.publish(by=REVIEWER, now=NOW, errors=no_errors)
    version.submit(by=WRITER, now=NOW)
    with pytest.raises(refusals.NotApproved):
        version.publish(by=REVIEWER, now=NOW, errors=no_errors)
    assert Version.published() is None


def test_a_version_with_errors_is_not_published() -> None:
    version = Version.draft(by=WRITER, now=NOW)
    version.submit(by=WRITER, now=NOW)
    version.review(by=REVIEWER, now=NOW)
    with pytest.raises(refusals.Faulty) as refused:
        version.publish(by=REVIEWER, now=NOW, errors=lambda _: ["no words for busy"])
    assert refused.value.findings == ("no words for busy",)
    assert Version.published() is None


def test_a_reviewer_sends_back_with_a_note_and_the_draft_can_be_edited_again() -> None:
    version = Version.draft(by=WRITER, now=NOW)
    version.submit(by=WRITER, now=NOW)
    version.review(by=REVIEWER, now=NOW, approve=False, note="价格写错了")
    assert (version.state, version.review_note) == (State.DRAFT, "价格写错了")
    version.edit("words", "a", {"zh": "甲"}, by=WRITER, now=NOW, stamp=0)
    version.submit(by=WRITER, now=NOW)
    assert not version.approved


def test_an_approval_does_not_outlive_another_round_of_editing() -> None:
    version = Version.draft(by=WRITER, now=NOW)
    version.submit(by=WRITER, now=NOW)
    version.review(by=REVIEWER, now=NOW)
    version.review(by=REVIEWER, now=NOW, approve=False)
    version.submit(by=WRITER, now=NOW)
    with pytest.raises(refusals.NotApproved):
        version.publish(by=REVIEWER, now=NOW, errors=no_errors)


@pytest.mark.parametrize("state", ["submitted", "published"])
def test_only_a_draft_can_be_edited(state: str) -> None:
    version = Version.draft(by=WRITER, now=NOW) if state == "submitted" else published(a="甲")
    if state == "submitted":
        version.submit(by=WRITER, now=NOW)
    with pytest.raises(refusals.WrongState):
        version.edit("words", "b", {"zh": "乙"}, by=WRITER, now=NOW, stamp=0)


def test_the_database_itself_refuses_to_change_what_was_published() -> None:
    version = published(a="甲")
    with pytest.raises(DatabaseError, match="only while it is a draft"), transaction.atomic():
        Item.objects.filter(version=version).update(body={"zh": "乙"})
    with pytest.raises(DatabaseError, match="only while it is a draft"), transaction.atomic():
        Item.objects.filter(version=version).delete()
    with pytest.raises(DatabaseError, match="only while it is a draft"), transaction.atomic():
        Item.objects.create(version=version, kind="words", key="b", body={})
    with pytest.raises(DatabaseError, match="does not change any more"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(author="somebody")
    with pytest.raises(DatabaseError, match="does not change any more"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(state="draft")
    with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
        Version.objects.raw("delete from catalogue_version returning *")[0]
    assert version.bodies() == {("words", "a"): {"zh": "甲", "en": "甲"}}


def test_the_later_of_two_editors_is_told_what_the_other_changed() -> None:
    version = Version.draft(by=WRITER, now=NOW)
    read = version.edit("words", "a", {"zh": "甲", "en": "A"}, by=WRITER, now=NOW, stamp=0)
    version.edit("words", "a", {"zh": "乙", "en": "A"}, by="he", now=NOW, stamp=read.stamp)
    with pytest.raises(refusals.Overtaken) as refused:
        version.edit("words", "a", {"zh": "甲", "en": "B"}, by=WRITER, now=NOW, stamp=read.stamp)
    assert refused.value.by == "he"
    assert [(one.path, one.before, one.after) for one in refused.value.changes] == [
        ("zh", "甲", "乙"),
        ("en", "B", "A"),
    ]
    assert version.bodies()["words", "a"] == {"zh": "乙", "en": "A"}


def test_two_who_add_the_same_item_do_not_overwrite_each_other() -> None:
    version = Version.draft(by=WRITER, now=NOW)
    version.edit("words", "a", {"zh": "甲"}, by=WRITER, now=NOW, stamp=0)
    with pytest.raises(refusals.Overtaken):
        version.edit("words", "a", {"zh": "乙"}, by="he", now=NOW, stamp=0)


def test_rolling_back_publishes_a_new_version_equal_to_the_old_one() -> None:
    first = published(a="甲")
    second = published(b="乙")
    third = Version.roll_back(to=first, by=REVIEWER, now=NOW, errors=no_errors)
    assert third.number == second.number + 1
    assert Version.published() == third
    assert third.bodies() == first.bodies()


def test_one_rolls_back_only_to_what_was_published() -> None:
    published(a="甲")
    draft = Version.draft(by=WRITER, now=NOW)
    with pytest.raises(refusals.WrongState):
        Version.roll_back(to=draft, by=REVIEWER, now=NOW, errors=no_errors)


def test_a_draft_that_was_overtaken_by_a_publishing_catches_up_before_it_is_published() -> None:
    published(a="甲", b="乙", c="丙")
    slow = Version.draft(by=WRITER, now=NOW)
    slow.edit("words", "a", {"zh": "慢"}, by=WRITER, now=NOW, stamp=1)
    slow.edit("words", "b", {"zh": "慢"}, by=WRITER, now=NOW, stamp=1)
    quick = Version.draft(by="he", now=NOW)
    quick.edit("words", "b", {"zh": "快"}, by="he", now=NOW, stamp=1)
    quick.edit("words", "d", {"zh": "快"}, by="he", now=NOW, stamp=0)
    quick.remove("words", "c", by="he", now=NOW, stamp=1)
    for version in (slow, quick):
        version.submit(by="he", now=NOW)
        version.review(by=REVIEWER, now=NOW)
    quick.publish(by=REVIEWER, now=NOW, errors=no_errors)
    with pytest.raises(refusals.Outdated):
        slow.publish(by=REVIEWER, now=NOW, errors=no_errors)
    slow.review(by=REVIEWER, now=NOW, approve=False)
    assert slow.catch_up(by=WRITER, now=NOW) == [("words", "b")]
    assert {key: body["zh"] for (_, key), body in slow.bodies().items()} == {"a": "慢", "b": "慢", "d": "快"}
    slow.submit(by=WRITER, now=NOW)
    slow.review(by=REVIEWER, now=NOW)
    slow.publish(by=REVIEWER, now=NOW, errors=no_errors)


def test_a_draft_that_is_thrown_away_gives_its_number_to_nobody() -> None:
    thrown = Version.draft(by=WRITER, now=NOW)
    thrown.discard(by=WRITER, now=NOW)
    assert Version.draft(by=WRITER, now=NOW).number == thrown.number + 1


def test_every_deed_is_journaled_with_who_did_it() -> None:
    first = published(a="甲")
    Version.roll_back(to=first, by=REVIEWER, now=NOW, errors=no_errors)
    deeds = [(entry.who, entry.did) for entry in Entry.objects.order_by("id")]
    assert deeds == [
        (WRITER, "draft"),
        (WRITER, "edit"),
        (WRITER, "submit"),
        (REVIEWER, "approve"),
        (REVIEWER, "publish"),
        (REVIEWER, "draft"),
        (REVIEWER, "roll_back"),
    ]


def test_a_refused_deed_leaves_no_trace_of_being_done() -> None:
    version = Version.draft(by=WRITER, now=NOW)
    before = Entry.objects.count()
    with pytest.raises(refusals.WrongState):
        version.review(by=REVIEWER, now=NOW)
    assert Entry.objects.count() == before
