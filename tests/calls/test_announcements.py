"""What the line says by itself has words under every catalogue, its own where it has them."""

import tomllib
from pathlib import Path

from careline.channels.calls import announcements
from careline.channels.calls.announcements import FIXED, LANGUAGES, words_of
from careline.channels.calls.lines import Clip
from careline.values.language import Text

PACK = Path(__file__).resolve().parents[2] / "packs/common/voice/call.toml"


def test_a_catalogue_from_before_there_were_calls_leaves_the_line_with_words() -> None:
    made = announcements.render(
        lambda text, language: [Clip(text, 1)], lambda key, language: words_of({}, key).read(language)
    )
    for language in LANGUAGES:
        assert made.clips[language].keys() == set(FIXED)
        said = [clips[0].path for clips in made.clips[language].values()]
        assert all(said)
        assert len(set(said)) == len(FIXED), "no two of them are told alike"
    assert words_of({}, "position").read("en").format(before=3, minutes=2) == "Callers before you: 3."


def test_the_words_of_the_catalogue_come_first() -> None:
    words = {"voice.call.nobody": Text("没有人。", "Nobody is here.")}
    assert words_of(words, "nobody").read("en") == "Nobody is here."


def test_the_packs_have_words_of_their_own_for_everything_that_the_line_says() -> None:
    assert {*FIXED, "position"} <= tomllib.loads(PACK.read_text()).keys()
