"""Services called by their names: 开通来电显示, 余额查询, open caller id, or the name alone."""

import re

from careline.dialogue.book import OPENS, READS, Code, Service, Verb
from careline.dialogue.lexicon import Chain, Entry
from careline.dialogue.meaning import Meaning, Option, option_of
from careline.dialogue.names import Found
from careline.dialogue.phrases import WISHES, Wish

_OPTIONS_MAX = 6
_SURE = 0.6  # how much of a name must be said to be taken for it
_WISHED_ALONE = 0.4  # the only one of that name, and what is wished was said
_CLEAR = 0.15  # and by how much it must be nearer than the next
_WISHED, _BARE = 0.2, 0.4  # least share to be offered as a choice, with a verb and without
_MONTH = re.compile(r"(?:(20[0-9]{2})年)?(?:今年)?([0-9]{1,2})月(?:份)?的?(.+)")
_BILL = ("账单", "话费", "费用", "消费", "明细", "花")  # what is asked about a month, in people's words
_VALUE = re.compile(r"(?:到|给|为|是)?([0-9][0-9.]{1,19})元?$")


def named(chain: Chain, text: str, wishes: list[Wish]) -> Meaning | None:
    """The meaning of a normalised text as verb and name, or as a name alone; None when no service is called so."""
    if len(text) < 2 or not wishes:
        return None
    whole = chain.names.exact(wishes[-1].name)
    if whole and all(set(chain.services[one.service].actions) <= READS for one in whole):
        return _chosen(chain, wishes[-1], whole)  # 流量还剩多少 is the name of a query, verb and all
    for wish in wishes:
        if wish.phrase in chain.lexicon.phrases.left and (found := chain.names.exact(f"剩余{wish.name}")):
            return _chosen(chain, wish, found)
    month = _of_month(chain, wishes)
    if month is not None:
        return month
    for wish in wishes:
        found = chain.names.exact(wish.name)
        if found:
            return _chosen(chain, wish, found)
        value = _VALUE.search(wish.name)
        if value and (found := chain.names.exact(wish.name[: value.start()])):
            meaning = _chosen(chain, wish, found, (value[1],))
            if meaning.code is not None and meaning.code.takes:
                return meaning
    for wish in wishes:
        found = _able(chain, wish, chain.names.part(wish.name))
        sure = _WISHED_ALONE if wish.wish and len(found) == 1 else _SURE
        if found and found[0].share >= sure and (len(found) == 1 or found[0].share - found[1].share >= _CLEAR):
            return _chosen(chain, wish, found[:1])
        least = _WISHED if wish.wish else _BARE
        most = chain.lexicon.book.limits.get("options_max", _OPTIONS_MAX)
        offered = [one for one in found if one.share >= least][:most]
        if offered:
            return _only(chain, wish, offered) or _which(chain, wish, offered)
    return None


def _of_month(chain: Chain, wishes: list[Wish]) -> Meaning | None:
    """10月账单, 2009年3月的话费: the bill of that month, never of another."""
    for wish in wishes:
        written = _MONTH.fullmatch(wish.name)
        if written is None:
            continue
        year, month, name = written.groups()
        value = f"{year}{int(month):02}" if year else f"{int(month):02}"
        found = [one for one in chain.names.exact(name) if _takes_month(chain, one)]
        if not found and any(word in name for word in _BILL):
            found = [one for one in chain.names.exact("账单") if _takes_month(chain, one)]
        if found:
            return _act(chain, chain.services[found[0].service], Verb.QUERY, "", None, (value,))
    return None


def _takes_month(chain: Chain, found: Found) -> bool:
    action = chain.services[found.service].actions.get(Verb.QUERY)
    return action is not None and any(one.kind == "month" for one in action.parameters)


def named_elsewhere(chain: Chain, wishes: list[Wish]) -> Meaning | None:
    """A service that exists, though not for this subscriber, called by its name."""
    for wish in wishes:
        found = chain.absent.exact(wish.name)
        if found:
            service = chain.lexicon.book.services[found[0].service]
            wished = WISHES[wish.wish][0] if wish.wish else (Verb.DESCRIBE,)
            verb = next((verb for verb in wished if verb in service.actions), next(iter(service.actions)))
            return Meaning("not_here", "name", service=service.id, verb=verb)
    return None


def _only(chain: Chain, wish: Wish, offered: list[Found]) -> Meaning | None:
    """The one query that may be meant is answered at once: that costs nothing, and asking would be a message more."""
    service = chain.services[offered[0].service]
    if len(offered) > 1 or not set(service.actions) <= READS or Verb.QUERY not in service.actions:
        return None
    return _act(chain, service, Verb.QUERY, "", None, ()) if wish.wish in ("query", "describe", "") else None


def _able(chain: Chain, wish: Wish, found: list[Found]) -> list[Found]:
    """Those services that can do what is wished; all, when none can."""
    if not wish.wish:
        return found
    verbs = set(WISHES[wish.wish][0])
    return [one for one in found if verbs & set(chain.services[one.service].actions)] or found


def _chosen(chain: Chain, wish: Wish, found: list[Found], raw: tuple[str, ...] = ()) -> Meaning:
    if len({one.service for one in found}) > 1:
        able = _able(chain, wish, found)
        if len({one.service for one in able}) > 1:
            return _which(chain, wish, able[:_OPTIONS_MAX])
        found = able
    service, tier = chain.services[found[0].service], found[0].tier
    if not wish.wish:
        return _bare(chain, service, tier)
    verbs, hint = WISHES[wish.wish]
    verb = next((verb for verb in verbs if verb in service.actions), None)
    if verb is None and wish.wish == "describe":
        verb = Verb.DESCRIBE
    if verb is None and wish.phrase.startswith("换"):  # 换成大众卡: what is ordered takes the old one's place
        verb = next((one for one in WISHES["subscribe"][0] if one in service.actions), None)
    ended_by = chain.services.get(service.settings.get("cancelled_by", ""))
    if verb is None and wish.wish == "cancel" and ended_by is not None:
        return _act(chain, ended_by, Verb.CANCEL, "", None, ())
    if verb is None:
        return Meaning(
            "no_such_action", "name", service=service.id, verb=verbs[0], options=options_of(chain, service, tier)
        )
    ways = _ways(chain, service, verb, hint)
    if len(ways) > 1:
        return Meaning("choose", "name", key="talk.choose", options=tuple(option_of(entry) for entry in ways))
    return _act(chain, service, verb, tier, ways[0].code if ways else None, raw)


def _bare(chain: Chain, service: Service, tier: str) -> Meaning:
    """Only a name: what can merely be read is read, anything else is described and offered, never ordered."""
    if set(service.actions) <= READS:
        verb = Verb.QUERY if Verb.QUERY in service.actions else next(iter(service.actions))
        return _act(chain, service, verb, tier, None, ())
    return Meaning(
        "act",
        "name",
        table=_table(chain, service, Verb.DESCRIBE),
        service=service.id,
        verb=Verb.DESCRIBE,
        tier=tier,
        named=True,
    )


def _act(chain: Chain, service: Service, verb: Verb, tier: str, code: Code | None, raw: tuple[str, ...]) -> Meaning:
    fixed = {k: v for k, v in code.fixed.items() if k not in ("tier", "effect")} if code else {}
    return Meaning(
        "act",
        "name",
        table=_table(chain, service, verb),
        service=service.id,
        verb=verb,
        tier=tier,
        fixed=fixed,
        raw=raw,
        code=code,
        named=verb is Verb.DESCRIBE,
    )


def _ways(chain: Chain, service: Service, verb: Verb, hint: str) -> list[Entry]:
    """The local codes of an action that differ in more than tier and effect: change and reset of a password."""
    ways: dict[tuple[object, ...], Entry] = {}
    for entry in chain.by_meaning.get((service.id, verb), ()):
        code = entry.code
        apart = tuple(sorted((k, v) for k, v in code.fixed.items() if k not in ("tier", "effect")))
        ways.setdefault((apart, code.takes), entry)
    if not ways and hint:  # not printed here, yet what it takes is known from where it is
        for sheet in chain.lexicon.sheets.values():
            for code in sheet.table.codes.values():
                if (code.service, code.verb) == (service.id, verb) and hint in code.fixed.values():
                    ways[()] = Entry(sheet.table, code, "")
    hinted = [entry for entry in ways.values() if hint and hint in entry.code.fixed.values()]
    return hinted or list(ways.values())


def _which(chain: Chain, wish: Wish, found: list[Found]) -> Meaning:
    options: list[Option] = []
    for one in found:
        service = chain.services[one.service]
        wished = WISHES[wish.wish][0] if wish.wish else ()
        verb = next((verb for verb in wished if verb in service.actions), None)
        option: dict[str, str] = {"service": service.id, "table": _table(chain, service, verb or Verb.DESCRIBE)}
        option |= {"verb": verb.value} if verb else {"verb": _reading(service).value}
        options.append(option | ({"tier": one.tier} if one.tier else {}))
    return Meaning("choose", "name", key="error.ambiguous", options=tuple(options), argument=wish.name)


def _reading(service: Service) -> Verb:
    return next((verb for verb in (Verb.QUERY, Verb.STATUS) if verb in service.actions), Verb.DESCRIBE)


def options_of(chain: Chain, service: Service, tier: str = "") -> tuple[Option, ...]:
    """What can be done with a service, as numbered choices."""
    options: list[Option] = []
    opens = False  # a package that one table calls subscribed and another ordered is offered once
    offered = service.settings.get("offered", "").split()  # where some are only answers to our own questions
    for verb in service.actions:
        if (
            (offered and verb.value not in offered)
            or verb in (Verb.CONFIRM, Verb.HELP, Verb.DESCRIBE)
            or (verb in OPENS and opens)
        ):
            continue
        opens = opens or verb in OPENS
        option = {"service": service.id, "verb": verb.value, "table": _table(chain, service, verb)}
        options.append(option | ({"tier": tier} if tier else {}))
    return tuple(options)


def _table(chain: Chain, service: Service, verb: Verb) -> str:
    table = chain.table_of(service.id, verb)
    return table.id if table else ""
