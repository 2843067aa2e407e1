"""Webhooks of alarms: none leads into our own network however its address is written, and none is told for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from careline.links import callbacks
from careline.probes import telling
from careline.probes.models import Alarm, Telling

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
INSIDE = [
    "http://127.0.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://0/",
    "http://0.0.0.0/", "http://localhost/", "http://localhost./", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
    "http://[fe80::1%25lo]/", "http://[fd00::1]/", "http://169.254.169.254/latest/", "http://10.0.0.1/", "http://192.168.1.1/",
    "http://172.16.0.1/", "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://8.8.8.8@127.0.0.1/",
    "http://a:b@8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "//8.8.8.8/", "http://8.8.8.8\r\nHost: x/",
    "http://８.８.８.８/", "http:///x", "http://8.8.8.8:99999/", "http://[::1", "http://" + "a" * 3_000,
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_no_alarm_leads_into_our_own_network(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv(telling.NETWORKS, "")
    with pytest.raises(callbacks.Forbidden) as refused:
        callbacks.target_of(url, telling.NETWORKS)
    assert "a:b" not in str(refused.value)


def test_an_alarm_that_nobody_takes_is_given_up_and_its_secret_is_nowhere(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(telling.NETWORKS, "")
    monkeypatch.setenv("CARELINE_PROBES_WEBHOOK", "http://127.0.0.1:9/hidden-path")
    monkeypatch.setenv("CARELINE_PROBES_WEBHOOK_SECRET", "hush-hush")
    alarm = Alarm.objects.create(probe="voice/a", vantage="here", raised_at=NOW, why="x")
    Telling.objects.create(alarm=alarm, way="webhook", raised=True, due_at=NOW)
    now, tried = NOW, 0
    for _ in range(40):
        tried += telling.sweep(now)
        now += timedelta(hours=1)
    assert tried == telling.TRIES_MAX
    assert Telling.objects.get().done_at is not None
    alarm.refresh_from_db()
    kept = repr(alarm.told) + caplog.text
    assert "given up" in kept
    assert "hush-hush" not in kept
    assert "hidden-path" not in kept
