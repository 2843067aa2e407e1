"""The file with the accounts: what is wrong in it is said with the account and the key."""

from pathlib import Path

import pytest

from careline.channels.sms.accounts import DEMO, AccountError, configured, read


def write(folder: Path, text: str) -> Path:
    path = folder / "links.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_accounts_are_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-a-file\n")
    path = write(
        tmp_path,
        f"""
[[link]]
name = "zj"
host = "10.0.0.1"
port = 2776
binds = 2
secret_env = "ZJ_SECRET"
parts_per_second = 200
receipts = true

[[link]]
name = "ismg"
kind = "cmpp"
port = 7890
version = "2.0"
secret_file = "{tmp_path}/secret"

[[gateway]]
name = "agg"
dialect = "kannel"
secret = "abc"
allowed = ["10.0.0.0/8"]
""",
    )
    accounts = read(path, {"ZJ_SECRET": "from-the-environment"})
    smpp, cmpp = accounts.links
    assert (smpp.secret, smpp.parts_per_second, smpp.binds, smpp.receipts) == ("from-the-environment", 200.0, 2, True)
    assert (cmpp.secret, cmpp.kind, cmpp.version) == ("from-a-file", "cmpp", "2.0")
    assert accounts.gateway("kannel", "agg") is accounts.gateways[0]
    assert accounts.gateway("jasmin", "agg") is None
    assert accounts.gateways[0].allowed == ("10.0.0.0/8",)
    assert "from-the-environment" not in repr(accounts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[link]]\nname = 'a'\nhots = 'x'", "account a: unknown key hots; do you mean host?"),
        ("[[link]]\nname = 'a'\nport = '2775'", "account a: port must be a whole number"),
        ("[[link]]\nname = 'a'\nreceipts = 1", "account a: receipts must be true or false"),
        ("[[link]]\nname = 'a'\nkind = 'smtp'", "account a: kind must be one of smpp, cmpp"),
        ("[[link]]\nhost = 'x'", "an account needs a name"),
        ("[[link]]\nname = 'a'\n[[link]]\nname = 'a'", "two accounts are called a"),
        ("[[gateway]]\nname = 'a'", "account a: dialect missing"),
        ("[[gateway]]\nname = 'a'\ndialect = 'kannel'\nallowed = '10.0.0.0/8'", "allowed must be a list of texts"),
        ("[link]\nname = 'a'", "double brackets"),
        ("[[links]]\nname = 'a'", "unknown table [links]"),
        ("[[link]]\nname = 'a'\nsecret_env = 'NOWHERE'", "the environment has no NOWHERE"),
        ("[[link]]\nname = 'a'\nsecret_file = '/nowhere'", "/nowhere cannot be read"),
        ("", "names no account"),
        ("[[link", "is not TOML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(AccountError) as raised:
        read(write(tmp_path, text), {})
    assert words in str(raised.value)


def test_without_a_file_there_is_only_the_demo(tmp_path: Path) -> None:
    assert configured({"CARELINE_DEMO": "1"}) is DEMO
    with pytest.raises(AccountError, match="CARELINE_LINKS"):
        configured({})
    with pytest.raises(AccountError, match="cannot be read"):
        configured({"CARELINE_LINKS": str(tmp_path / "none.toml"), "CARELINE_DEMO": "1"})
