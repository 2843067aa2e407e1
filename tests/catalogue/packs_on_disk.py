"""A small pack folder that can be published: one service, one table, and the texts the dialogue needs."""

from pathlib import Path

from careline.catalogue import packs
from careline.catalogue.documents import Document, Documents, ordered
from careline.dialogue.words import WORDS


def small_catalogue(**changed: object) -> Documents:
    """Balance by CXYE in table X1 of Linjiang; `changed` replaces or adds documents: `code__X1/17={...}`."""
    text = {"zh": "好的。", "en": "OK."}
    bodies: dict[tuple[str, str], object] = {
        ("settings", "regions"): {"linjiang": {"zh": "临江", "en": "Linjiang"}},
        ("settings", "brands"): {"gotone": {"zh": "全球通", "en": "GoTone"}},
        ("settings", "limits"): {"parts_max": 3},
        ("service", "balance"): {
            "id": "balance",
            "group": "01_query",
            "behaviour": "query",
            "name": {"zh": "余额", "en": "Balance"},
            "about": {"zh": "查询余额。", "en": "Asks for the balance."},
            "product": "balance",
            "actions": {"query": {}},
        },
        ("table", "X1"): {
            "id": "X1",
            "name": {"zh": "临江代码表", "en": "Codes of Linjiang"},
            "region": "linjiang",
        },
        ("code", "X1/CXYE"): code("CXYE|YE", "balance", "query"),
        ("words", "query.query.done"): {"zh": "余额 {amount}。", "en": "Balance {amount}."},
        **{("words", key): text for key in WORDS},
    }
    for name, body in changed.items():
        kind, _, key = name.partition("__")
        if body is None:
            bodies.pop((kind, key), None)
        else:
            bodies[kind, key] = body
    return ordered(Document(kind, key, body) for (kind, key), body in bodies.items())  # type: ignore[arg-type]


def code(spelling: str, service: str, verb: str, parameters: str = "", **more: str) -> dict[str, str]:
    return {
        "spelling": spelling,
        "service": service,
        "verb": verb,
        "parameters": parameters,
        "certainty": "sure",
        "brands": "",
        "note": "",
    } | more


def write_small_packs(folder: Path, **changed: object) -> Path:
    packs.write(small_catalogue(**changed), folder)
    return folder
