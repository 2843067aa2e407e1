import pytest
from django.db import DatabaseError, transaction

from careline.journal.models import Entry
from careline.journal.writing import write
from tests.catalogue.people import NOW

pytestmark = pytest.mark.django_db


def test_the_journal_cannot_be_changed_or_shortened() -> None:
    entry = write(who="lin", did="edit", what="version", record="1", now=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(who="zhou")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()
    assert Entry.objects.get().who == "lin"


def test_numbers_of_customers_do_not_stand_in_the_journal() -> None:
    entry = write(
        who="he", did="look", what="subscriber", record="8613900000001", now=NOW,
        detail={"said": ["SQMM#110101199003074578"], "nested": {"number": "13900000001"}, "count": 3},
    )  # fmt: skip
    entry.refresh_from_db()
    assert "39000000" not in entry.record
    assert "19900307" not in str(entry.detail)
    assert "39000000" not in str(entry.detail)
    assert entry.detail["count"] == 3
