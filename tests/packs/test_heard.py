"""Everything that the shipped menus say to anybody is made of words: no sign is left that a voice would stumble over."""

import re
from datetime import UTC, datetime

import pytest

from careline.catalogue.samples import SPOKEN, fill
from careline.demo.places import TABLES
from careline.dialogue.keypad.sessions import happen
from careline.dialogue.keypad.words import CALL_WORDS
from careline.dialogue.talk import Event, Heard, Subscriber
from careline.prompts.speaking import spoken
from careline.values.language import LANGUAGES
from careline.values.msisdn import Msisdn
from tests.halls import the_book

NOW = datetime(2026, 11, 10, 4, tzinfo=UTC)
UNSAID = {
    "zh": re.compile(r"[^\u4e00-\u9fffA-Za-z，。？！、；： ]"),
    "en": re.compile(r"[^A-Za-z' ,.?!;:é-]"),
}
ENGLISH_OPTION = re.compile(r"(?:^|\. |\n)([a-z][^.\n]*), press \d")


def said_in_menus(region: str, brand: str, language: str, *, senior: bool = False) -> list[str]:
    """What a caller hears who goes into every node that there is for him, as keys lead there."""
    book = the_book()
    caller = Subscriber(Msisdn("8613900000001"), brand, region, language, senior=senior)
    said: list[str] = []
    seen: set[str] = set()
    waiting = [""]
    hello = happen({}, Heard("", "r0", "voice", event=Event.HELLO, session="s"), book, caller, NOW).state
    while waiting:
        keys = waiting.pop()
        heard = Heard(keys, "r1", "voice", event=Event.KEYS if keys else Event.HELLO, session="s")
        turn = happen(hello if keys else {}, heard, book, caller, NOW)
        if turn.reply is None or turn.cue is None or turn.cue.then != "keys":
            continue
        if turn.language or turn.senior is not None:
            continue  # another menu
        said.append(turn.reply.text)
        if turn.begun is not None:
            continue  # an order: no node
        place = f"{turn.cue.node} {turn.reply.text}"
        if turn.cue.ends_with or place in seen or len(keys) > 8:
            continue
        seen.add(place)
        count = len(re.findall(r"请按\d|press \d", turn.reply.text))
        waiting += [f"{keys}{key}" for key in range(1, min(count, 8) + 1)]
    return said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_node_of_every_menu_is_said_in_words_alone(language: str) -> None:
    people = {*TABLES.values(), ("zhejiang", "prepaid"), ("zhejiang", "gotone"), ("zhejiang", "mzone")}
    heard = {text for region, brand in people for text in said_in_menus(region, brand, language)}
    heard |= set(said_in_menus("zhejiang", "easyown", language, senior=True))
    assert len(heard) > 100
    for text in heard:
        said = spoken(text, language)
        assert not UNSAID[language].search(said), said
        assert not ENGLISH_OPTION.search(text), text  # an option is a sentence of its own
        assert "press press" not in said
        assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_calls_have_is_said_in_words_alone(language: str) -> None:
    book = the_book()
    for key in CALL_WORDS:
        said = spoken(fill(book.words[key].read(language), language, SPOKEN), language)
        assert said, key
        assert not UNSAID[language].search(said), (key, said)
