"""Decisions as a TOML file: for carriers that write theirs by hand, and to carry a circle from one house to another."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any

from careline.circle.decisions import (
    CHALLENGE,
    CRITERIA,
    NONE,
    SCORE_MAX,
    WORDS_MAX,
    Action,
    Attested,
    Decisions,
    Grown,
    Kept,
    Machine,
    NotACircle,
    Plan,
    Round,
    Topic,
    counted,
)
from careline.circle.decisions_limits import check, check_raw
from careline.insight.asking import Period
from careline.values.language import Text

STATES = ("planned", "going", "done", "dropped")
FILE_BYTES_MAX = 512 * 1024
_LINKS = ("https://", "http://", "/")


def template() -> Decisions:
    """A circle that has decided nothing yet: its topics without scores."""
    return read_text((files("careline.circle") / "template.toml").read_text(encoding="utf-8"))


def read(path: Path) -> Decisions:
    """Raises NotACircle, or OSError where the file cannot be read."""
    return read_bytes(path.read_bytes())


def read_bytes(written: bytes) -> Decisions:
    """Raises NotACircle."""
    if len(written) > FILE_BYTES_MAX:
        raise NotACircle("the file is too long")
    try:
        return read_text(written.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotACircle("the file is not UTF-8") from error


def read_text(written: str) -> Decisions:
    try:
        raw = tomllib.loads(written)
        check_raw(raw)
        return check(_decisions(raw))
    except tomllib.TOMLDecodeError as error:
        raise NotACircle(str(error)) from error
    except RecursionError as error:
        raise NotACircle("the file is too deep") from error
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        if isinstance(error, NotACircle):
            raise
        raise NotACircle(f"{type(error).__name__}: {error}") from error


def _decisions(raw: Mapping[str, Any]) -> Decisions:
    solved, goal = Decimal(str(raw.get("solved", "0.9"))), Decimal(str(raw.get("goal", CHALLENGE)))
    if not (solved.is_finite() and 0 <= solved <= 1):
        raise NotACircle("solved is a share from 0 to 1")
    if not (goal.is_finite() and 0 < goal < 100):
        raise NotACircle("goal is in percent, above 0 and below 100")
    after = raw.get("after")
    return Decisions(
        name=text(raw["name"]),
        team=[(str(one["name"]), text(one["role"])) for one in raw.get("team", [])],
        profile=text(raw.get("profile", "")),
        terms=_texts(raw, "terms"),
        problems=_texts(raw, "problems"),
        topics=counted([_topic(one) for one in raw.get("topics", [])]),
        concluded={str(name): [text(one) for one in many] for name, many in raw.get("concluded", {}).items()},
        solved=solved,
        goal=goal,
        goal_on=_day(raw["goal_on"]) if "goal_on" in raw else None,
        capacity=int(raw.get("capacity", 0)),
        grown=[_grown(one) for one in raw.get("tree", [])],
        plans={name: Plan(str(one["who"])[:100], _day(one["due"]) if "due" in one else None)
               for name, one in raw.get("plans", {}).items()},
        attested={name: _attested(one) for name, one in raw.get("attested", {}).items()},
        machines=[Machine(text(one["name"]), _day(one["bought"])) for one in raw.get("machines", [])],
        rounds=[Round(_day(one["on"]), str(one["by"]), text(one["found"]), _yes(one["crashed"])) for one in raw.get("rounds", [])],
        actions=[_action(one) for one in raw.get("actions", [])],
        after=Period(_day(after["from"]), _day(after["to"])) if after else None,
        kept=[_kept(one) for one in raw.get("kept", [])],
        lessons=_texts(raw, "lessons"),
        next=_texts(raw, "next"),
    )  # fmt: skip


def _texts(raw: Mapping[str, Any], name: str) -> list[Text]:
    return [text(one) for one in raw.get(name, [])]


def _topic(one: Mapping[str, Any]) -> Topic:
    scores = _scores(one, one.get("scores", {}))
    votes = {str(who): _scores(one, given) for who, given in one.get("votes", {}).items()}
    return Topic(str(one["id"]), text(one["name"]), tuple(text(card) for card in one.get("cards", [])), scores, votes)


def _scores(topic: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, int]:
    scores = {name: int(score) for name, score in given.items()}
    if set(scores) - set(CRITERIA) or any(not 1 <= score <= SCORE_MAX for score in scores.values()):
        raise NotACircle(f"topic {topic['id']}: scores are 1 to {SCORE_MAX} for {', '.join(CRITERIA)}")
    return scores


def _grown(one: Mapping[str, Any]) -> Grown:
    told = (text(one.get(name, NONE)) for name in ("branch", "name", "content", "method", "criterion", "dropped"))
    return Grown(str(one["key"]), *told)


def _attested(one: Mapping[str, Any]) -> Attested:
    return Attested(
        _yes(one["met"]), text(one["words"]), str(one["by"])[:100], _day(one["on"]), link(one.get("proof", ""))
    )


def _action(one: Mapping[str, Any]) -> Action:
    told = [text(one.get(name, "")) for name in ("what", "goal", "how", "where")]
    done = str(one.get("done", ""))
    state = str(one.get("state", "done" if done else "planned"))
    if state not in STATES or (state == "done") != bool(done):
        raise NotACircle(f"an action's state is one of {', '.join(STATES)}, and one that is done has its day")
    for day in filter(None, (done, str(one.get("until", "")))):
        date.fromisoformat(day)
    return Action(str(one["cause"])[:40], told[0], told[1], told[2], told[3], str(one.get("who", ""))[:100],
                  str(one.get("until", "")), int(one.get("version", 0)), done, state, int(one.get("budget_fen", 0)),
                  int(one.get("improvement", 0)))  # fmt: skip


def _kept(raw: Any) -> Kept:
    if isinstance(raw, Mapping) and "words" in raw:
        return Kept(text(raw["words"]), text(raw.get("where", "")), link(raw.get("link", "")))
    return Kept(text(raw))


def link(raw: Any) -> str:
    """An address that may be followed from a page: of the web, or of our own pages. Anything else raises NotACircle."""
    if not isinstance(raw, str) or len(raw) > 500 or any(ord(sign) < 33 for sign in raw):
        raise NotACircle("an address is expected")
    if raw and (not raw.startswith(_LINKS) or raw.startswith("//")):
        raise NotACircle("an address begins with https://, http:// or /")
    return raw


def text(raw: Any) -> Text:
    """One text for both languages, or {zh, en}."""
    zh, en = raw if isinstance(raw, Text) else (raw["zh"], raw["en"]) if isinstance(raw, Mapping) else (raw, raw)
    if not isinstance(zh, str) or not isinstance(en, str) or max(len(zh), len(en)) > WORDS_MAX or "\0" in zh + en:
        raise NotACircle("a text is expected")
    return Text(zh, en)


def _yes(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise NotACircle("true or false is expected")
    return raw


def _day(raw: Any) -> date:
    if type(raw) is not date:
        raise NotACircle("a day such as 2008-03-01 is expected")
    return raw
