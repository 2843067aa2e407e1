"""The catalogue as such a house may have had it before anybody looked: trade words, the departments' order, one text for all errors.

Each of the four parts is taken from, or given back to, the published catalogue by itself, so that each countermeasure can be
tried alone. The four are the causes that the circle of 2008 confirmed; what exactly stood there is lost, so this is our own.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

Bodies = dict[tuple[str, str], Any]

TEXTS, ORDER, FORMATS, PROMPTS = "hard_texts", "menu_order", "formats", "error_prompts"
CAUSES = (TEXTS, ORDER, FORMATS, PROMPTS)  # ids of careline.circle.causes

# Plain words and what the trade says, for labels of menus and questions; all of these stand in the published glossary.
_CHINESE = (
    ("通话功能", "主叫被叫功能"), ("收费信息", "梦网SP业务"), ("办理", "受理"), ("流量套餐", "GPRS叠加包"), ("流量", "GPRS"),
    ("更换套餐", "资费产品变更"), ("套餐", "资费产品"), ("彩铃、飞信和手机报", "增值业务"), ("开通或取消", "受理"), ("价格", "资费"),
)  # fmt: skip
_ENGLISH = (("paid content", "SP content"), ("data", "GPRS"), ("caller ID, forwarding and other call features", "handset provisioning"),
            ("price", "tariff"), ("services", "provisioning"))  # fmt: skip
_SPOKEN = ("voice.talk.confirm", "talk.confirm")  # questions that trade words stand in
_SAME = {"zh": "系统提示：操作失败，请重新操作。", "en": "System message: operation failed, please try again."}
_KEPT = ("error.person", "error.silence_goodbye")


def as_it_was(sound: Mapping[tuple[str, str], Any], mended: frozenset[str] = frozenset()) -> Bodies:
    """The sound catalogue made worse, but for what is mended already; the catalogue given is not changed."""
    bodies: Bodies = dict(sound)
    if ORDER not in mended:
        bodies = {name: _by_department(body) if name[0] == "menu" else body for name, body in bodies.items()}
    if TEXTS not in mended:
        bodies = {name: _in_trade_words(name, body) for name, body in bodies.items()}
    if PROMPTS not in mended:
        bodies = {name: dict(_SAME) if _tells_an_error(name) else body for name, body in bodies.items()}
    return bodies


def _by_department(menu: Mapping[str, Any]) -> dict[str, Any]:
    """As departments file their services: by their ids; words such as a person at the end."""
    made = deepcopy(dict(menu))
    for node in made.get("nodes", {}).values():
        node["choices"] = sorted(
            node.get("choices", ()), key=lambda one: ("word" in one, str(one.get("node") or one.get("service") or ""))
        )
    return made


def _in_trade_words(name: tuple[str, str], body: Any) -> Any:
    kind, key = name
    if kind == "menu":
        made = deepcopy(dict(body))
        for node in made.get("nodes", {}).values():
            node["title"] = _said(node["title"])
            node["choices"] = [
                one | {"label": _said(one["label"])} if "label" in one else one for one in node.get("choices", ())
            ]
        return made
    return _said(body) if kind == "words" and key.startswith(_SPOKEN) else body


def _said(text: Mapping[str, str]) -> dict[str, str]:
    chinese, english = text["zh"], text["en"]
    for plain, trade in _CHINESE:
        chinese = chinese.replace(plain, trade)
    for plain, trade in _ENGLISH:
        english = english.replace(plain, trade)
    return {"zh": chinese, "en": english}


def _tells_an_error(name: tuple[str, str]) -> bool:
    kind, key = name
    bare = key.removeprefix("voice.").removeprefix("ussd.")
    return kind == "words" and bare.startswith("error.") and bare not in _KEPT
