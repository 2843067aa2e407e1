"""The file that says how calls reach us: what may stand in it, and how mistakes are told."""

from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from careline.links.calls.config import Config, Listen, Trunk
from careline.links.calls.config_file import CallsConfigError, configured, read

GOOD = """
[calls]
listen = ["udp:0.0.0.0:5060", "tcp:[::1]:5070"]
advertise = "203.0.113.7"
max_calls = 50
rtp_ports = [21000, 22000]
codecs = ["PCMU", "PCMA"]
reliable_provisional = false

[[trunk]]
name = "sbc"
networks = ["10.0.0.0/8", "2001:db8::/32"]
trusted = true
proxy = "10.0.0.1:5060;transport=tcp"
numbers = ["10086", "1008611"]

[[trunk]]
name = "desk phones"
networks = ["0.0.0.0/0"]
username = "desk"
secret_env = "DESK_SECRET"
from_header = true
"""


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "calls.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _mistake(tmp_path: Path, text: str, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(CallsConfigError) as caught:
        read(_file(tmp_path, text), environment or {})
    return str(caught.value)


def test_without_a_file_this_machine_may_call_and_nobody_else() -> None:
    config = configured({})
    assert [str(one) for one in config.listen] == ["udp:127.0.0.1:5060", "tcp:127.0.0.1:5060"]
    assert [str(network) for trunk in config.trunks for network in trunk.networks] == ["127.0.0.0/8", "::1/128"]
    assert config.trunks[0].trusted


def test_a_whole_file_is_understood(tmp_path: Path) -> None:
    config = configured({"CARELINE_CALLS": str(_file(tmp_path, GOOD)), "DESK_SECRET": "hush"})
    assert config == Config(
        listen=(
            Listen(transport="udp", host="0.0.0.0", port=5060),
            Listen(transport="tcp", host="::1", port=5070),
        ),
        advertise="203.0.113.7",
        max_calls=50,
        rtp_ports=(21000, 22000),
        codecs=("PCMU", "PCMA"),
        reliable_provisional=False,
        trunks=(
            Trunk(
                name="sbc",
                networks=(ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")),
                trusted=True,
                proxy="10.0.0.1:5060;transport=tcp",
                numbers=("10086", "1008611"),
            ),
            Trunk(
                name="desk phones",
                networks=(ip_network("0.0.0.0/0"),),
                username="desk",
                secret="hush",
                from_header=True,
            ),
        ),
    )
    assert "hush" not in repr(config)


TRUNK = '\n[[trunk]]\nname = "a"\nnetworks = ["10.0.0.0/8"]\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"[calls]\nmax_call = 3{TRUNK}", "line 2: [calls] max_call is unknown; do you mean max_calls?"),
        (f"[calls]\n\nmax_calls = 0{TRUNK}", "line 3: [calls] max_calls must be a whole number from 1 to 20000"),
        (f"[calls]\nlisten = ['5060']{TRUNK}", 'line 2: [calls] listen holds "5060"; write udp:ADDRESS:PORT'),
        (f"[calls]\nlisten = ['udp:0.0.0.0:99999']{TRUNK}", "line 2: [calls] listen holds"),
        (f"[calls]\ncodecs = ['G729']{TRUNK}", "line 2: [calls] codecs must list some of PCMA, PCMU, each once"),
        (f"[calls]\nrtp_ports = [30000, 20000]{TRUNK}", "line 2: [calls] rtp_ports must be two ports"),
        (f"[calls]\nadvertise = 'here'{TRUNK}", "line 2: [calls] advertise must be an IP address"),
        (f"[calls]\nreliable_provisional = 1{TRUNK}", "line 2: [calls] reliable_provisional must be true or false"),
        (f"{TRUNK}{TRUNK}", "line 7: [[trunk]] name is taken: a stands above"),
        (f"{TRUNK}\n[[trunk]]\nname = 'b'\nnetworks = ['10.0.0.1/8']", 'line 8: [[trunk]] networks holds "10.0.0.1/8"'),
        (f"{TRUNK}\n[[trunk]]\nname = 'b'\n", "line 7: [[trunk]] name needs networks (who may call) or a proxy"),
        (f"{TRUNK}username = 'x'", "line 5: [[trunk]] username needs a secret"),
        (
            f"{TRUNK}username = 'x'\nsecret = '1'\n[[trunk]]\nname = 'b'\nproxy = 'h'\nusername = 'x'\nsecret = '2'",
            "line 10: [[trunk]] username is taken by a trunk above",
        ),
        (f"{TRUNK}secret = 'x'", "line 5: [[trunk]] secret needs a username"),
        (f"{TRUNK}username = 'x'\nsecret_env = 'NO'", "line 6: [[trunk]] secret_env names NO, which the environment"),
        (
            f"{TRUNK}username = 'x'\nsecret_file = '/no'",
            "line 6: [[trunk]] secret_file names /no, which cannot be read",
        ),
        (f"{TRUNK}proxy = 'sip:h'", "line 5: [[trunk]] proxy must be HOST:PORT"),
        (f"{TRUNK}proxy = 'h;transport=tls'", "line 5: [[trunk]] proxy must be HOST:PORT"),
        ("[[trunk]]\nnetworks = ['10.0.0.0/8']", "line 1: [[trunk]] needs a name"),
        (f"[call]\nmax_calls = 1{TRUNK}", "line 1: call is unknown; there are [calls] and [[trunk]]"),
        ("[calls]\n", "names no [[trunk]]"),
        ("[trunk]\nname = 'a'", "write [[trunk]] with double brackets"),
        ("[calls\n", "is not TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    assert told in _mistake(tmp_path, text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CallsConfigError, match="cannot be read"):
        configured({"CARELINE_CALLS": str(tmp_path / "no.toml")})


def test_the_guide_shows_every_key(tmp_path: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "guides" / "connect-a-trunk.md"
    example = guide.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    config = read(_file(tmp_path, example), {"DESK_SECRET": "hush"})
    assert [trunk.name for trunk in config.trunks] == ["sbc", "telephones"]
    shown = {line.split(" = ")[0] for line in example.split("[[trunk]]")[0].splitlines() if " = " in line}
    assert shown == {one.name for one in fields(Config)} - {"trunks", "country"}


def test_the_example_for_pbxs_and_sbcs_is_a_file_that_works(tmp_path: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "guides" / "calls.md"
    example = guide.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    config = read(_file(tmp_path, example), {"PBX_SECRET": "hush"})
    sbc, pbx = config.trunks
    assert (sbc.trusted, sbc.user, pbx.trusted, pbx.user) == (True, "", False, "careline")
    first, end = config.rtp_ports
    assert end - first >= 2 * config.workers * config.max_calls
