"""A call in the terminal: `careline talk --channel voice`."""

import json

import pytest
from click.testing import CliRunner

from careline import wiring
from careline.catalogue import library
from careline.catalogue.importing import publish_packs
from careline.catalogue.packs import packs_folder
from careline.cli import main
from tests.halls import NOON


@pytest.mark.parametrize("channel", ["voice", "ussd"])
def test_a_call_is_made_in_the_terminal(
    db: None, database_url: str, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    publish_packs(packs_folder(), by="tests", now=NOON, manifests=wiring.behaviours().values())
    pressed = ["@caller_id.subscribe", "early 1", "1", "0", "returned nobody", "", "hang up"]
    try:
        ran = CliRunner().invoke(
            main, ["talk", "--table", "T5", "--channel", channel, "--json"], input="\n".join(pressed) + "\n"
        )
    finally:
        library.forget()
    assert ran.exit_code == 0, ran.output
    lines = [json.loads(line) for line in ran.output.splitlines() if line.startswith("{")]
    assert [line["pressed"] for line in lines] == ["", *pressed]
    greeting, question, early, done, person, back, silence, end = lines
    assert greeting["said"]
    assert question["asks"] == early["asks"] == "confirm"
    assert early["cue"]["barge_in"] is False
    assert (done["outcome"], done["understood"]) == ("done", {"service": "caller_id", "action": "subscribe"})
    assert (person["cue"]["then"], person["cue"]["handover"]["reference"] != "") == ("person", True)
    assert back["key"] == "talk.returned.nobody"
    assert silence["key"] == "error.silence"
    assert end["cue"]["then"] == "hang_up"


def test_a_way_that_the_menu_does_not_have_is_said(
    db: None, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    publish_packs(packs_folder(), by="tests", now=NOON, manifests=wiring.behaviours().values())
    try:
        ran = CliRunner().invoke(main, ["talk", "--table", "T5", "--channel", "voice"], input="@nothing.subscribe\n")
    finally:
        library.forget()
    assert ran.exit_code == 2
    assert "@nothing.subscribe" in ran.output
