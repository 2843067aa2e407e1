"""The steps of understanding as sentences in the language of this process; ids stay where a maintainer looks them up."""

from collections.abc import Mapping
from typing import Any

from careline.cli._language import chinese, text
from careline.dialogue.book import Book, Verb
from careline.dialogue.rendering import name_of, verb_word

# Which tables apply to a customer, and why (`dialogue.lexicon`).
_WHY = {
    "region and brand": ("地区和品牌", "region and brand"),
    "region": ("地区", "region"),
    "brand": ("品牌", "brand"),
    "default": ("通用", "default"),
    "another's": ("别处的表", "of others"),
}
_RULES = {
    "exact": ("整条短信正好是一个代码", "The whole message is a code"),
    "word": ("人人都能发的词语", "A word that everybody may send"),
    "name": ("说的是业务名称", "A service called by its name"),
    "parameters": ("代码后面带着内容", "A code followed by values"),
    "family": ("只写了代码的前一半，或没有这一档", "A code that needs one of its own endings"),
    "early": ("这张代码表还没开始使用", "A code of a table that begins later"),
    "elsewhere": ("这里没有这个代码，别处有", "Not a code here, but one elsewhere"),
    "tolerant": ("写法略有出入的代码", "Nearly a code: spaces or signs differ"),
    "charged": ("问的是为什么扣费", "A question what money went for"),
    "menu": ("菜单", "A menu"),
}
_ASKED = {
    "confirm": ("要不要办", "a yes or no"),
    "choose": ("选哪一项", "a choice"),
    "fill": ("还缺的内容", "a missing value"),
    "pick": ("退订哪几项", "what to end"),
}
_OUTCOMES = {
    "done": ("办成了", "done"),
    "refused": ("按规定没有办", "refused"),
    "failed": ("没有办成", "failed"),
    "unknown": ("结果不明，正在核实", "unknown, being reconciled"),
    "abandoned": ("用户没有办下去", "abandoned"),
    "open": ("正在等用户答复", "waits for the customer"),
    "": ("正在问运营商", "the carrier is being asked"),
}


def sentence(step: Mapping[str, Any], book: Book) -> str:
    """One step in plain words; unknown steps are shown as they were recorded."""
    rule = str(step.get("rule", ""))
    detail = {name: str(value) for name, value in step.items() if name != "rule"}
    if rule == "normalised":
        return text(f"统一写法后是：{detail['text']}", f"Brought into one form: {detail['text']}")
    if rule == "tables":
        tables = "、".join(f"{table}（{why(reason)}）" for table, reason in detail.items())
        listed = ", ".join(f"{table} ({why(reason)})" for table, reason in detail.items())
        return text(
            f"依次查这些代码表，先有的为准：{tables or '没有'}",
            f"Tables looked into, the first that has it wins: {listed or 'none'}",
        )
    if rule == "nearest":
        near = detail.get("candidates", "-")
        return text(f"没看懂；最接近的是：{near}", f"Not understood; the nearest are: {near}")
    if rule == "question":
        return _question(detail)
    if rule == "question_lapsed":
        asked = word(_ASKED, detail.get("kind", ""))
        return text(f"上一个问题（{asked}）已经过时，不再算数", f"The last question ({asked}) had lapsed")
    if rule == "ending":
        end, cause = word(_OUTCOMES, detail.get("outcome", "")), detail.get("cause", "")
        attempt = detail.get("attempt", "")
        return text(f"办理 {attempt} 到此结束：{end}（{cause}）", f"Attempt {attempt} ends here: {end} ({cause})")
    if rule == "words":
        return text(f"答复用的是文案 {detail.get('key', '')}", f"Answered in the words of {detail.get('key', '')}")
    if rule == "missing_text":
        return text(f"缺少文案 {detail.get('key', '')}", f"The text {detail.get('key', '')} is missing")
    if rule == "wrong_parameter":
        return text(f"写的内容不合要求：{detail.get('kind', '')}", f"A value does not fit: {detail.get('kind', '')}")
    if rule == "too_long":
        count = detail.get("characters", "")
        return text(f"太长，没有再看：{count} 个字", f"Too long to be read: {count} characters")
    if rule == "suggestions":
        return text("发到了收意见的号码，只记下，不当代码看", "Sent to the number for suggestions: kept, never parsed")
    if rule in _RULES:
        return _understood(rule, detail, book)
    rest = ", ".join(f"{name}={value}" for name, value in detail.items())
    return f"{rule} {rest}".strip()


def _understood(rule: str, detail: Mapping[str, str], book: Book) -> str:
    said = word(_RULES, rule)
    parts = [meant(book, detail.get("service", ""), detail.get("verb", ""), detail.get("tier", ""))]
    if detail.get("spelling"):
        parts.append(text(f"代码 {detail['spelling']}", f"code {detail['spelling']}"))
    if detail.get("table"):
        reason = why(detail.get("why", ""))
        parts.append(text(f"代码表 {detail['table']}，因为{reason}", f"table {detail['table']}, by {reason}"))
    if detail.get("word"):
        parts.append(detail["word"])
    if detail.get("kind") not in ("act", "word", "", None):
        parts.append(detail["kind"])
    told = text("；", "; ").join(part for part in parts if part)
    return f"{said}{text('：', ': ')}{told}"


def _question(detail: Mapping[str, str]) -> str:
    asked = word(_ASKED, detail.get("asked", ""))
    other = detail.get("not_the_code_of")
    said = text(
        f"先当作对上一个问题（{asked}）的回答：{detail.get('answer', '')}",
        f"Taken as the answer to the open question ({asked}): {detail.get('answer', '')}",
    )
    return said + (text(f"；所以不当作 {other} 的代码", f"; so not as a code of {other}") if other else "")


def meant(book: Book, service: str, verb: str, tier: str = "") -> str:
    """A service and what is done with it, by name and id."""
    if not service:
        return ""
    language = "zh" if chinese() else "en"
    deed = verb_word(book, Verb(verb)).read(language) if verb in tuple(Verb) else verb
    name = name_of(book, service, tier).read(language)
    return f"{deed} {name} ({service}.{verb}{f' {tier}' if tier else ''})"


def why(reason: str) -> str:
    return word(_WHY, reason)


def outcome(value: str) -> str:
    return word(_OUTCOMES, value)


def word(words: Mapping[str, tuple[str, str]], name: str) -> str:
    return text(*words[name]) if name in words else name
