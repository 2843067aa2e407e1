"""Filters that nobody has, on the pages of statistics: one sentence in place of figures of nought."""

import pytest
from django.test import Client

from careline.catalogue.version import Version
from tests.insight.records import fold, greet, record
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
PAGES = ("", "failure-rate", "causes", "control-chart", "hours", "menu", "callers", "records", "acceptance", "load", "tables",
         "service", "circle/any")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_so_in_place_of_figures_and_gives_no_file_of_noughts(
    sign_in: SignIn, published: Version, page: str
) -> None:
    record(3)
    greet(2)
    fold()
    he = sign_in("he", "supervisor")
    address = f"/staff/insight/{page}"
    asked = {"from": "2026-11-01", "to": "2026-11-30"}
    shown = he.get(address, asked | {"channel": "smss", "service": "<b>"}).content.decode()
    assert "There is no channel smss; there are SMS (sms), call (voice)" in shown
    assert "There is no service &lt;b&gt;; there are " in shown
    assert "<section" not in shown
    assert 'name="channel"' in shown
    assert he.get(address, asked | {"channel": "smss", "csv": "days"}).status_code == 404
    assert "There is no " not in he.get(address, asked | {"channel": "ussd", "service": "balance"}).content.decode()


def test_pages_say_it_in_chinese_and_of_sources_and_versions_too(sign_in: SignIn, published: Version) -> None:
    he: Client = sign_in("he", "supervisor", language="zh-hans")
    shown = he.get("/staff/insight/", {"channel": "smss", "catalogue": "99", "source": "demmo"}).content.decode()
    assert "没有渠道 smss；有的是 短信（sms）、通话（voice）、短代码菜单（ussd）、网页（web）、客户端（app）。" in shown
    assert "没有目录版本 99；有的是 1。" in shown
    assert "没有来源 demmo；有的是 hall、probes。" in shown
    assert "去掉这些筛选" in shown
    assert he.get("/staff/insight/circle/any/file.pdf", {"channel": "smss"}).status_code == 404
