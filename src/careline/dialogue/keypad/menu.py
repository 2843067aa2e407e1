"""Which menu a session walks through: the published one, or one made of the services; and what of it is there for this customer."""

from collections.abc import Iterable, Sequence

from careline.dialogue.book import OPENS, Action, Choice, Menu, MenuNode, Service, Verb
from careline.dialogue.keypad.wanting import KEYED
from careline.dialogue.lexicon import Chain, Entry
from careline.dialogue.meaning import Option
from careline.dialogue.rendering import label_of
from careline.dialogue.turning import Turning
from careline.values.language import Text

ASK = "?"  # a value of a menu's choice that is asked for, though the action could do without
_DEPTH_MAX = 6  # nodes below each other; deeper ones nobody finds
_FIRST = "main"
_WORDS = {
    "person": Text("转人工", "Speak to a person"),
    "english": Text("English service", "English"),
    "chinese": Text("中文服务", "Chinese"),
    "mine": Text("我的菜单", "My own menu"),
    "senior": Text("长者专线", "Senior menu"),
}
# What a derived menu offers of a service, in this order.
_DEEDS = (Verb.QUERY, Verb.SUBSCRIBE, Verb.ORDER, Verb.REGISTER, Verb.CONFIGURE, Verb.REDEEM, Verb.CANCEL)


def menu_of(turning: Turning, *, senior: bool) -> Menu:
    """The menu in force for this customer today; where none is published, one of the services by their groups."""
    person = turning.subscriber
    menu = turning.book.menu(person.region, person.brand, turning.language, turning.today, senior=senior)
    return menu if menu is not None and menu.first in menu.nodes else _derived(turning.chain)


def choices_of(turning: Turning, menu: Menu, node: MenuNode) -> list[Choice]:
    """What this customer can choose here: services that exist for the line, words that make sense, nodes that lead somewhere."""
    # The same for everybody of a chain with the same language, who has a menu of their own or has none.
    key = f"\0choices {menu.id} {node.id} {turning.subscriber.menu_on} {turning.language == 'en'}"  # no spelling
    held: tuple[MenuNode, Menu, list[Choice]] | None = turning.chain.known.get(key)
    if held is None or held[0] is not node or held[1] is not menu:
        found = [choice for choice in node.choices if _leads(turning, menu, choice, _DEPTH_MAX)]
        held = turning.chain.known[key] = (node, menu, found)
    return list(held[2])


def _leads(turning: Turning, menu: Menu, choice: Choice, depth: int) -> bool:
    if choice.word:
        if choice.word == "mine":
            return turning.subscriber.menu_on
        own = "english" if turning.language == "en" else "chinese"
        return choice.word in _WORDS and choice.word != own
    if choice.service:
        service = turning.chain.services.get(choice.service)
        return service is not None and (verb_of(service, choice) in (*service.actions, Verb.DESCRIBE))
    node = menu.nodes.get(choice.node)
    return node is not None and depth > 0 and any(_leads(turning, menu, one, depth - 1) for one in node.choices)


def label(turning: Turning, menu: Menu, choice: Choice) -> Text:
    """How a choice is named."""
    if choice.label is not None:
        return choice.label
    if choice.word:
        return _WORDS[choice.word]
    if choice.node:
        return menu.nodes[choice.node].title
    return label_of(turning.book, option_for(turning, choice), turning.medium)


def verb_of(service: Service, choice: Choice) -> Verb:
    """What is done with the service, where the menu leaves it open: the first thing that can be."""
    return choice.verb or next((verb for verb in _DEEDS if verb in service.actions), Verb.DESCRIBE)


def option_for(turning: Turning, choice: Choice) -> Option:
    """The choice as an option of the dialogue, in the spelling of the customer's own table where that has one."""
    service = turning.chain.services.get(choice.service) or turning.book.services[choice.service]
    verb = verb_of(service, choice)
    entry = _entry(turning.chain, service, verb, choice)
    option: dict[str, object] = {"service": service.id, "verb": verb.value}
    if entry is not None:
        option |= {"table": entry.table.id, "spelling": entry.code.spelling.rstrip("#*+")}
    else:
        table = turning.chain.table_of(service.id, verb)
        option["table"] = table.id if table else ""
    if choice.tier:
        option["tier"] = choice.tier
    given = given_by(choice)
    if given:
        option["parameters"] = given
        option |= {"what": given["what"]} if "what" in given else {}
    # In the order in which the action takes them: what is asked for first is keyed first.
    named = (
        [one.name for one in service.actions[verb].parameters] if verb in service.actions else list(choice.parameters)
    )
    asks = [name for name in named if choice.parameters.get(name) == ASK]
    if asks:
        option["asks"] = asks
    return option


def given_by(choice: Choice) -> dict[str, str]:
    """The values that the menu itself gives."""
    return {name: value for name, value in choice.parameters.items() if value != ASK}


def _entry(chain: Chain, service: Service, verb: Verb, choice: Choice) -> Entry | None:
    """The code that does just this, and nothing more."""
    given = given_by(choice)
    given.pop("effect", "")
    action = service.actions.get(verb)
    for entry in chain.by_meaning.get((service.id, verb), ()):
        fixed = dict(entry.code.fixed)
        effect = fixed.pop("effect", "")
        same_effect = effect in ("", choice.parameters.get("effect", action.effect if action else ""))
        if fixed.pop("tier", "") == choice.tier and same_effect and fixed == given:
            return entry
    return None


def _derived(chain: Chain) -> Menu:
    """A node for each group of services, and one for each service that can do more than one thing."""
    key = "\0menu"  # no spelling
    known: Menu | None = chain.known.get(key)
    if known is None:
        known = chain.known[key] = _of_services(list(chain.services.values()))
    return known


def _of_services(services: Sequence[Service]) -> Menu:
    groups: dict[str, list[Service]] = {}
    for service in sorted(services, key=lambda one: one.group):
        if _deeds(service):
            groups.setdefault(service.group, []).append(service)
    nodes: dict[str, MenuNode] = {}
    top: list[Choice] = []
    for group, members in groups.items():
        choices = [_choice(service, nodes) for service in members]
        if len(groups) == 1 or len(members) == 1:
            top += choices
            continue
        name = members[0].name
        place = f"group:{group}"
        nodes[place] = MenuNode(place, Text(f"{name.zh}等", f"{name.en} and more"), tuple(choices))
        top.append(Choice(node=place))
    top.append(Choice(word="person"))
    nodes[_FIRST] = MenuNode(_FIRST, Text("主菜单", "Main menu"), tuple(top))
    return Menu("derived", Text("按业务生成的菜单", "Made of the services"), nodes, _FIRST)


def _choice(service: Service, nodes: dict[str, MenuNode]) -> Choice:
    deeds = _deeds(service)
    if len(deeds) == 1:
        return Choice(service=service.id, verb=deeds[0].verb)
    place = f"service:{service.id}"
    choices = tuple(Choice(service=service.id, verb=action.verb) for action in deeds)
    nodes[place] = MenuNode(place, service.name, choices)
    return Choice(node=place)


def _deeds(service: Service) -> list[Action]:
    found = [service.actions[verb] for verb in _DEEDS if verb in service.actions]
    return [action for action in found if _keyable(action) and not (action.closed and action.verb in OPENS)]


def _keyable(action: Action) -> bool:
    return all(_fits_keys(parameter.kind) for parameter in action.parameters if parameter.required)


def _fits_keys(kind: str) -> bool:
    return kind in KEYED or kind == "tier"


def titles(turning: Turning, menu: Menu, trail: Iterable[str]) -> tuple[str, ...]:
    """The way through the menu in words, for the person who takes over."""
    return tuple(menu.nodes[one].title.read(turning.language) for one in trail if one in menu.nodes)
