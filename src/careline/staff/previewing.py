"""Answers as customers would see them: filled with likely values, cut into the parts that the SMS link would send."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from careline.catalogue.samples import SPOKEN, fill
from careline.catalogue.spoken_length import seconds
from careline.dialogue.saying import say_effect, say_price
from careline.protocols.smstext import TextTooLong, decode_text, encode_parts
from careline.values.language import LANGUAGES, Text
from careline.wiring import behaviours


@dataclass(frozen=True, slots=True)
class Shown:
    """One text in one language, cut into parts."""

    language: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a service can give; `key` says where its words stand, "" when there are none."""

    verb: str
    end: str
    key: str
    shown: tuple[Shown, ...]

    @property
    def shared(self) -> bool:
        """Whether all services say this alike: the carrier's faults, and refusals that are nobody's own."""
        return self.key.startswith("error.")


def shown(text: Mapping[str, Any], known: Mapping[str, Text] | None = None) -> tuple[Shown, ...]:
    """The text in every language; `known` are values for its placeholders."""
    return tuple(
        Shown(language, cut(fill(str(text.get(language, "")), language, known or {}))) for language in LANGUAGES
    )


def shown_words(key: str, text: Mapping[str, Any]) -> tuple[Shown, ...]:
    """A text of the catalogue in every language. `{label}` is a verb, a parameter or a menu, as the text's key says."""
    if key.startswith(("talk.fill", "error.missing", "error.wrong", "error.bad", "talk.choose")):
        label = Text("手机号码", "mobile number")
    elif key == "talk.menu":
        label = Text("话费查询", "Charges")
    else:
        label = Text("开通", "Subscribe to")
    return shown(text, {"label": label})


@dataclass(frozen=True, slots=True)
class Heard:
    """One text in one language as a call says it, with about how long that takes."""

    language: str
    text: str
    seconds: int


def heard(text: Mapping[str, Any]) -> tuple[Heard, ...]:
    """The text of a call in every language, with likely values."""
    said = ((language, fill(str(text.get(language, "")), language, SPOKEN)) for language in LANGUAGES)
    return tuple(Heard(language, one, round(seconds(one, language))) for language, one in said)


def cut(text: str) -> tuple[str, ...]:
    """The parts of a text, each as its receiver reads it."""
    try:
        return tuple(decode_text(part.body, part.data_coding) for part in encode_parts(text))
    except TextTooLong:
        return (text,)


def about(service: Mapping[str, Any]) -> tuple[Shown, ...]:
    """What the service is, as its customers read it."""
    return shown(service.get("about", {}), _known(service))


def answers(service: Mapping[str, Any], words: Mapping[str, Any]) -> list[Answer]:
    """All that customers can hear of a service, in the order of its actions."""
    behaviour = behaviours().get(str(service.get("behaviour")))
    tails = sorted(behaviour.words) if behaviour else []
    known = _known(service)
    found = []
    for verb in service.get("actions", {}):
        for tail in (tail for tail in tails if tail.partition(".")[0] == verb):
            key, text = _words_for(service, words, tail)
            found.append(Answer(verb, tail.partition(".")[2], key, shown(text, known) if text else ()))
    found.sort(key=lambda answer: (list(service["actions"]).index(answer.verb), answer.end != "done", answer.end))
    return found


def _words_for(service: Mapping[str, Any], words: Mapping[str, Any], tail: str) -> tuple[str, Mapping[str, Any] | None]:
    own = service.get("words", {}).get(tail)
    if own:
        return "", own
    end = tail.partition(".")[2]
    for key in (f"{service.get('behaviour')}.{tail}", f"any.{tail}", f"any.{end}", f"error.{end}"):
        if key in words:
            return key, words[key]
    return "", None


def _known(service: Mapping[str, Any]) -> dict[str, Text]:
    price, per = service.get("price", 0), service.get("per", "month")
    known = {
        "price": Text(*(say_price(price, per, language) for language in LANGUAGES)),
        "effect": Text(*(say_effect("now", language=language) for language in LANGUAGES)),
        "per": Text("", ""),
    }
    for field, name in (("name", "service"), ("about", "about")):
        text = service.get(field) or {}
        if isinstance(text, Mapping) and text:
            written = (fill(str(text.get(language, "")), language, known) for language in LANGUAGES)
            known[name] = Text(*written)
    return known
