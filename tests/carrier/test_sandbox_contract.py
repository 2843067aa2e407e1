"""The sandbox keeps the contract of all carriers."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.port import Carrier
from careline.values.msisdn import Msisdn
from tests.carrier.conftest import line
from tests.carrier.contract import CarrierContract


class TestSandbox(CarrierContract):
    @pytest.fixture
    def carrier(self) -> Carrier:
        return Sandbox()

    @pytest.fixture
    def open_line(self, db: None) -> Callable[..., Msisdn]:
        days = itertools.count(1)

        def opened(**given: Any) -> Msisdn:
            return line(**given | ({"suspended_days_ago": next(days)} if given.get("status") == "suspended" else {}))

        return opened
