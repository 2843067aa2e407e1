"""`careline calls seat`: a wrong address is refused before anything is kept."""

from click.testing import CliRunner

from careline.cli.calls import command


def test_a_seat_without_a_sip_address_is_refused_with_a_sentence() -> None:
    refused = CliRunner().invoke(command, ["seat", "801", "hello there"])
    assert refused.exit_code == 2
    assert "URI" in refused.output
