"""Rules about what pages and apps show: there are buttons, so nobody is told to reply, to send something or to know a code.

They hold where a catalogue has texts for pages at all.
"""

import re
from collections.abc import Iterator

from careline.catalogue.linting.finding import Finding, Manifest, Subject, Where, error
from careline.dialogue.book import Book, Service, Verb
from careline.dialogue.rendering import text_of
from careline.dialogue.words import OF_TEXTS, WORDS
from careline.values.language import LANGUAGES, Text

PAGE = "page"
# What a wish can make the dialogue say: menus, lists of codes and what is said to free words never stand on pages.
_BY_TEXT = frozenset(
    {
        *("talk.why_charged", "talk.withdraw", "talk.choose_meaning", "talk.offer", "talk.menu", "talk.help"),
        *("talk.help_own", "talk.local_code", "talk.thanks", "talk.goodbye", "talk.nothing_to_repeat", "talk.person"),
        *("talk.confirm_conflict", "talk.confirm_waiting", "talk.about", "talk.ask_password", "talk.in_person"),
        *OF_TEXTS,
        "error.stranger",
    }
)
_NEVER = (Verb.HELP, Verb.CONFIRM)
_BEHAVIOURS_BY_TEXT = frozenset({"menu"})
_TEXT_ONLY = {
    "zh": re.compile(
        r"回复|发送|[请先再要]发(?!短信)|取消发|[，。、；]发(?!短信)|(?<!我们)发“|代码|序号|直接写|请写|写全|重新发"
    ),
    "en": re.compile(r"\b(?:[Rr]eply|[Ss]end(?!s\b)|[Tt]ext us|[Ww]rite(?! to your)|codes?)\b"),
}
_CODE = re.compile(r"\{(?:[a-z]+_)?code\}|\{example\}")


def tells_to_send(subject: Subject) -> Iterator[Finding]:
    """Texts of pages that only whoever reads an SMS can follow."""
    book = subject.book
    if not any(key.startswith(f"{PAGE}.") for key in book.words):
        return
    seen: set[Where] = set()
    for where, text in _texts(book, subject):
        if where not in seen and (odd := _odd(text)):
            seen.add(where)
            yield error(
                "page_tells_to_send",
                where,
                (f"页面上有按钮，却让客户发短信：{odd}", f"a page has buttons, yet this tells to send: {odd}"),
                ("在 page 里写一条页面用的文本", "write a text for pages in its place"),
            )


def _texts(book: Book, subject: Subject) -> Iterator[tuple[Where, Text]]:
    for key in book.words:
        if key.startswith(f"{PAGE}."):
            yield Where("words", key), book.words[key]
    for key in WORDS:
        if not key.startswith(("talk.", "error.")) or key in _BY_TEXT or key.startswith("talk.mymenu"):
            continue  # letters go out by SMS
        if text := text_of(book.words, key, PAGE):
            yield Where("words", f"{PAGE}.{key}"), text
    for service in book.services.values():
        if service.behaviour in _BEHAVIOURS_BY_TEXT:
            continue
        about = service.words.get(f"{PAGE}.describe.done", service.about)
        yield Where("service", service.id, f"words.{PAGE}.describe.done"), about
        for tail, text in service.words.items():
            if tail.startswith(f"{PAGE}."):
                yield Where("service", service.id, f"words.{tail}"), text
        yield from _answers(book, service, subject.manifests.get(service.behaviour))


def _answers(book: Book, service: Service, manifest: Manifest | None) -> Iterator[tuple[Where, Text]]:
    """What a page says of each end of the service's actions, as `rendering.key_of` chooses it."""
    for tail in sorted(manifest.words) if manifest else ():
        verb, _, end = tail.partition(".")
        if not any(one.value == verb for one in service.actions if one not in _NEVER):
            continue
        own = text_of(service.words, tail, PAGE)
        if own is not None:
            yield Where("service", service.id, f"words.{PAGE}.{tail}"), own
            continue
        for key in (f"{service.behaviour}.{tail}", f"any.{tail}", f"any.{end}", f"error.{end}"):
            text = text_of(book.words, key, PAGE)
            if text is not None:
                yield Where("words", f"{PAGE}.{key}"), text
                break


def _odd(text: Text) -> str:
    found = []
    for language in LANGUAGES:
        said = text.read(language)
        found += [f"“{word[0]}”" for word in (_TEXT_ONLY[language].search(said), _CODE.search(said)) if word]
    return " ".join(dict.fromkeys(found))


RULES = (tells_to_send,)
