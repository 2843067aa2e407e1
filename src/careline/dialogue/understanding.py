"""What a message means to this subscriber: one rule after another, the first that knows decides.

    exact        a whole printed spelling of the subscriber's own tables, never a prefix
    word         help, a person, back, … unless a table spells that itself; the personal menu
    complaint    a text that speaks of complaints: how one stands, that it should hurry, that there is one to make
    words        a spelling that free words follow: all the rest of the message is theirs, whatever it looks like
    parameters   a spelling and what follows it, by the table's own separators
    family       a spelling whose selector is missing or does not exist
    early        a spelling of a table that has not started yet
    elsewhere    a spelling that only other regions' or brands' tables know
    tolerant     a spelling with other separators, or without them
    charged      money went, and the customer asks what for: offered where that can be seen
    name         a verb and a service's name in either order, or the name alone
    docket       the number of a case, and nothing else
    grievance    somebody is not happy: a complaint is proposed
    nearest      nothing was understood: what it was most likely meant to be

Only `exact`, `parameters` and `words` give exact meanings; the engine asks back whatever else would change something.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from careline.dialogue.book import READS, Verb
from careline.dialogue.grammar import Wrong, parse
from careline.dialogue.grievances import COMPLAIN, about_complaints, docket_alone, grieved
from careline.dialogue.lexicon import Chain, Entry, Sheet
from careline.dialogue.meaning import Meaning, Option, of_entry, option_of
from careline.dialogue.naming import named, named_elsewhere
from careline.dialogue.nearest import nearest
from careline.dialogue.own_words import loose_words, own_words
from careline.dialogue.phrases import Wish
from careline.dialogue.talk import Step
from careline.dialogue.utterance import spaced, squeezed

Trace = Callable[[Step], None]  # takes one step of the explain view

_ANY_SEPARATOR = frozenset("#*+ ,，:：/-=、")
_SUGGESTIONS = 3


def understand(chain: Chain, text: str, today: date, limits: Mapping[str, int], trace: Trace) -> Meaning:
    """The meaning of a normalised text that answers no open question."""
    entry = chain.exact.get(text)
    if entry is not None:
        # The common case: its meaning and its step never change while the book does not.
        known = chain.known.get(text)
        if known is None:
            printed = of_entry(entry, "exact", exact=True)
            known = chain.known[text] = printed, Step("exact", _told(chain, printed))
        trace(known[1])
        return known[0]
    meaning: Meaning | None
    for rule in (_word, about_complaints, own_words, _parameters, _family, _early, _elsewhere_code, _tolerant):
        meaning = rule(chain, text, today)
        if meaning is not None:
            break
    else:
        wishes = chain.lexicon.phrases.wishes(spaced(text))
        meaning = (
            _charged(chain, text, wishes)
            or named(chain, text, wishes)
            or _elsewhere(chain, text, today)
            or named_elsewhere(chain, wishes)
            or loose_words(chain, text)
            or docket_alone(chain, text)
            or grieved(chain, text)
        )
    if meaning is not None:
        trace(Step(meaning.rule, _told(chain, meaning)))
        return meaning
    options = nearest(chain, text, wishes, limits.get("suggestions", _SUGGESTIONS))
    if not options and any(wish.wish == "cancel" for wish in wishes):
        options = _what_is_on(chain)
    said = ", ".join(str(option.get("spelling") or option.get("node") or option["service"]) for option in options)
    trace(Step("nearest", {"candidates": said or "-"}))
    return Meaning("unknown", "nearest", options=options)


def _charged(chain: Chain, text: str, wishes: list[Wish]) -> Meaning | None:
    """A customer who asks what money went for is offered where that can be seen; nothing else is guessed."""
    if not chain.lexicon.phrases.asks_why_charged(text) or any(chain.names.exact(wish.name) for wish in wishes):
        return None
    asked = (
        ("charges_detail", Verb.QUERY),
        ("my_services", Verb.QUERY),
        ("sp_query_unsub", Verb.CANCEL),
        (COMPLAIN, Verb.OTHER),
    )
    options = _offered(chain, asked)
    return Meaning("choose", "charged", key="talk.why_charged", options=options) if options else None


def _what_is_on(chain: Chain) -> tuple[Option, ...]:
    """For who wants to end something that the book does not know: a content provider may call it as it likes."""
    return _offered(chain, (("sp_query_unsub", Verb.CANCEL), ("my_services", Verb.QUERY)))


def _offered(chain: Chain, asked: Iterable[tuple[str, Verb]]) -> tuple[Option, ...]:
    return tuple(
        {"service": service, "verb": verb.value, "table": ""}
        for service, verb in asked
        if service in chain.services and verb in chain.services[service].actions
    )


def _word(chain: Chain, text: str, _today: date) -> Meaning | None:
    phrases = chain.lexicon.phrases
    words = spaced(text)
    word = phrases.words.get(text) or phrases.words.get(words)
    if word:
        return Meaning("word", "word", word=word)
    alone = phrases.verb_alone(words)  # 取消, 查询: of what, was left open
    if alone:
        options = _what_is_on(chain) if alone == "cancel" else ()
        return (
            Meaning("choose", "word", key="talk.choose", options=options)
            if options
            else Meaning("word", "word", word="help")
        )
    for phrase in phrases.mymenu:
        if text.startswith(phrase):
            rest = text[len(phrase) :].strip(" #*")
            if not rest:
                return Meaning("mine", "word", word="show")
            for word, signs in (("add", phrases.add), ("remove", phrases.remove)):
                for sign in sorted(signs, key=len, reverse=True):
                    if rest.startswith(sign) and rest != sign:
                        return Meaning("mine", "word", word=word, argument=rest[len(sign) :].strip(" #*"))
    return None


def _parameters(chain: Chain, text: str, _today: date) -> Meaning | None:
    for sheet in chain.sheets:
        found = followed(sheet, text)
        if found is not None:
            return of_entry(found[0], "parameters", found[1], exact=True)
    return None


def followed(sheet: Sheet, text: str) -> tuple[Entry, tuple[str, ...]] | None:
    """The code and the values behind it, by the table's own separators, or fused where the table prints it so."""
    separators = sheet.table.separators
    place = next((index for index, sign in enumerate(text) if sign in separators), 0)
    if place and text[:place] in sheet.heads and text[:place] not in sheet.wordy:
        return sheet.heads[text[:place]], _split(text[place + 1 :], separators)
    for head in sheet.longest_head_first:
        rest = text[len(head) :]
        if text.startswith(head) and (rest[:1].isdigit() or rest[:1] == "+"):
            return sheet.heads[head], _split(rest.lstrip("+"), separators)
    return None


def _split(text: str, separators: Iterable[str]) -> tuple[str, ...]:
    for sign in separators:
        text = text.replace(sign, "\n")
    return tuple(part.strip() for part in text.split("\n") if part.strip())


def _family(chain: Chain, text: str, _today: date) -> Meaning | None:
    for sheet in chain.sheets:
        place = next((index for index, sign in enumerate(text) if sign in sheet.table.separators), len(text))
        if text[:place] in sheet.families:
            return _within(sheet.families[text[:place]], text[:place], text[place + 1 :])
        for head in sheet.fused:
            if text.startswith(head) and text[len(head) :].isdigit():
                return _within(sheet.families[head], head, text[len(head) :])
    return None


def _within(family: Mapping[str, Entry], head: str, selector: str) -> Meaning:
    """A family's head with a selector that it does not have, or with none."""
    entries = list(family.values())
    options = tuple(option_of(entry) for entry in entries)
    code, table = entries[0].code, entries[0].table.id
    if len({(entry.code.service, entry.code.verb) for entry in entries}) > 1:
        key = "error.ambiguous" if selector else "talk.choose"
        return Meaning("choose", "family", table=table, key=key, options=options, argument=selector, spelling=head)
    return Meaning(
        "wrong_tier",
        "family",
        table=table,
        service=code.service,
        verb=code.verb,
        options=options,
        argument=selector,
        spelling=head,
    )


def _early(chain: Chain, text: str, _today: date) -> Meaning | None:
    for sheet in chain.early:
        if text in sheet.exact:
            return of_entry(sheet.exact[text], "early", early=True)
        found = followed(sheet, text)
        if found is not None:
            return of_entry(found[0], "early", found[1], early=True)
    return None


def _elsewhere_code(chain: Chain, text: str, today: date) -> Meaning | None:
    return _elsewhere(chain, text, today) if text.isascii() else None


def _elsewhere(chain: Chain, text: str, today: date) -> Meaning | None:
    """Another region's spelling: a query is served where its service exists, an order asked back, both: asked which."""
    own = {sheet.table.id for sheet in (*chain.sheets, *chain.early)}
    found: list[tuple[Entry, tuple[str, ...]]] = []
    for sheet in chain.lexicon.sheets.values():
        if sheet.table.id in own:
            continue
        if text in sheet.exact:
            found.append((sheet.exact[text], ()))
        elif (with_values := followed(sheet, text)) is not None:
            found.append(with_values)
    meant = [(entry, raw) for entry, raw in found if entry.code.verb not in ("help", "confirm")]
    here = [(entry, raw) for entry, raw in meant if entry.code.service in chain.services]
    if not here:
        if not meant or len(text) <= 2:  # 1 or 2 was meant for a question that is no longer open
            return None
        entry = meant[0][0]
        code = entry.code
        return Meaning("not_here", "elsewhere", service=code.service, verb=code.verb, spelling=entry.head)
    ways = Counter((entry.code.service, entry.code.verb, entry.code.fixed.get("tier", "")) for entry, _ in here)
    only_reads = all(entry.code.verb in READS for entry, _ in here)
    if len(ways) > 1 and not only_reads:
        first: dict[tuple[str, str, str], Entry] = {}
        for entry, _ in here:
            first.setdefault((entry.code.service, entry.code.verb, entry.code.fixed.get("tier", "")), entry)
        options = tuple({**option_of(entry), "table": "", "spelling": ""} for entry in first.values())
        return Meaning("choose", "elsewhere", key="talk.choose_meaning", options=options)
    likeliest = ways.most_common(1)[0][0]
    entry, raw = next(
        pair
        for pair in here
        if (pair[0].code.service, pair[0].code.verb, pair[0].code.fixed.get("tier", "")) == likeliest
    )
    return of_entry(entry, "elsewhere", raw, elsewhere=True)


def _tolerant(chain: Chain, text: str, today: date) -> Meaning | None:
    entry = chain.squeezed.get(squeezed(text))
    if entry is not None:
        return of_entry(entry, "tolerant")
    entry = chain.exact.get(chain.lexicon.phrases.courteous(spaced(text)))
    if entry is not None:  # 请发送CXYE到10086,谢谢
        return of_entry(entry, "tolerant")
    place = next((index for index, sign in enumerate(text) if sign in _ANY_SEPARATOR), 0)
    for sheet in chain.sheets:
        if place and text[:place] in sheet.heads and text[:place] not in sheet.wordy:
            raw = _split(text[place + 1 :], _ANY_SEPARATOR)
            return of_entry(sheet.heads[text[:place]], "tolerant", raw)
        for head in sorted(sheet.heads, key=len, reverse=True):
            if text.startswith(head) and not head.isdigit():
                raw = _split(text[len(head) :], _ANY_SEPARATOR)
                if _fits(chain, sheet.heads[head], raw, today):
                    return of_entry(sheet.heads[head], "tolerant", raw)
    return None


def _fits(chain: Chain, entry: Entry, raw: tuple[str, ...], today: date) -> bool:
    service = chain.lexicon.book.services[entry.code.service]
    action = service.actions[entry.code.verb]
    known = {parameter.name: parameter for parameter in action.parameters}
    if not raw or len(raw) > len(entry.code.takes):
        return False
    try:
        for name, value in zip(entry.code.takes, raw, strict=False):
            if name not in known or known[name].kind in ("words", "service"):
                return False
            parse(known[name], value, today, service)
    except Wrong:
        return False
    return True


def _told(chain: Chain, meaning: Meaning) -> dict[str, str]:
    told = {"kind": meaning.kind, "service": meaning.service, "verb": meaning.verb.value if meaning.service else ""}
    told |= {"spelling": meaning.spelling, "word": meaning.word, "tier": meaning.tier}
    if meaning.table:
        told["table"] = meaning.table
        told["why"] = next((sheet.why for sheet in chain.sheets if sheet.table.id == meaning.table), "another's")
    return {name: value for name, value in told.items() if value}
