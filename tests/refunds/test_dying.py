"""A process that dies while it pays: the sweep of another one finds the payment, and the money comes once."""

import os
import subprocess
import sys

import pytest

from careline.carrier.adapters.sandbox.opening import forget_lines
from careline.refunds.models import Credit, Refund
from tests.refunds.conftest import NOON, Counter, basic, later, letters, line


@pytest.mark.parametrize(("when", "meanwhile"), [("before", 5_000), ("after", 9_000)])
def test_a_payment_whose_process_died_is_finished_by_another(
    transactional_db: None, database_url: str, when: str, meanwhile: int
) -> None:
    counter, number = Counter(), line()
    try:
        refund = counter.approved(number)
        environment = os.environ | {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        died = subprocess.run(
            [sys.executable, "-m", "tests.refunds.dying", when, str(refund.pk), NOON.isoformat()],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert died.returncode == 9, died.stderr
        assert (Refund.objects.get().state, basic(number), letters(number)) == ("crediting", meanwhile, [])
        assert counter.cashier.sweep(later(seconds=20)) == 1
        assert (Refund.objects.get().state, basic(number), len(letters(number))) == ("credited", 9_000, 1)
        assert Credit.objects.count() == 1
        assert counter.cashier.sweep(later(days=1)) == 0
    finally:
        forget_lines([number])
