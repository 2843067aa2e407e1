"""Each rule with a catalogue in which it finds something, and one in which it does not."""

from dataclasses import dataclass

import pytest

from careline.catalogue import packs
from careline.catalogue.compiling import compile_book
from careline.catalogue.lint import Report, lint
from careline.catalogue.linting.finding import Severity
from careline.dialogue.book import Verb
from careline.wiring import behaviours
from tests.catalogue.packs_on_disk import code, small_catalogue


@dataclass(frozen=True)
class Manifest:
    name: str
    verbs: frozenset[Verb]
    words: frozenset[str]


QUERY = Manifest("query", frozenset({Verb.QUERY, Verb.DESCRIBE}), frozenset({"query.done"}))
TOGGLE = Manifest(
    "toggle",
    frozenset({Verb.SUBSCRIBE, Verb.CANCEL, Verb.CONFIRM}),
    frozenset({"subscribe.done", "subscribe.already_on"}),
)
MANIFESTS = (QUERY, TOGGLE)


def service(name: str, behaviour: str = "query", **more: object) -> dict[str, object]:
    return {
        "id": name,
        "group": "01_query",
        "behaviour": behaviour,
        "name": {"zh": f"业务{name}", "en": name},
        "about": {"zh": "说明。", "en": "About."},
        "actions": {"query": {}},
    } | more


def paper(confirm: str = "never", price: int = 300, **more: object) -> dict[str, object]:
    actions: dict[str, object] = {"subscribe": {"confirm": confirm}}
    if confirm == "code":
        actions["confirm"] = {}
    return service("paper", "toggle", actions=actions, price=price, **more)


WORDS = {
    "words__toggle.subscribe.done": {"zh": "已开通。", "en": "Done."},
    "words__toggle.subscribe.already_on": {"zh": "已经开通了。", "en": "It is on already."},
}


def found(**changed: object) -> Report:
    return lint(small_catalogue(**changed), MANIFESTS)


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_a_sound_catalogue_has_no_findings() -> None:
    assert found().findings == ()
    assert (
        found(
            service__paper=paper(), code__X1_=None, **WORDS, **{"code__X1/401": code("401", "paper", "subscribe")}
        ).findings
        == ()
    )


CASES: dict[str, dict[str, object]] = {
    # two rows of one table
    "conflicting_rows": {"code__X1/17": code("17|CXYE", "balance", "query")},
    "unknown_reference": {"code__X1/17": code("17", "nothing", "query")},
    "missing_language": {"words__talk.goodbye": {"zh": "再见。", "en": ""}},
    "dead_menu": {
        "table__X1": {
            "id": "X1",
            "name": {"zh": "表", "en": "Table"},
            "region": "linjiang",
            "nodes": {"15": {"title": {"zh": "菜单", "en": "Menu"}, "children": ["99"]}},
        }
    },
    "overlapping_tables": {"table__X2": {"id": "X2", "name": {"zh": "表二", "en": "Second"}, "region": "linjiang"}},
    "unreachable": {"service__lost": service("lost")},
    "unusable_row": {
        "service__balance": service("balance", brands=["gotone"]),
        "code__X1/CXYE": code("CXYE", "balance", "query", brands="mzone"),
        "settings__brands": {"gotone": {"zh": "全球通", "en": "GoTone"}, "mzone": {"zh": "动感地带", "en": "M-Zone"}},
    },
    "unknown_behaviour": {"service__balance": service("balance", "magic")},
    "unperformed_action": {"service__balance": service("balance", actions={"query": {}, "redeem": {}})},
    "ambiguous_name": {
        "service__points": service("points", aliases=["余额"], everywhere=True),
    },
    "hidden_name": {
        "service__points": service("points", aliases=["CXYE"], everywhere=True),
    },
    "menu_digit": {"code__X1/1": code("1", "balance", "query")},
    "doubtful": {"code__X1/17": code("17", "balance", "query", certainty="doubtful", note="印刷不清")},
    "unconfirmed_order": {
        "settings__limits": {"parts_max": 3, "ask_back_from_price": 300},
        "service__paper": paper(),
        "code__X1/401": code("401", "paper", "subscribe"),
        **WORDS,
    },
    "bare_name_order": {"service__paper": paper(), "code__X1/早报": code("早报", "paper", "subscribe"), **WORDS},
    "no_confirming_code": {"service__paper": paper("code"), "code__X1/401": code("401", "paper", "subscribe"), **WORDS},
    "nothing_to_confirm": {
        "service__paper": paper("code"),
        "code__X1/40191": code("40191", "paper", "confirm"),
        **WORDS,
    },
    "order_like_query": {
        "service__paper": paper(),
        "code__X1/CXZD": code("CXZD", "paper", "subscribe"),
        "table__X2": {"id": "X2", "name": {"zh": "表二", "en": "Second"}},
        "code__X2/CXZD": code("CXZD", "balance", "query"),
        **WORDS,
    },
    "shadowed_value": {
        "service__balance": service(
            "balance",
            actions={
                "query": {
                    "parameters": [
                        {"name": "month", "kind": "month", "label": {"zh": "月份", "en": "month"}, "example": "0903"}
                    ]
                }
            },
        ),
        "code__X1/CXYE": code("CXYE", "balance", "query", "?month~"),
        "code__X1/CXYE5": code("CXYE5", "paper", "subscribe"),
        "service__paper": paper(),
        **WORDS,
    },
    "broken_placeholder": {"words__talk.goodbye": {"zh": "再见 {。", "en": "Bye."}},
    "unknown_placeholder": {"words__talk.goodbye": {"zh": "再见，{service}。", "en": "Bye, {service}."}},
    "uneven_placeholders": {"words__talk.fill": {"zh": "请发{label}，如{example}。", "en": "Send the {label}."}},
    "jargon": {
        "settings__glossary": {"鉴权": {"zh": "核对身份", "en": "checking who you are"}},
        "words__talk.goodbye": {"zh": "鉴权失败。", "en": "No."},
    },
    "overlong": {"words__talk.goodbye": {"zh": "再见。" * 80, "en": "Bye."}},
    "missing_words": {"words__talk.goodbye": None},
    "endless_menu": {
        "table__X1": {
            "id": "X1",
            "name": {"zh": "表", "en": "Table"},
            "region": "linjiang",
            "nodes": {"15": {"title": {"zh": "菜单", "en": "Menu"}, "children": ["15"]}},
        },
        "service__menu": service("menu", "menu", actions={"help": {}}),
        "code__X1/15": code("15", "menu", "help", "node=15"),
    },
    "empty_menu": {
        "table__X1": {
            "id": "X1",
            "name": {"zh": "表", "en": "Table"},
            "region": "linjiang",
            "nodes": {"15": {"title": {"zh": "菜单", "en": "Menu"}, "children": []}},
        },
        "service__menu": service("menu", "menu", actions={"help": {}}),
        "code__X1/15": code("15", "menu", "help", "node=15"),
    },
}


@pytest.mark.parametrize("rule", CASES)
def test_a_faulty_catalogue_is_found_out(rule: str) -> None:
    report = found(**CASES[rule])
    assert rule in rules(report)
    assert all(all(finding.what) and all(finding.mend) for finding in report.findings), "said in both languages"


MENDED: dict[str, dict[str, object]] = {
    "overlapping_tables": {
        "table__X2": {
            "id": "X2",
            "name": {"zh": "表二", "en": "Second"},
            "region": "linjiang",
            "valid_until": "2010-01-01",
        },
        "table__X1": {
            "id": "X1",
            "name": {"zh": "表", "en": "Table"},
            "region": "linjiang",
            "valid_from": "2010-01-01",
        },
    },
    "unreachable": {"service__lost": service("lost", everywhere=True)},
    "ambiguous_name": {
        "service__points": service("points", aliases=["余额"], everywhere=True, actions={"describe": {}})
    },
    "unconfirmed_order": CASES["unconfirmed_order"] | {"service__paper": paper("ask")},
    "bare_name_order": CASES["bare_name_order"] | {"service__paper": paper(price=0)},
    "no_confirming_code": CASES["no_confirming_code"] | {"code__X1/40191": code("40191", "paper", "confirm")},
    "order_like_query": CASES["order_like_query"] | {"code__X2/CXZD": code("CXZD", "paper", "subscribe")},
    "shadowed_value": CASES["shadowed_value"] | {"code__X1/CXYE": code("CXYE", "balance", "query", "?month")},
    "uneven_placeholders": {
        "words__talk.fill": {"zh": "请发{label}，如{example}。", "en": "Send {label}, e.g. {example}."}
    },
    "overlong": {"words__talk.goodbye": {"zh": "再见。" * 20, "en": "Bye."}},
    "jargon": {"settings__glossary": {"鉴权": {"zh": "核对身份", "en": "checking who you are"}}},
    "missing_words": {"words__error.bad.month": None},
}


@pytest.mark.parametrize("rule", MENDED)
def test_the_mended_catalogue_is_left_alone(rule: str) -> None:
    assert rule not in rules(found(**MENDED[rule]))


def test_every_end_of_every_behaviour_in_use_needs_words() -> None:
    bare = {"service__paper": paper(), "code__X1/401": code("401", "paper", "subscribe")}
    missing = [finding.where.key for finding in found(**bare).errors]
    assert missing == ["toggle.subscribe.already_on", "toggle.subscribe.done"] or missing == ["toggle.subscribe.done"]
    of_its_own = {"subscribe.done": {"zh": "好", "en": "OK"}, "subscribe.already_on": {"zh": "好", "en": "OK"}}
    assert not found(**bare | {"service__paper": paper(words=of_its_own)}).errors


def test_words_for_all_behaviours_serve_where_one_has_none() -> None:
    bare = {"service__paper": paper(), "code__X1/401": code("401", "paper", "subscribe")}
    assert not found(**bare, **{"words__any.done": {"zh": "好了。", "en": "Done."}}).errors


def test_a_finding_about_an_alternative_spelling_names_the_row_that_holds_it() -> None:
    report = found(**{"service__paper": paper(), "code__X1/401": code("401|早报", "paper", "subscribe"), **WORDS})
    assert [(one.where.key, one.where.path) for one in report.findings] == [("X1/401", "早报")]


def test_two_tables_of_one_scope_clash_where_their_codes_mean_different_things() -> None:
    report = found(
        service__charges=service("charges"),
        table__X2={"id": "X2", "name": {"zh": "表二", "en": "Second"}, "region": "linjiang"},
        **{"code__X2/CXYE": code("CXYE", "charges", "query")},
    )
    assert [finding.rule for finding in report.errors] == ["conflicting_rows"]
    assert "CXYE" in report.errors[0].what.zh


def test_the_gravest_findings_come_first() -> None:
    report = found(**CASES["menu_digit"] | CASES["missing_words"] | CASES["unreachable"])
    assert [finding.severity for finding in report.findings] == [Severity.ERROR, Severity.WARNING, Severity.NOTE]


def test_a_misspelt_placeholder_in_the_words_of_a_behaviour_is_found() -> None:
    report = found(**{"words__query.query.done": {"zh": "余额{blance}。", "en": "Balance {blance}."}})
    assert [(one.rule, one.where.key) for one in report.errors] == [("unknown_placeholder", "query.query.done")]


def test_the_packs_that_we_publish_have_no_errors() -> None:
    assert lint(packs.read(packs.packs_folder()), tuple(behaviours().values())).errors == ()


def test_the_small_catalogue_is_a_book() -> None:
    assert compile_book(small_catalogue()).tables["X1"].codes["CXYE"].service == "balance"
