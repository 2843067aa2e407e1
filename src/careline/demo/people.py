"""The people of the demo town: all invented, and so are their numbers and ID numbers."""

from dataclasses import dataclass
from datetime import date

from careline.carrier.adapters.sandbox.opening import Call, Held, Opening, Paid
from careline.demo.billed import BILLED
from careline.demo.places import PLACES, TABLES, TOWN
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret

YUAN = 100
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the demo: what a page may show of them, and the line as the carrier opened it."""

    name: str
    table: str  # the code table that answers this person
    story: Text
    opening: Opening

    @property
    def msisdn(self) -> Msisdn:
        return self.opening.msisdn

    @property
    def number(self) -> str:
        """The number as people write it."""
        return self.opening.msisdn.national()

    @property
    def brand(self) -> str:
        return self.opening.brand

    @property
    def region(self) -> str:
        return self.opening.region

    @property
    def language(self) -> str:
        return self.opening.language

    @property
    def id_number(self) -> Secret:
        assert self.opening.id_number is not None
        return self.opening.id_number


def id_number(birthday: date, order: int, area: str = "990101") -> Secret:
    """An ID number of no real area with a right check digit (GB 11643-1999: weights, mod 11)."""
    digits = f"{area}{birthday:%Y%m%d}{order:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
    return Secret(digits + "10X98765432"[rest])


# What most lines used and paid; amounts in fen.
USED: dict[str, tuple[int, int | None]] = {
    "data_usage": (12, None),
    "sms_count_month": (35, None),
    "mms_sent": (2, None),
    "sp_charge_sms": (1, None),
    "campus_wlan_usage": (40, None),
    "wireless_broadband_time": (3, None),
    "discount_amount_used": (350, None),
    "coin_game": (6, None),
}
# The optional plans that a query can be about: a comfortable line has a little of each.
ALLOTTED: dict[str, tuple[int, int | None]] = {
    "left_sms_plan": (35, 100),
    "left_sms120": (20, 120),
    "left_sms500": (35, 500),
    "left_mplan_sms": (5, 50),
    "left_mms_pack": (2, 10),
    "left_mplan_mms": (1, 10),
    "left_data_plan": (12, 30),
    "left_fetion_data": (3, 10),
    "left_super_talk": (8, 20),
    "left_mplan_data": (4, 10),
    "left_ip1000": (260, 1000),
    "left_minutes": (90, 150),
    "left_vnet_minutes": (60, 300),
}
BILLS: dict[int, list[tuple[str, int]]] = {
    0: [("calls", 620), ("sms", 350)],
    1: [("plan", 1800), ("calls", 2260), ("sms", 410), ("data", 500)],
    2: [("plan", 1800), ("calls", 1930), ("sms", 380)],
    3: [("plan", 1800), ("calls", 2745), ("long", 690)],
}
TOPPED_UP = (Paid(20, "card", 50 * YUAN), Paid(52, "counter", 50 * YUAN), Paid(80, "returned", 5 * YUAN))

CALLER_ID = Held("caller_id", Text("来电显示", "Caller ID"), 500, days_ago=300)


def _person(
    order: int,
    name: str,
    table: str,
    zh: str,
    en: str,
    *,
    brand: str = "",
    birthday: date = date(1980, 1, 1),
    **line: object,
) -> Person:
    region, usual = TABLES[table]
    standard: dict[str, object] = {
        "brand": brand or usual,
        "region": region,
        "owner_masked": name[0] + "*" * (len(name) - 1),
        "birthday": birthday,
        "id_number": id_number(birthday, order),
        "plan": {"gotone": "gotone_standard", "mzone": "mzone_basic", "easyown": "easyown_standard"}[brand or usual],
        "basic": 62_30,
        "gift": 10_00,
        "points": 1860,
        "points_expiring": 300,
        "paid": TOPPED_UP,
        "bills": BILLS,
        "charged": BILLED.get(name, {}),
        "usage": USED,
        "calls": (Call(1, "local", 184, 36), Call(2, "local", 1, 12), Call(3, "long", 612, 429)),
    }
    number = Msisdn.parse(f"{TOWN}{PLACES[region].digit}{order:04d}")
    return Person(name, table, Text(zh, en), Opening(msisdn=number, **(standard | line)))  # type: ignore[arg-type]


PEOPLE: tuple[Person, ...] = (
    _person(
        1, "陈桂兰", "T2", "退休教师，七十二岁，眼睛不好，喜欢用短信查余额；家人怕她被乱扣费。",
        "A retired teacher of 72 with weak eyes, who likes to text for her balance; her family fears odd charges.",
        birthday=date(1954, 3, 8), held=(CALLER_ID,), plan="easyown_home", group=("zhejiang-chen", "601"),
    ),
    _person(
        2, "林小雨", "T6b", "大二学生，用动感地带，一天发几十条短信，月底常常不够用。",
        "A second-year student on M-Zone who sends dozens of texts a day and runs short at the month's end.",
        birthday=date(2006, 7, 21), plan="mzone_campus", usage=USED | {"left_sms_plan": (268, 300), "sms_count_month": (268, None)},
        basic=18_40,
    ),
    _person(
        3, "周启航", "T6a", "全球通商务客户，正在国外出差，漫游中。",
        "A GoTone business traveller, abroad at the moment and roaming.",
        birthday=date(1976, 11, 2), abroad=True, basic=260_00, credit_limit=100_00, valid_days=None, plan="gotone_58",
        points=12_400, points_expiring=2_000, usage=USED | {"left_minutes": (410, 650), "left_data_plan": (21, 30)},
    ),
    _person(
        4, "吴国强", "T3", "基本账户不够扣梦网费而停机，赠送账户里还有五十元；再充七元就能用。",
        "Suspended: the basic account could not pay a provider, though 50 yuan of gift money are there; 7 yuan bring it back.",
        birthday=date(1968, 5, 30), brand="easyown", basic=3_00, gift=50_00,
    ),
    _person(
        5, "孙丽", "T5", "朋友替她开了三项梦网业务，她自己不知道是谁、什么时候开的。",
        "A friend subscribed three provider services for her; she does not know who did it, or when.",
        birthday=date(1990, 9, 12), held=(CALLER_ID,),
    ),
    _person(
        6, "马阳", "T5", "孙丽的朋友，爱替别人做主。", "Sun Li's friend, who likes to decide for others.",
        birthday=date(1989, 2, 14), brand="mzone",
    ),
    _person(
        7, "新卡用户", "T2", "刚买的套卡，还没有激活；发 1111 激活。",
        "A starter pack just bought and not yet activated; text 1111.",
        status="inactive", basic=50_00, gift=0, points=0, points_expiring=0, paid=(), bills={}, usage={}, calls=(),
        valid_days=None, owner_masked="", days_here=1,
    ),
    _person(
        8, "赵铁柱", "T1", "卡里只剩几毛钱，什么都办不了，除非先充值。",
        "A few dimes left on the card: nothing can be ordered before a top-up.",
        birthday=date(1995, 12, 1), basic=60, gift=0, points=40, points_expiring=0,
    ),
    _person(
        9, "Emma Clarke", "T5", "在云岭教书的外国人，用英文短信。", "A foreigner who teaches in Yunling and texts in English.",
        birthday=date(1992, 4, 17), language="en", owner_masked="E*** C*****", held=(CALLER_ID,),
    ),
    _person(
        10, "刘建国", "T4", "出租车司机，等客时用手机上网，想换个大一点的流量包。",
        "A taxi driver who browses while waiting and wants a larger data pack.",
        birthday=date(1979, 8, 8), usage=USED | {"data_usage": (29, None), "left_data_plan": (29, 30)},
        held=(Held("pkg_data", Text("GPRS套餐5元", "5-yuan data pack"), 500, "5"),),
    ),
    _person(
        11, "黄秀英", "T1", "菜场摊主，只会发拼音代码，常常打错。",
        "A market trader who knows the pinyin codes by heart and often mistypes them.",
        birthday=date(1962, 10, 3),
    ),
    _person(
        12, "徐文博", "T3", "年轻爸爸，要留好每一次缴费记录报销。",
        "A young father who keeps every payment record for his expenses.",
        birthday=date(1987, 6, 25), paid=(Paid(3, "web", 100_00), Paid(33, "bank", 100_00), Paid(64, "counter", 100_00)),
    ),
    _person(
        13, "高敏", "T6a", "全球通老客户，积分很多，想换成话费。",
        "A GoTone customer of many years with points to turn into credit.",
        birthday=date(1971, 1, 19), points=26_800, points_expiring=8_000, valid_days=None, days_here=3_600,
    ),
    _person(
        14, "何平", "T2", "和同事在一个虚拟网里，只记得短号。", "In a V-net with colleagues whose short numbers are all he remembers.",
        birthday=date(1983, 3, 3), group=("zhejiang-chen", "602"), usage=USED | {"left_vnet_minutes": (120, 300)},
    ),
    _person(
        15, "郑小军", "T2", "养殖户，天天看天气预报和农信。", "A fish farmer who reads the weather and the farm news every day.",
        birthday=date(1974, 9, 9),
        held=(
            Held("paper_410", Text("天气预报", "Weather forecast"), 200, paid_to="浙江气象"),
            Held("farm_news", Text("农信百事通", "Farm information"), 200),
        ),
    ),
    _person(
        16, "宋雅", "T4", "设置了余额提醒，低于十元就要有人告诉她。", "Has a reminder set: below ten yuan she wants to be told.",
        birthday=date(1998, 2, 28), basic=10_01, gift=0, alert_below=10_00,
        held=(Held("balance_alert", Text("余额提醒", "Low-balance alert"), settings={"amount": 1000}),),
    ),
    _person(
        17, "唐一鸣", "T6b", "音乐迷，彩铃换个不停。", "A music lover who changes ringback tones all the time.",
        birthday=date(2001, 11, 11), held=(Held("ringback", Text("彩铃", "Ringback tone"), 500),),
    ),
    _person(
        18, "郭淑芬", "T3", "停机八十五天，再过五天号码就收回了。", "Suspended for 85 days: in five more the number is lost.",
        birthday=date(1966, 7, 7), brand="easyown", status="suspended", suspended_days_ago=85, basic=-12_40, gift=0,
        bills={3: [("plan", 1800), ("calls", 1240)]}, usage={},
    ),
    _person(
        19, "韩磊", "T5", "客服热线的老熟人，忘了服务密码。", "Well known to the hotline: he forgot his service password.",
        birthday=date(1985, 5, 5),
    ),
    _person(
        20, "罗莎", "T4", "什么业务都没开过，只打电话。", "Never ordered anything; only makes calls.",
        birthday=date(1959, 12, 24), usage={"sms_count_month": (0, None)}, points=220, points_expiring=0,
    ),
)  # fmt: skip
