"""The file with the accounts of media servers and USSD gateways: what it may say, and how mistakes are named."""

from pathlib import Path

import pytest

from careline.channels.telephony.accounts import AccountError, configured, read

WHOLE = """
[[server]]
name = "carrier-ivr"
dialect = "vxml"
allowed = ["10.0.0.0/8"]
base_url = "https://hall.example"
person = "+861065000000"

[[server]]
name = "pbx"
dialect = "agi"
secret_env = "PBX_SECRET"
sounds = "/var/lib/careline/prompts"
person = "PJSIP/desk&PJSIP/night"

[[ussd]]
name = "aggregator"
dialect = "africas-talking"
secret = "s"
sms_link = "zj-smsc"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "telephony.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    doors = configured({"CARELINE_TELEPHONY": str(written(tmp_path, WHOLE)), "PBX_SECRET": "from the environment"})
    ivr = doors.server("vxml", "carrier-ivr")
    assert ivr is not None
    assert (ivr.person, ivr.speech, ivr.number) == ("+861065000000", "recorded", "10086")
    pbx = doors.server("agi", "pbx")
    assert pbx is not None
    assert pbx.secret == "from the environment"
    assert "from the environment" not in repr(pbx)
    assert doors.server("httapi", "pbx") is None
    gateway = doors.gateway("africas-talking", "aggregator")
    assert gateway is not None
    assert (gateway.septets_max, gateway.units_max, gateway.sms_link) == (182, 80, "zj-smsc")


def test_without_a_file_there_are_no_doors() -> None:
    assert configured({}).servers == ()


SERVER = '[[server]]\nname = "a"\nsecret = "s"\n'
USSD = '[[ussd]]\nname = "a"\nsecret = "s"\ndialect = "plain-json"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[door]]\nname = 'x'", "unknown table [door]; there are [[server]] and [[ussd]]"),
        ("[server]\nname = 'x'", "write [[server]] and [[ussd]] with double brackets"),
        (SERVER, "account a: dialect missing"),
        (SERVER + 'dialect = "morse"', "account a: dialect must be one of agi, httapi, jambonz, twiml, vxml"),
        (SERVER + 'dialect = "vxml"\npersons = "1"', "account a: unknown key persons; do you mean person?"),
        ('[[server]]\nname = "a"\ndialect = "vxml"', "account a: secret or allowed is needed; else anybody could call"),
        (SERVER + 'dialect = "vxml"\nallowed = ["here"]', "account a: allowed: here is no network"),
        (SERVER + 'dialect = "vxml"\nbase_url = "hall.example"', "account a: base_url must begin with http:// or https://"),
        (SERVER + 'dialect = "vxml"\nspeech = "loud"', "account a: speech must be one of recorded, text"),
        (SERVER + 'dialect = "vxml"\nperson = "1 2"', "account a: person holds a character that no number or address has"),
        (SERVER + 'dialect = "vxml"\nperson_seconds = 1', "account a: person_seconds must be 5 to 600"),
        (SERVER + 'dialect = "agi"', "account a: base_url or sounds is needed, so that Asterisk finds our prompts"),
        (SERVER + 'dialect = "agi"\nspeech = "text"', "account a: speech must be recorded: Asterisk has no voice of its own"),
        (SERVER + 'secret_env = "NONE"\ndialect = "vxml"', "account a: the environment has no NONE (secret_env)"),
        (USSD + "units_max = 500", "account a: septets_max must be 60 to 182, units_max 30 to 160"),
        (USSD + "pages_max = 0", "account a: pages_max must be 1 to 20"),
        (USSD + USSD, "two accounts are called a"),
        ("", "names no account"),
        ("x", "is not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(AccountError) as error:
        read(written(tmp_path, text), {})
    assert words in str(error.value)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(AccountError, match="cannot be read"):
        configured({"CARELINE_TELEPHONY": "/nowhere/telephony.toml"})
