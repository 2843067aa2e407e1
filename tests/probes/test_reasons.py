"""Why a dial test failed is told in the reader's language, whoever wrote the sentence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import careline.probes
from careline.probes import plan
from careline.probes.reasons import reason
from tests.sms.street import the_book

ROOM = Path(careline.probes.__file__).parent
TOLD = {"Failed": 1, "Forbidden": 0, "NoLine": 0}  # which argument is the sentence
_LATIN = re.compile(r"[A-Za-z]{4,}")
KNOWN = re.compile(r"USSD|JSON|playwright|uv sync --extra browser|person = true|test_lines = true")


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence of the room by which a run says why, with something in place of its values."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TOLD:
                yield from _texts(path.name, node.args[TOLD[node.func.id]])
            if isinstance(node, ast.Assign) and "why" in ast.unparse(node.targets[0]):
                value = node.value.elts[-1] if isinstance(node.value, ast.Tuple) else node.value
                yield from _texts(path.name, value)


def _texts(name: str, node: ast.expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield name, node.value
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else _sample(part) for part in node.values]
        yield name, "".join(map(str, parts))


def _sample(part: ast.expr) -> str:
    """A number may stand for everything but a word."""
    return "7%" if ":.0%" in ast.unparse(part).replace("'", "") else "7"


def test_every_sentence_that_says_why_a_run_failed_is_known_in_chinese() -> None:
    found = list(sentences())
    assert len(found) > 40
    left = {said: name for name, said in found if _LATIN.search(KNOWN.sub("", reason(said, "zh")))}
    assert left == {}


def test_values_stand_in_both_languages_and_errors_are_called_by_their_names() -> None:
    assert reason("no answer within 12 s", "zh") == "12 秒内没有回答"
    assert reason("no answer within 12 s", "en") == "no answer within 12 s"
    assert reason("heard: wrong_key", "zh") != "heard: wrong_key"
    assert "wrong_key" not in reason("heard: wrong_key", "zh") + reason("heard: wrong_key", "en")
    assert reason("nobody can press by SMS", "zh") == "这个渠道上不能“按键”"


def test_why_nothing_covers_a_place_is_told_in_chinese_too() -> None:
    book = the_book()
    service = next(iter(book.services))
    for token in (f"deed:{service}:query", "error:wrong_key@en", "channel:fax", "node:standard/nowhere"):
        said = plan.why(book, token)
        assert reason(said, "zh") != said, said


def test_a_sentence_that_is_not_known_stands_as_it_was_written() -> None:
    assert reason("ValueError: 7", "zh") == "ValueError: 7"
