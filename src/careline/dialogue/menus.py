"""Menus: the nodes of the tables, help, and each customer's own list."""

from collections.abc import Mapping

from careline.dialogue.asking import ask_which, lines
from careline.dialogue.book import READS, Table, Verb
from careline.dialogue.lexicon import Entry
from careline.dialogue.meaning import Option, option_of
from careline.dialogue.pointing import spelling as spelling_of
from careline.dialogue.talk import Understood
from careline.dialogue.turning import Turning
from careline.dialogue.utterance import normalise
from careline.values.language import Text

_HELP_MAX = 6
_OWN_MAX = 9
_PATH_MAX = 6


def show_node(turning: Turning, table: str, spelling: str) -> None:
    """The numbered children of a node; `back` goes up the path."""
    known = turning.book.tables.get(table)
    node = known.nodes.get(spelling) if known else None
    if known is None or node is None:
        show_help(turning)
        return
    sheet = turning.lexicon.sheets[table]
    children = [sheet.exact[normalise(child)] for child in node.children if normalise(child) in sheet.exact]
    options = tuple(option_of(entry) for entry in children)
    turning.state["path"] = [[table, place] for place in _path(known, spelling)]
    turning.understood = Understood(table, _node_service(turning, table, spelling), Verb.HELP.value, rule="menu")
    turning.say("talk.menu", {"label": node.title, "options": lines(turning, options)})
    turning.ask("choose", options=[dict(option) for option in options], node=spelling, table=table)


def _path(table: Table, spelling: str) -> list[str]:
    """The nodes above a node and itself, from the top."""
    path = [spelling]
    while len(path) < _PATH_MAX:
        above = next((node.spelling for node in table.nodes.values() if path[0] in node.children), None)
        if above is None or above in path:
            break
        path.insert(0, above)
    return path


def _node_service(turning: Turning, table: str, spelling: str) -> str:
    entry = turning.lexicon.sheets[table].exact.get(normalise(spelling))
    return entry.code.service if entry else ""


def go_back(turning: Turning) -> None:
    """To the menu above, or to help."""
    path = list(turning.state.get("path") or [])
    if path:
        path.pop()
    turning.state["path"] = path
    if path:
        show_node(turning, *path[-1])
    else:
        show_help(turning)


def show_help(turning: Turning) -> None:
    """The customer's own menu first when it is on, then the table's first menu, else what is asked for most."""
    turning.state["path"] = []
    own = own_entries(turning) if turning.subscriber.menu_on else []
    options = [option_of(entry) for entry in own]
    for option in _general(turning):
        if len(options) < _HELP_MAX + len(own) and option not in options:
            options.append(option)
    turning.say("talk.help_own" if own else "talk.help", {"options": lines(turning, options)})
    turning.ask("choose", options=[dict(option) for option in options])


def _general(turning: Turning) -> list[Option]:
    options: list[Option] = []
    for sheet in turning.chain.sheets:
        nodes = sheet.table.nodes
        node = nodes.get(sheet.table.first_node or "")
        if node is not None:
            options += [
                option_of(sheet.exact[normalise(child)]) for child in node.children if normalise(child) in sheet.exact
            ]
            return options
        below = {child for node in nodes.values() for child in node.children}
        options += [option_of(sheet.exact[top]) for top in nodes if top not in below and top in sheet.exact]
    entries = [
        entry for entry in turning.chain.exact.values() if entry.code.verb is Verb.QUERY and not entry.code.takes
    ]
    services = turning.book.services
    entries.sort(key=lambda entry: services[entry.code.service].group)  # money first, as everybody asks for it
    seen: set[str] = set()
    for entry in (*_used(turning), *entries):
        if entry.code.service not in seen:
            seen.add(entry.code.service)
            options.append(option_of(entry))
    for service in turning.chain.services.values():
        if service.everywhere and service.id not in seen and Verb.QUERY in service.actions:
            options.append({"service": service.id, "verb": Verb.QUERY.value, "table": ""})
    return options


def _used(turning: Turning) -> list[Entry]:
    """The customer's most used spellings, most used first."""
    counts: Mapping[str, int] = turning.state.get("used") or {}
    spellings = sorted(counts, key=lambda spelling: -counts[spelling])
    found = [turning.chain.exact[spelling] for spelling in spellings if spelling in turning.chain.exact]
    return [entry for entry in found if entry.code.verb in READS]


def own_entries(turning: Turning) -> list[Entry]:
    """The customer's own menu: as edited, else filled from use."""
    chosen = [turning.chain.exact[one] for one in map(normalise, turning.subscriber.menu) if one in turning.chain.exact]
    return chosen[:_OWN_MAX] or _used(turning)[:_OWN_MAX]


def own_menu(turning: Turning, word: str, argument: str) -> None:
    """我的10086: show it, 加 CXYE, 减 2."""
    book, service = turning.book, turning.book.services.get("my10086")
    most = book.limits.get("menu_max", _OWN_MAX)
    if service is not None:
        turning.understood = Understood(
            "", "my10086", Verb.CONFIGURE.value if word != "show" else Verb.QUERY.value, rule="word"
        )
    if not turning.subscriber.menu_on:
        where = turning.book, turning.subscriber, turning.now
        code = spelling_of(service, Verb.SUBSCRIBE, "", *where) if service else None
        turning.say("talk.mymenu_off", {"code": code or (f"“开通{service.name.zh}”" if service else "")})
        return
    entries = own_entries(turning)
    spellings = [entry.code.spelling for entry in entries]
    if word == "show":
        _show_own(turning, "talk.mymenu", entries)
        return
    if word == "add":
        entry = turning.chain.exact.get(normalise(argument))
        if entry is None:
            _show_own(turning, "talk.mymenu_absent", entries, given=argument[:40])
        elif len(spellings) >= most and entry.code.spelling not in spellings:
            _show_own(turning, "talk.mymenu_full", entries, number=str(most))
        else:
            entries = [one for one in entries if one.head != entry.head] + [entry]
            turning.menu_change = tuple(one.code.spelling for one in entries)
            _show_own(turning, "talk.mymenu_added", entries, code=entry.code.spelling)
        return
    gone = _named_in(entries, normalise(argument))
    if gone is None:
        _show_own(turning, "talk.mymenu_absent", entries, given=argument[:40])
        return
    rest = [entry for entry in entries if entry is not gone]
    turning.menu_change = tuple(entry.code.spelling for entry in rest)
    _show_own(turning, "talk.mymenu_removed", rest, code=gone.code.spelling)


def _named_in(entries: list[Entry], argument: str) -> Entry | None:
    if argument.isdigit() and 1 <= int(argument) <= len(entries):
        return entries[int(argument) - 1]
    return next((entry for entry in entries if entry.head == argument), None)


def _show_own(turning: Turning, key: str, entries: list[Entry], **values: str) -> None:
    options = tuple(option_of(entry) for entry in entries)
    if not options:
        services = turning.book.services
        reads = [
            entry.code for entry in turning.chain.exact.values() if entry.code.verb in READS and not entry.code.takes
        ]
        first = min(reads, key=lambda code: (services[code.service].group, code.form != "pinyin"), default=None)
        code = first.spelling if first else ""
        turning.say("talk.mymenu_empty", {"example": Text(f"我的10086 加 {code}", f"MY 10086 ADD {code}")})
        return
    if key == "talk.mymenu":
        ask_which(turning, key, options)
        return
    turning.say(key, {"options": lines(turning, options), **values})
    turning.ask("choose", options=[dict(option) for option in options])
