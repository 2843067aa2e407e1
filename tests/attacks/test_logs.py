"""What stands in the log, and what is said to whoever starts a process: no number, no password, whatever failed."""

import io
import logging
import logging.config
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client

from careline.values.discretion import discreet
from careline.values.msisdn import Msisdn
from tests.halls import Hall


@pytest.fixture
def log() -> io.StringIO:
    """What our handlers write, formatted as in an installation."""
    kept = io.StringIO()
    configured: dict[str, Any] = dict(settings.LOGGING)
    formatters = logging.config.DictConfigurator(configured)
    handler = logging.StreamHandler(kept)
    handler.setFormatter(formatters.configure_formatter(configured["formatters"]["plain"]))
    logger = logging.getLogger("careline.attacked")
    logger.handlers, logger.propagate = [handler], False
    return kept


def test_an_error_of_the_database_is_logged_without_the_row_it_is_about(db: None, log: io.StringIO) -> None:
    statement = (
        "INSERT INTO identity_subscriber (msisdn, brand, region, language, status, abroad, menu_on, menu, refreshed_at)"
        " VALUES ('8613912345678', 'b', 'r', 'zh', 'active', false, false, '{}', now())"
    )
    for broken in (
        statement + "; " + statement,
        "SELECT '330106198507123455 8613912345678'::int",
        "SELECT 'x13912345678'::uuid",
    ):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(broken)
        except DatabaseError:
            logging.getLogger("careline.attacked").exception("it failed for %s", Msisdn("8613912345678"))
    said = log.getvalue()
    assert said.count("Traceback") >= 3
    assert "duplicate key" in said
    assert "12345678" not in said
    assert "19850712" not in said


@pytest.mark.parametrize(
    ("line", "forbidden"),
    [
        ("could not connect to postgresql://care:s3cr3t@db.example/x", "s3cr3t"),
        ("postgres://care:a@b:c@db/x", "a@b"),
        ("host=db password=s3cr3t dbname=x", "s3cr3t"),
        ("host=db password = 's3cr3t word' dbname=x", "s3cr3t"),
        ("from +8613912345678 to 10086", "12345678"),
        ("from １３９１２３４５６７８", "１２３４"),
        ("ID 33010619850712345X", "19850712"),
        ("ID 330106850712345.", "850712"),
        ("psycopg.errors.UniqueViolation: x\nDETAIL:  Key (name)=(Wang Xiaoming) already exists.", "Wang"),
    ],
)
def test_a_line_is_said_without_its_secret(line: str, forbidden: str) -> None:
    assert forbidden not in discreet(line)


def test_lines_of_ours_stay_as_they_are() -> None:
    for line in (
        '2026-11-21 22:35:34,123 INFO careline.daemons.sms: sms {"waiting": 0, "p99": 0.123456789012345678}',
        "attempt 019a0000-0000-7000-8000-139123456789 stays unknown after 40 questions",
        "link demo/1 is up; 1731211200 s, 1731211200123 ms, 10086, https://hall.example:8443/staff/",
    ):
        assert discreet(line) == line


@pytest.mark.parametrize("password", ["s3cr3t word", "s3cr3t[word", "s3cr3t%zzword", "s3cr3tword"])
def test_no_command_says_the_password_of_the_database(password: str, tmp_path: Path) -> None:
    url = f"postgresql://care:{password}@127.0.0.1:1/x"
    around = {**os.environ, "DATABASE_URL": url, "CARELINE_HOME": str(tmp_path), "CARELINE_DEMO": "1"}
    for command in (["doctor"], ["migrate"]):
        ran = subprocess.run(
            [sys.executable, "-m", "careline.cli", *command],
            env=around,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ran.returncode != 0
        assert "s3cr3t" not in ran.stdout + ran.stderr


def test_what_customers_say_and_what_fails_is_logged_without_numbers_and_secrets(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    customer = hall.fresh("T5")
    for said in ("BGMM#135792#246813", "13912345678", "SQMM#330106198507123455", "KTHZ#13912345678", "x" * 70_000):
        hall.say(customer, said)
    for secret in ("135792", "246813", "12345678", "19850712", customer.digits[2:]):
        assert secret not in discreet(caplog.text)


def test_a_browser_behind_a_proxy_that_speaks_tls_may_send_forms() -> None:
    """The page came by https from a host of ours, and the proxy hands its form on in plain HTTP."""
    client = Client(enforce_csrf_checks=True)
    host = settings.ALLOWED_HOSTS[0]
    client.cookies["csrftoken"] = token = "a" * 32
    sent = {"language": "en", "csrfmiddlewaretoken": token}
    for origin, status in ((f"https://{host}", 302), ("https://evil.example", 403), ("null", 403)):
        answer = client.post("/staff/language", sent, headers={"Origin": origin, "Host": host})
        assert answer.status_code == status
