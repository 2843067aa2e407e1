"""What the keys of figures are called, in both languages, on pages, in files and on the command line alike.

A key without a name stands for itself: records from elsewhere bring services, channels and verbs of their own.
"""

from collections.abc import Mapping

from careline.cases.subjects.categories import CategoryError, categories
from careline.dialogue.book import Book, Verb
from careline.dialogue.rendering import name_of, verb_word
from careline.hall.plain_words import CAUSES
from careline.values.language import Text

CHANNELS: Mapping[str, Text] = {
    "sms": Text("短信", "SMS"),
    "voice": Text("通话", "call"),
    "calls": Text("通话", "call"),
    "ussd": Text("短代码菜单", "dial menu"),
    "web": Text("网页", "web"),
    "app": Text("客户端", "app"),
    "phone": Text("模拟手机", "handset"),
    "api": Text("其他系统", "other system"),
    "tmf": Text("其他系统", "other system"),
    "chat": Text("在线人工", "chat"),
    "email": Text("邮件", "e-mail"),
    "forum": Text("客户互助", "forum"),
    "hotline": Text("热线", "hotline"),
    "care": Text("客户服务", "customer care"),
    "staff": Text("员工", "staff"),
    "hall": Text("服务厅", "service hall"),
    "shop": Text("服务厅", "service hall"),
    "counter": Text("柜台", "counter"),
    "": Text("未知", "not known"),
}
KINDS: Mapping[str, Text] = {  # of contacts, within their level
    "self_service": Text("网站和客户端自助", "web and app, by oneself"),
    "message": Text("短信和 USSD 自助", "text messages and dial menus, by oneself"),
    "customers": Text("客户互助", "customers among themselves"),
    "staff": Text("在线人工", "chat with staff"),
    "ivr": Text("语音自助", "calls, by oneself"),
    "agent": Text("语音人工", "calls with a person"),
    "counter": Text("当面服务", "face to face"),
}
CLASSES: Mapping[str, Text] = {
    "system": Text("系统", "system"),
    "operation": Text("操作", "operation"),
    "business": Text("业务规则", "rule"),
    "unknown": Text("未知", "not known"),
}
ERRORS_OF_CHARGES: Mapping[str, Text] = {  # what a refund was paid for
    "": Text("没有差错", "no error"),
    "cdr": Text("错误、超短或超长话单", "wrong, ultra-short or ultra-long call record"),
    "announcement": Text("应免费的提示音收了费", "an announcement that should be free"),
    "border_roaming": Text("边界漫游费", "roaming fee near the border"),
    "not_as_agreed": Text("与业务单约定不符", "not as agreed on the form"),
    "information_fee": Text("信息费多收", "information fee collected too much"),
    "other": Text("其他差错", "another error"),
    "waiver": Text("已减免", "waived"),
    "unverified": Text("尚未查证", "not verified yet"),
}


def service(book: Book, key: str) -> Text:
    """A business; dial tests of menus and of what nobody understands are of none."""
    return name_of(book, key) if key else Text("未涉及业务", "no business")


def verb(book: Book, key: str) -> Text:
    """What is done with a service, in one word that stands alone."""
    if key not in {one.value for one in Verb}:
        return Text(key, key)
    word = verb_word(book, Verb(key))
    return Text(word.zh.rstrip(":："), word.en.rstrip(":"))


def place(book: Book, key: str) -> Text:
    """A region or a brand."""
    return book.regions.get(key) or book.brands.get(key) or Text(key or "–", key or "–")


def node(book: Book, key: str) -> Text:
    """A place of any menu, by its title."""
    found = next((menu.nodes[key].title for menu in book.menus.values() if key in menu.nodes), None)
    return found or Text(key or "–", key or "–")


def cause(key: str) -> Text:
    return CAUSES.get(key) or Text(key or "–", key or "–")


def channel(key: str) -> Text:
    return CHANNELS.get(key) or Text(key, key)


def category(key: str) -> Text:
    """A kind of complaint; files that cannot be read leave its id."""
    try:
        found = categories().get(key)
    except CategoryError:
        found = None
    return found.name if found else Text(key or "–", key or "–")


def key_of(book: Book, by: str, key: object) -> Text:
    """A key of a count by `by`, as `asking.count` gives it; days, hours and numbers as they stand."""
    said = str(key)
    match by:
        case "service":
            return service(book, said)
        case "verb":
            return verb(book, said)
        case "region" | "brand":
            return place(book, said)
        case "channel":
            return channel(said)
        case "cause":
            return cause(said)
        case _:
            return Text(said, said)
