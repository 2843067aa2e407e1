"""Rules about what calls say: plain and short, what an option does before its key, nothing that only an SMS can mean.

They hold where a catalogue has menus, for without one no call is served from it.
"""

import re
from collections.abc import Iterator

from careline.catalogue import error_prompts, spoken_texts
from careline.catalogue.linting.finding import Finding, Subject, Where, error, warning
from careline.catalogue.samples import SPOKEN, fill
from careline.catalogue.spoken_length import seconds, sentence_length, sentences
from careline.catalogue.spoken_texts import Spoken
from careline.dialogue.book import Verb
from careline.values.language import LANGUAGES, Text

ANSWER_SECONDS = 20  # more of one answer nobody keeps in mind
PAGE_MAX = 182  # characters that a USSD string holds: 160 octets of 7-bit letters (3GPP TS 23.038)
SENTENCE_MAX = {"zh": 30, "en": 20}  # characters, words
_LANGUAGE = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}

# A key and then what it does: 按1查余额, press 1 to check.
_KEY_FIRST = {
    "zh": re.compile(r"按(?:数字)?(?:[0-9]|\{key\}|星号键|井号键)(?![0-9])(?=[^\s，。！？；、,.或和再后键）])"),
    "en": re.compile(r"\b[Pp]ress (?:\d|\{key\}|star|hash)(?: key)? (?:to|for|if)\b"),
}
# What only whoever reads an SMS can do; that we send one may be said.
_SMS_ONLY = {
    "zh": re.compile(r"回复|发送|[请先再]发(?!短信告诉)|(?<!我们)发“|短信代码|代码|序号|直接写|请写|写全"),
    "en": re.compile(r"\b(?:[Rr]eply(?! in)|[Ss]end|[Tt]ext us|SMS code|[Ww]rite(?! to))\b"),
}
_UNSAID = re.compile(r"[\n()（）\[\]【】/\\|<>#]|\{(?:[a-z]+_)?code\}")
# These do speak of an SMS that the caller writes: there is no other way to do what was asked for.
_OF_SMS = frozenset({"talk.by_text"})


def wrong_order(subject: Subject) -> Iterator[Finding]:
    for spoken in _own(subject):
        for language in LANGUAGES:
            if found := _KEY_FIRST[language].search(spoken.text.read(language)):
                yield error(
                    "key_first",
                    spoken.where,
                    (f"先说了按键，后说用途：“{found[0]}…”", f"the key comes before what it does: “{found[0]} …”"),
                    ("写成“查余额，请按1”", "write “To check your balance, press 1”"),
                )


def unspeakable(subject: Subject) -> Iterator[Finding]:
    """Words and signs that a caller can make nothing of, in texts for calls."""
    for spoken in _own(subject):
        if odd := _odd(spoken):
            yield error(
                "unspeakable",
                spoken.where,
                (f"电话里说不通：{odd}", f"makes no sense on a call: {odd}"),
                ("换成电话里能做的，并且不用括号和换行", "say what a caller can do, without brackets and new lines"),
            )


def unspeakable_fallback(subject: Subject) -> Iterator[Finding]:
    """Texts of SMS that calls would say, having none of their own, although they cannot be said."""
    if not subject.book.menus:
        return
    for spoken in spoken_texts.borrowed(subject.book, subject.manifests):
        if odd := _odd(spoken):
            yield error(
                "missing_voice",
                spoken.where,
                (
                    f"没有语音文本，而短信文本说不通：{odd}",
                    f"has no text for calls, and that of the SMS cannot be said: {odd}",
                ),
                ("写一条语音文本", "write one for calls"),
            )
    for service in subject.book.services.values():
        if Verb.DESCRIBE in service.actions and "voice.describe.done" not in service.words:
            spoken = Spoken(Where("service", service.id, "about"), "describe.done", service.about, False)
            if odd := _odd(spoken):
                yield error(
                    "missing_voice",
                    Where("service", service.id, "words.voice.describe.done"),
                    (f"介绍在电话里说不通：{odd}", f"its description cannot be said on a call: {odd}"),
                    ("写一条 voice.describe.done", "write voice.describe.done for it"),
                )


def missing(subject: Subject) -> Iterator[Finding]:
    if not subject.book.menus:
        return
    for key in spoken_texts.missing(subject.book):
        yield error(
            "missing_voice",
            Where("words", key),
            ("通话需要这条文本", "calls need this text"),
            ("新增这条文本，中英文都写", "add it, in both languages"),
        )


def lengthy(subject: Subject) -> Iterator[Finding]:
    """Sentences that are hard to follow by ear, and answers that take too long."""
    for spoken in (*_own(subject), *_lent(subject)):
        for language in LANGUAGES:
            said = fill(spoken.text.read(language), language, SPOKEN)
            long = max((sentence_length(one, language) for one in sentences(said)), default=0)
            if long > SENTENCE_MAX[language]:
                zh, en = _LANGUAGE[language]
                unit = ("字", "characters") if language == "zh" else ("个词", "words")
                yield warning(
                    "long_sentence",
                    spoken.where,
                    (f"{zh}有一句约 {long} {unit[0]}", f"a sentence in {en} has about {long} {unit[1]}"),
                    (
                        f"拆成不超过 {SENTENCE_MAX[language]} {unit[0]}的短句",
                        f"split it: {SENTENCE_MAX[language]} {unit[1]} at most",
                    ),
                )
            takes = seconds(said, language)
            if takes > ANSWER_SECONDS:
                zh, en = _LANGUAGE[language]
                yield warning(
                    "long_answer",
                    spoken.where,
                    (f"{zh}播报约需 {takes:.0f} 秒", f"takes about {takes:.0f} seconds in {en}"),
                    (f"缩短到 {ANSWER_SECONDS} 秒以内", f"shorten it to {ANSWER_SECONDS} seconds"),
                )


def long_page(subject: Subject) -> Iterator[Finding]:
    """Texts of dial menus that leave no room on a page for what they are to show."""
    for key, text in subject.book.words.items():
        most = max(len(fill(said, language, SPOKEN)) for language, said in zip(LANGUAGES, text, strict=True))
        if key.startswith("ussd.") and most > PAGE_MAX:
            yield warning(
                "long_page",
                Where("words", key),
                (
                    f"短代码菜单一屏最多 {PAGE_MAX} 字，这里约 {most} 字",
                    f"about {most} characters; a page has {PAGE_MAX}",
                ),
                ("缩短文本", "shorten it"),
            )


def shared_words(subject: Subject) -> Iterator[Finding]:
    """Two kinds of error told in the same words: the caller cannot know which it was."""
    if not subject.book.menus:
        return
    for prompt in error_prompts.prompts(subject.book):
        if prompt.shared_with:
            others = ", ".join(prompt.shared_with)
            yield error(
                "shared_words",
                Where("words", f"voice.{prompt.key}"),
                (f"与这些错误的提示语相同：{others}", f"is told in the words of: {others}"),
                ("每种错误用自己的话说", "give each kind of error words of its own"),
            )


def _own(subject: Subject) -> list[Spoken]:
    return list(spoken_texts.own_words(subject.book)) if subject.book.menus else []


def _lent(subject: Subject) -> list[Spoken]:
    return list(spoken_texts.borrowed(subject.book, subject.manifests)) if subject.book.menus else []


def _odd(spoken: Spoken) -> str:
    """What of a text cannot be said, in both languages together."""
    found = []
    for language in LANGUAGES:
        text = spoken.text.read(language)
        if spoken.for_key not in _OF_SMS and (word := _SMS_ONLY[language].search(text)):
            found.append(f"“{word[0]}”")
        if sign := _UNSAID.search(text):
            found.append("↵" if sign[0] == "\n" else sign[0])
    return " ".join(dict.fromkeys(found))


RULES = (wrong_order, unspeakable, unspeakable_fallback, missing, lengthy, long_page, shared_words)
