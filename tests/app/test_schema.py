"""The document is kept: machine-made requests, good and bad, against the real application, with all checks of schemathesis."""

import os
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from careline.channels.app import pace
from tests.app.conftest import PASSWORD, App, SignUp, with_password

EXAMPLES = int(os.environ.get("CARELINE_SCHEMA_EXAMPLES", "2"))  # of each operation, good and bad each
# What a request that fits its form may still meet: rules, rights, versions, and things that there are not.
RULES = ["2xx", "401", "403", "404", "409", "412", "422", "428", "429"]
CONFIG = {
    "checks": {"positive_data_acceptance": {"expected-statuses": RULES}},
    "generation": {"allow-x00": False},
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_requests_that_a_machine_makes_are_answered_as_the_document_says(sign_up: SignUp, mode: GenerationMode) -> None:
    own = sign_up(with_password(), password=PASSWORD)
    shown = {"device": {"bearer": own.access}, "app": {"api_key": own.token}}
    config = schemathesis.Config.from_dict(CONFIG | {"auth": {"openapi": shown}})
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=config)
    known = things(own)
    tried = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def keep(case: Any) -> None:
            pace._buckets.clear()
            if mode is GenerationMode.POSITIVE:
                case.path_parameters.update({k: v for k, v in known.items() if k in case.path_parameters})
            case.call_and_validate()

        keep()
        tried += 1
    assert tried > 20


def things(own: App) -> dict[str, str]:
    """Something of this customer's for each kind of address."""
    docket = own.post("/cases", {"kind": "enquiry", "words": "换号要带什么"}).json()["docket"]
    return {"docket": docket, "service": "caller_id", "month": "2026-10"}
