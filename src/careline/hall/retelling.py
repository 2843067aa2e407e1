"""The story of a message in words, for every page and command that shows one: steps, what was meant, how it ended.

Each function takes the book, to call services by their names, and the language ("zh" or "en"). With `ids` the names
are followed by the ids by which maintainers look them up.
"""

from collections.abc import Mapping
from typing import Any

from careline.dialogue.book import Book, Service, Verb
from careline.dialogue.rendering import name_of, verb_word
from careline.hall.explaining import ExplainedAttempt
from careline.hall.plain_words import (
    ASKED,
    CAUSES,
    DELIVERY,
    EVENTS,
    FITTED,
    KINDS,
    OUTCOMES,
    RULES,
    VALUES,
    WHY,
    WORDS,
)
from careline.values.language import Text
from careline.values.money import yuan
from careline.values.msisdn import Msisdn

NO_BOOK = Book(0, {}, {}, {}, {}, {}, {})  # where nothing is published (any more): ids stand for names


def sentence(step: Mapping[str, Any], book: Book, language: str, *, ids: bool = False) -> str:
    """One step of understanding, as recorded, in plain words; a step that is new here is shown as it was recorded."""
    rule = str(step.get("rule", ""))
    detail = {name: str(value) for name, value in step.items() if name != "rule"}
    if rule in RULES:
        return _understood(rule, detail, book, language, ids=ids)
    if rule == "tables":
        return _tables(detail, language)
    if rule == "nearest":
        return _nearest(detail.get("candidates", ""), book, language)
    if rule == "question":
        return _question(detail, language)
    if rule == "moment":
        return _moment(detail, book, language, ids=ids)
    told = _told(rule, detail, language)
    if told is not None:
        return told.read(language)
    rest = ", ".join(f"{name}={value}" for name, value in detail.items())
    return f"{rule} {rest}".strip()


def said(kept: str, language: str) -> str:
    """What was received, as it is kept: of a session's moments without keys, which one it was."""
    event = EVENTS.get(kept[1:-1]) if kept.startswith("[") and kept.endswith("]") else None
    return event.read(language) if event else kept


def _moment(detail: Mapping[str, str], book: Book, language: str, *, ids: bool) -> str:
    event, node = _word(EVENTS, detail.get("event", ""), language), detail.get("node", "")
    title = next((menu.nodes[node].title.read(language) for menu in book.menus.values() if node in menu.nodes), node)
    where = f"{title} ({node})" if ids and title != node else title
    return f"{event}，在菜单“{where}”" if language == "zh" else f"{event}, in the menu “{where}”"


def _told(rule: str, detail: Mapping[str, str], language: str) -> Text | None:
    """The steps that are told in one way, whatever they hold."""
    key, kind = detail.get("key", ""), detail.get("kind", "")
    if rule == "normalised":
        return Text(f"统一写法后是：{detail.get('text', '')}", f"Brought into one form: {detail.get('text', '')}")
    if rule == "question_lapsed":
        asked = _word(ASKED, kind, language)
        return Text(f"上一个问题（{asked}）已经过时，不再算数", f"The last question ({asked}) had lapsed")
    if rule == "ending":
        end, cause = outcome(detail.get("outcome", ""), language), cause_of(detail.get("cause", ""), language)
        return Text(f"办理到此结束：{end}（{cause}）", f"The attempt ends here: {end} ({cause})")
    if rule == "wrong_parameter":
        value = _word(VALUES, kind, language)
        return Text(f"写的内容不合要求：{value}", f"A value does not fit: {value}")
    if rule == "too_long":
        count = detail.get("characters", "")
        return Text(f"太长，没有再看：{count} 个字", f"Too long to be read: {count} characters")
    if rule == "missed_key":
        row, all_ = detail.get("in_a_row", ""), detail.get("in_all", "")
        return Text(
            f"这个按键用不上：连续第{row}次，一共{all_}次", f"A key that fits nothing: {row} in a row, {all_} in all"
        )
    if rule == "too_soon":
        heard = detail.get("heard", "")
        return Text(
            f"问题才播了{heard}%就按了同意，不算数，再播一次",
            f"A yes when {heard} % of its question had been heard: not taken, asked again",
        )
    if rule == "suggestions":
        return Text("发到了收意见的号码，只记下，不当代码看", "Sent to the number for suggestions: kept, never parsed")
    if rule == "price_changed":
        return Text("问过以后价格变了，所以再问一次", "The price has changed since it was asked, so it is asked again")
    if rule == "words":
        return Text(f"答复用的是文案 {key}", f"Answered in the words of {key}")
    if rule == "missing_text":
        return Text(f"缺少文案 {key}", f"The text {key} is missing")
    if rule == "error.stranger":
        return Text("这个号码不是我们的用户", "The number is no line of this carrier")
    if rule == "error.hall_fault":
        return Text("我们自己的程序出错，什么也没有办", "A fault of our own; nothing was done")
    return None


def _tables(detail: Mapping[str, str], language: str) -> str:
    zh = "、".join(f"{table}（{WHY[why].zh if why in WHY else why}）" for table, why in detail.items())
    en = ", ".join(f"{table} ({WHY[why].en if why in WHY else why})" for table, why in detail.items())
    return Text(
        f"依次查这些代码表，先有的为准：{zh or '没有'}",
        f"Code tables looked into, the first that has it wins: {en or 'none'}",
    ).read(language)


def _nearest(candidates: str, book: Book, language: str) -> str:
    near = [one for one in candidates.split(", ") if one not in ("", "-")]
    if not near:
        return Text("没看懂，也没有相近的代码", "Not understood, and nothing is near it").read(language)
    named = [name_of(book, one).read(language) if one in book.services else one for one in near]
    return Text(f"没看懂；最接近的是：{'、'.join(named)}", f"Not understood; the nearest are: {', '.join(named)}").read(
        language
    )


def _question(detail: Mapping[str, str], language: str) -> str:
    asked = _word(ASKED, detail.get("asked", ""), language)
    answer = _word(FITTED, detail.get("answer", ""), language)
    said = Text(
        f"先当作对上一个问题（{asked}）的回答：{answer}",
        f"Taken as the answer to the open question ({asked}): {answer}",
    ).read(language)
    other = detail.get("not_the_code_of")
    return said + (
        Text(f"；所以不当作 {other} 的代码", f"; so not as a code of {other}").read(language) if other else ""
    )


def _understood(rule: str, detail: Mapping[str, str], book: Book, language: str, *, ids: bool) -> str:
    parts = []
    if detail.get("service"):
        verb, tier = detail.get("verb", ""), detail.get("tier", "")
        parts.append(meant(book, detail["service"], verb, language, tier=tier, ids=ids))
    if spelling := detail.get("spelling"):
        parts.append(Text(f"代码 {spelling}", f"code {spelling}").read(language))
    if table := detail.get("table"):
        why = _word(WHY, detail.get("why", ""), language)
        parts.append(Text(f"代码表 {table}（{why}）", f"table {table} ({why})").read(language))
    if detail.get("word"):
        parts.append(_word(WORDS, detail["word"], language))
    if detail.get("kind") in KINDS:
        parts.append(KINDS[detail["kind"]].read(language))
    said = RULES[rule].read(language)
    return f"{said}{Text('：', ': ').read(language)}{Text('；', '; ').read(language).join(parts)}" if parts else said


def meant(book: Book, service: str, verb: str, language: str, *, tier: str = "", ids: bool = False) -> str:
    """A service and what is done with it, by name: 开通来电显示, Subscribe to Caller ID."""
    deed = verb_word(book, Verb(verb)).read(language) if verb in tuple(Verb) else verb
    name = name_of(book, service, tier).read(language)
    said = Text(f"{deed}{name}", f"{deed} {name}").read(language) if service in book.services else name
    return f"{said} ({service}.{verb}{f' {tier}' if tier else ''})" if ids else said


def values_of(book: Book, attempt: ExplainedAttempt, language: str) -> list[tuple[str, str]]:
    """The values of an attempt with their labels, as far as the catalogue declares them; numbers masked, tiers by name."""
    service = book.services.get(attempt.service)
    action = service.actions.get(Verb(attempt.verb)) if service and attempt.verb in tuple(Verb) else None
    return [
        (parameter.label.read(language), _value(parameter.kind, attempt.parameters[parameter.name], service, language))
        for parameter in (action.parameters if action else ())
        if attempt.parameters.get(parameter.name)
    ]


def _value(kind: str, value: str, service: Service | None, language: str) -> str:
    if kind == "msisdn" and value.isdigit():
        return Msisdn(value).masked()
    if kind == "amount" and value.isdigit():
        return Text(f"{yuan(int(value))}元", f"CNY {yuan(int(value))}").read(language)
    if kind == "tier" and service and value in service.tiers:
        return service.tiers[value].name.read(language)
    return value


def outcome(value: str, language: str) -> str:
    """How an attempt ended, or what it waits for."""
    return _word(OUTCOMES, value, language)


def cause_of(value: str, language: str) -> str:
    """Why it did not end in done."""
    return _word(CAUSES, value, language)


def delivery(state: str, language: str) -> str:
    """What became of an answer."""
    return _word(DELIVERY, state, language)


def _word(words: Mapping[str, Text], name: str, language: str) -> str:
    return words[name].read(language) if name in words else name
