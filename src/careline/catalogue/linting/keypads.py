"""Rules about the menus of calls: nobody is led round in circles, everybody finds what exists for them, and a person."""

from collections.abc import Iterator
from datetime import date

from careline.catalogue import menu_paths
from careline.catalogue.linting.finding import Finding, Subject, Where, error, warning
from careline.dialogue.book import Book, Choice, Menu, MenuNode, Verb
from careline.dialogue.rendering import KEYS_MAX

SENIOR_MAX = 4  # choices that one keeps in mind while hearing them slowly
NEAR_KEYS = 3  # keys to whatever is asked for often
LONG_SECONDS, TOO_LONG_SECONDS = 30, 45  # of one node, said whole
_FREQUENT = (
    "01_",
    "02_",
    "03_",
    "12_",
)  # groups of services that are asked for often: money, bills, what is left, points
_REACHED = (Verb.QUERY, Verb.SUBSCRIBE, Verb.CANCEL, Verb.STATUS)


def shape(subject: Subject) -> Iterator[Finding]:
    """Loops, nodes that nobody reaches, empty ones, and choices that stand twice."""
    for menu in subject.book.menus.values():
        if around := menu_paths.loop(menu):
            way = " → ".join(around)
            yield error(
                "endless_menu",
                Where("menu", menu.id, f"nodes.{around[0]}"),
                (f"菜单绕回了原处：{way}", f"the menu leads back to where it began: {way}"),
                ("去掉其中一项；返回有星号键", "take one of these choices out; the star key goes back"),
            )
        for name in menu_paths.unreached(menu):
            yield error(
                "unreachable_node",
                Where("menu", menu.id, f"nodes.{name}"),
                ("没有任何选项通向这个节点", "no choice leads to this node"),
                ("加一个选项，或删去节点", "add a choice that leads here, or take the node out"),
            )
        for node in menu.nodes.values():
            yield from _node(subject.book, menu, node)


def _node(book: Book, menu: Menu, node: MenuNode) -> Iterator[Finding]:
    where = Where("menu", menu.id, f"nodes.{node.id}")
    if not node.choices:
        yield error(
            "empty_menu",
            where,
            ("节点没有选项", "the node has no choices"),
            ("加上选项，或删去节点", "add choices, or take the node out"),
        )
    seen: dict[object, int] = {}
    for key, choice in enumerate(node.choices, 1):
        meanings = (_meaning(choice), menu_paths.label(book, menu, choice))
        twin = next((seen[meaning] for meaning in meanings if meaning in seen), None)
        if twin is not None:
            yield warning(
                "duplicate_choice",
                Where("menu", menu.id, f"nodes.{node.id}.choices[{key}]"),
                (f"与第 {twin} 项重复", f"is the same as choice {twin}, or called alike"),
                ("删去一项，或改它的名称", "take one out, or call it something else"),
            )
        seen |= {meaning: key for meaning in meanings if meaning not in seen}


def _meaning(choice: Choice) -> tuple[object, ...]:
    given = tuple(sorted(choice.parameters.items()))
    return (choice.node, choice.service, choice.verb, choice.tier, given, choice.word)


def person(subject: Subject) -> Iterator[Finding]:
    """A person is offered at the top of every menu; in the senior one first of all, and few choices beside."""
    keys = subject.book.words.get("voice.talk.keys")
    said = keys is not None and "0" in keys.zh and "0" in keys.en
    for menu in subject.book.menus.values():
        first = menu.nodes.get(menu.first)
        if first is None:
            continue
        words = [choice.word for choice in first.choices]
        where = Where("menu", menu.id, f"nodes.{first.id}")
        if not said and "person" not in words:
            yield error(
                "no_person",
                where,
                ("主菜单没有说怎样找人工", "the first menu does not say how to reach a person"),
                ("加一个人工选项，或在 voice.talk.keys 中说明按0", "add a choice, or say key 0 in voice.talk.keys"),
            )
        if menu.senior and words[:1] != ["person"]:
            yield error(
                "no_person",
                where,
                ("长者菜单的第一项不是人工", "the first choice of a senior menu is not a person"),
                ("把人工放在第一项", "put the person first"),
            )


def lengths(subject: Subject) -> Iterator[Finding]:
    """Nodes with more choices than keys, or that take too long to hear, for any caller they are for."""
    book = subject.book
    for menu in book.menus.values():
        heard_by = menu_paths.audiences(book, menu, menu.valid_from or date.max)
        most = SENIOR_MAX if menu.senior else KEYS_MAX
        for node in menu.nodes.values():
            where = Where("menu", menu.id, f"nodes.{node.id}")
            for language in menu_paths.languages(menu):
                takes, choices = menu_paths.longest(book, menu, node, language, heard_by)
                if len(choices) > most:
                    yield (error if menu.senior else warning)(
                        "long_menu",
                        where,
                        (f"最多会听到 {len(choices)} 项", f"callers may hear {len(choices)} choices"),
                        (f"分成不超过 {most} 项的几层", f"split it into nodes of {most} at most"),
                    )
                if takes > LONG_SECONDS:
                    chinese, english = ("中文", "Chinese") if language == "zh" else ("英文", "English")
                    yield (error if takes > TOO_LONG_SECONDS else warning)(
                        "long_prompt",
                        where,
                        (f"{chinese}播报约需 {takes:.0f} 秒", f"takes about {takes:.0f} seconds in {english}"),
                        (f"缩短名称或减少选项，到 {LONG_SECONDS} 秒以内", f"shorten it to {LONG_SECONDS} seconds"),
                    )


def depths(subject: Subject) -> Iterator[Finding]:
    """What is asked for often is few keys away."""
    for menu in subject.book.menus.values():
        near: dict[str, int] = {}
        for found in menu_paths.walk(menu):
            if found.choice.verb is Verb.QUERY:
                near.setdefault(found.choice.service, found.keys)
        far = sorted(
            name
            for name, keys in near.items()
            if keys > NEAR_KEYS
            and subject.book.services[name].everywhere
            and subject.book.services[name].group.startswith(_FREQUENT)
        )
        if far:
            yield warning(
                "deep_choice",
                Where("menu", menu.id),
                (f"常用查询超过 {NEAR_KEYS} 层：{_few(far)}", f"more than {NEAR_KEYS} keys away: {_few(far)}"),
                ("移到上层", "move them up"),
            )


def coverage(subject: Subject) -> Iterator[Finding]:
    """What exists for callers is reached by the menu that they hear."""
    book = subject.book
    if not book.menus:
        return
    missing: dict[str, set[str]] = {}
    for day in sorted({menu.valid_from or date.min for menu in book.menus.values()}):
        for region in sorted(book.regions) or [""]:
            for brand in sorted(book.brands) or [""]:
                existing = _needed(book, region, brand, day)
                for language in ("zh", "en"):
                    menu = book.menu(region, brand, language, day)
                    if menu is not None:
                        missing.setdefault(menu.id, set()).update(existing - _held(menu))
    for name, lacking in missing.items():
        if lacking:
            yield warning(
                "uncovered_service",
                Where("menu", name),
                (
                    f"听这个菜单的客户办不到：{_few(sorted(lacking))}",
                    f"out of these callers' reach: {_few(sorted(lacking))}",
                ),
                ("加上选项", "add choices for them"),
            )


def _needed(book: Book, region: str, brand: str, day: date) -> set[str]:
    """`<service>` for each that keys can do anything with, `<service> <verb>` besides where it exists everywhere."""
    needed = set()
    for service in menu_paths.services_of(book, region, brand, day).values():
        keyed = {verb for verb, action in service.actions.items() if not _needs_words(action.parameters)}
        if not keyed or (service.brands and brand not in service.brands):
            continue
        needed.add(service.id)
        if service.everywhere:
            needed |= {f"{service.id} {verb}" for verb in _REACHED if verb in keyed}
    return needed


def _needs_words(parameters: tuple[object, ...]) -> bool:
    return any(
        getattr(one, "kind", "") in ("words", "service") and getattr(one, "required", True) for one in parameters
    )


def _held(menu: Menu) -> set[str]:
    held = set()
    for found in menu_paths.walk(menu):
        held |= {found.choice.service, f"{found.choice.service} {found.choice.verb}"}
    return held


def _few(names: list[str]) -> str:
    return ", ".join(names[:12]) + (f" … ({len(names)})" if len(names) > 12 else "")


RULES = (shape, person, lengths, depths, coverage)
