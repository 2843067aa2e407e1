from pathlib import Path

import pytest
from pytest_django import Settings

from careline.catalogue import refusals
from careline.catalogue.documents import PackError
from careline.catalogue.importing import export_packs, import_new, import_packs, publish_packs, silent_on_calls
from careline.catalogue.version import State, Version
from tests.catalogue.packs_on_disk import code, write_small_packs
from tests.catalogue.people import NOW, REVIEWER, WRITER, no_errors

pytestmark = pytest.mark.django_db


def test_the_packs_become_version_1_of_an_empty_demo(tmp_path: Path) -> None:
    version = publish_packs(write_small_packs(tmp_path), now=NOW)
    assert version.state == State.PUBLISHED
    assert Version.published() == version
    assert version.bodies()["code", "X1/CXYE"]["spelling"] == "CXYE|YE"


def test_publishing_the_same_packs_again_changes_nothing(tmp_path: Path) -> None:
    first = publish_packs(write_small_packs(tmp_path), now=NOW)
    assert publish_packs(tmp_path, now=NOW) == first
    assert Version.objects.count() == 1


def test_new_packs_replace_those_of_the_demo_until_somebody_has_edited_them(tmp_path: Path) -> None:
    publish_packs(write_small_packs(tmp_path), now=NOW)
    write_small_packs(tmp_path, **{"code__X1/17": code("17", "balance", "query")})
    second = publish_packs(tmp_path, now=NOW)
    assert ("code", "X1/17") in second.bodies()
    edited = Version.draft(by=WRITER, now=NOW)
    edited.submit(by=WRITER, now=NOW)
    edited.review(by=REVIEWER, now=NOW)
    edited.publish(by=REVIEWER, now=NOW, errors=no_errors)
    write_small_packs(tmp_path, **{"code__X1/18": code("18", "balance", "query")})
    assert publish_packs(tmp_path, now=NOW) == edited
    assert ("code", "X1/18") in publish_packs(tmp_path, now=NOW, forced=True).bodies()


def test_outside_the_demo_packs_are_not_published_without_a_review(tmp_path: Path, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(refusals.ReviewNeeded):
        publish_packs(write_small_packs(tmp_path), now=NOW)
    assert Version.published() is None
    assert publish_packs(tmp_path, now=NOW, forced=True).state == State.PUBLISHED


@pytest.mark.requirement("SMS-24")
def test_rows_that_contradict_each_other_in_one_table_are_refused_with_a_report(tmp_path: Path) -> None:
    write_small_packs(tmp_path, **{"code__X1/17": code("17|CXYE", "balance", "query")})
    with pytest.raises(PackError) as refused:
        import_packs(tmp_path, by=WRITER, now=NOW)
    assert '"CXYE" is already in' in str(refused.value)
    assert "codes.tsv" in str(refused.value)
    assert Version.objects.count() == 0


@pytest.mark.requirement("SMS-24")
def test_two_tables_of_one_scope_that_contradict_each_other_are_not_published(tmp_path: Path) -> None:
    charges = {
        "id": "charges",
        "group": "01_query",
        "behaviour": "query",
        "name": {"zh": "话费", "en": "Charges"},
        "about": {"zh": "查询话费。", "en": "Asks for the charges."},
        "actions": {"query": {}},
    }
    second = {"id": "X2", "name": {"zh": "另一张表", "en": "Another table"}, "region": "linjiang"}
    changed = {"service__charges": charges, "table__X2": second, "code__X2/CXYE": code("CXYE", "charges", "query")}
    write_small_packs(tmp_path / "clash", **changed)
    with pytest.raises(PackError, match="CXYE"):
        import_packs(tmp_path / "clash", by=WRITER, now=NOW)


def test_an_import_into_a_draft_replaces_what_it_held(tmp_path: Path) -> None:
    publish_packs(write_small_packs(tmp_path / "a"), now=NOW)
    draft = Version.draft(by=WRITER, now=NOW)
    write_small_packs(tmp_path / "b", **{"code__X1/CXYE": None, "code__X1/17": code("17", "balance", "query")})
    import_packs(tmp_path / "b", by=WRITER, now=NOW, into=draft)
    assert ("code", "X1/CXYE") not in draft.bodies()
    assert ("code", "X1/17") in draft.bodies()


def test_what_is_exported_reads_back_the_same(tmp_path: Path) -> None:
    version = publish_packs(write_small_packs(tmp_path / "a"), now=NOW)
    export_packs(version, tmp_path / "b")
    again = import_packs(tmp_path / "b", by=WRITER, now=NOW)
    assert again.bodies() == version.bodies()


def test_an_edited_catalogue_takes_in_what_a_release_brings_and_keeps_its_own(tmp_path: Path) -> None:
    first = publish_packs(write_small_packs(tmp_path / "a", **{"code__X1/17": code("17", "balance", "query")}), now=NOW)
    newer = {"code__X1/17": code("17|XVII", "balance", "query"), "code__X1/18": code("18", "balance", "query")}
    write_small_packs(tmp_path / "b", **newer)
    draft = import_new(tmp_path / "b", by=WRITER, now=NOW)
    assert draft.state == State.DRAFT
    assert draft.bodies().keys() - first.bodies().keys() == {("code", "X1/18")}
    assert all(draft.bodies()[name] == body for name, body in first.bodies().items())


def test_a_catalogue_from_before_there_were_calls_is_known_by_its_lack_of_menus_and_spoken_texts(
    tmp_path: Path,
) -> None:
    assert silent_on_calls(publish_packs(write_small_packs(tmp_path), now=NOW))
    packs = Path(__file__).resolve().parents[2] / "packs"
    assert not silent_on_calls(import_packs(packs, by=WRITER, now=NOW))
