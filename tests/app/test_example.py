"""The client in examples works against a running server, over real sockets."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from pytest_django.live_server_helper import LiveServer

from careline.channels.app.models import Token
from tests.app.conftest import PASSWORD, App, code_for, fresh, with_password

FILE = Path(__file__).parents[2] / "examples" / "app_client.py"


@pytest.fixture
def client() -> ModuleType:
    spec = importlib.util.spec_from_file_location("app_client", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["app_client"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.django_db(transaction=True)
def test_the_example_signs_in_switches_a_service_on_and_off_and_refreshes_its_token(
    app: App, client: ModuleType, live_server: LiveServer
) -> None:
    number, said = fresh(), list[str]()
    session = client.Session(live_server.url, app.token)
    session.sign_in(session.ask_for_code(f"+{number.digits}"), code_for(number), "account:read", "services:write")
    client.show(session, said.append)
    assert said[0].startswith(number.masked())
    assert any(line.strip().startswith("done:") for line in said)
    old = session.access
    Token.objects.filter(kind="access").update(until="2020-01-01T00:00:00Z")
    assert session.get("/me")["number"] == number.masked()
    assert session.access != old
    with pytest.raises(client.Problem) as refused:
        session.get("/bills")
    assert refused.value.code == "scope_missing"


@pytest.mark.django_db(transaction=True)
def test_the_example_signs_in_by_password(app: App, client: ModuleType, live_server: LiveServer) -> None:
    session = client.Session(live_server.url, app.token)
    session.sign_in_by_password(f"+{with_password().digits}", PASSWORD, "account:read")
    assert session.get("/balances")["basic"]["currency"] == "CNY"
