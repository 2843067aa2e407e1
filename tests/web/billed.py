"""A customer with a bill of last month that holds one of everything, and what the pages of bills are asked."""

import itertools
import re
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.charging import Charged
from careline.carrier.adapters.sandbox.opening import Held, Opening, open_lines
from careline.identity import recognising
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.period import Month

# In the order of the bill.
PLAN, CALL, FREE, DATA, SECRETARY, JOKE, STRANGER, FORMULA, DISCOUNT = range(1, 10)
TOTAL = 1_800 + 60 + 45 + 500 + 1_000 + 400 + 700 + 100 - 300
XSS = "<script>alert(1)</script>"
_order = itertools.count(1)


def last_month() -> str:
    return str(Month.of(timezone.localtime(datetime.now(UTC)).date()).plus(-1))


def item(place: int, month: str = "") -> str:
    return f"{(month or last_month()).replace('-', '')}-{place}"


def billed(**given: Any) -> Msisdn:
    """Someone with nine items on last month's bill, in the order of the names above."""
    number = Msisdn(f"86197{next(_order):08d}")
    cdr = {"kind": "local", "seconds": 232, "cell": "HT-1102"}
    charged = [
        Charged("plan", 1_800, day=1),
        Charged("calls", 60, day=21, hour=18, cdr=cdr),
        Charged("announcement", 45, day=3, hour=20, cdr={"kind": "announcement", "seconds": 18, "cell": "HT-1101"}),
        Charged("data", 500, day=28),
        Charged("secretary", 1_000, Text("移动小秘书", "Mobile secretary"), day=28),
        Charged("sp_joke", 400, Text("每日一笑", "A joke a day"), "乐天信息", day=28),
        Charged("sp_star", 700, Text(XSS, XSS), "星语网络", day=28),
        Charged("sp_sum", 100, Text("=1+1", "=1+1"), "表格公司", day=28),
        Charged("discount", -300, Text("老客户优惠", "Loyalty discount"), day=28),
    ]
    held = [
        Held("secretary", Text("移动小秘书", "Mobile secretary"), 1000, days_ago=70, by="subscriber", channel="sms"),
        Held("sp_joke", Text("每日一笑", "A joke a day"), 300, days_ago=70, by="line:8613900050006", channel="shop"),
    ]
    opening = Opening(number, "easyown", "zhejiang", basic=5_000, held=held, charged={1: charged}, **given)
    now = datetime.now(UTC)
    open_lines([opening], now)
    recognising.remember(Sandbox().lines([number]).values(), now)
    return number


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def plain(page: str) -> str:
    """The words of a page, without tags and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1)
