"""One call or USSD session as it is kept between its moments: where in the menu it is, and what has happened on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from careline.dialogue.talk import Cue, Handover, State

VISITS_MAX = 60  # nodes and actions that are remembered of one session, where the limit visits_max says nothing else


@dataclass(slots=True)
class Session:
    """Kept as JSON under `session` in the conversation's state; never holds a secret."""

    id: str = ""
    channel: str = ""
    began: int = 0  # seconds
    menu: str = ""  # id
    trail: list[str] = field(default_factory=list)  # nodes from the menu's first to the one that we are in
    page: int = 0  # of that node's choices
    mode: str = "menu"  # menu, question, tail, offer, resume, person, over: what the next key answers
    visits: list[str] = field(default_factory=list)  # nodes; a chosen action as service:verb
    moves: int = 0  # ways back and repeats in menus
    missed: int = 0  # wrong keys and values in a row
    misses: int = 0  # all of them
    silences: int = 0  # in a row
    pressed: int = 0  # keys that meant something
    acts: int = 0  # actions that were chosen
    assurance: int = 1  # values.assurance.Assurance shown so far
    tries: int = 0  # wrong service passwords
    pending: dict[str, Any] | None = None  # what goes on when the service password is right
    latest: dict[str, str] = field(default_factory=dict)  # the latest attempt: service, verb, reference, outcome, cause
    noted: bool = False  # that nothing was reached here is written down already
    too_soon: bool = False  # a yes came before its question was heard
    answer: str = ""  # the last one, to be said again
    closing: str = ""  # why we said goodbye: silence, talked, misses, stranger
    senior: bool = False
    cue: dict[str, Any] = field(default_factory=dict)  # the last one, for a moment that comes twice

    @classmethod
    def of(cls, state: State) -> "Session":
        kept: Mapping[str, Any] = state.get("session") or {}
        known = {name: kept[name] for name in _NAMES if name in kept}
        session = cls(**known)
        session.trail, session.visits = list(session.trail), list(session.visits)  # never those of the state given
        session.latest = dict(session.latest)
        return session

    def keep(self, state: State) -> None:
        """Into the state, without what still is as at first."""
        state["session"] = {
            name: value for name in _NAMES if (value := getattr(self, name)) not in (None, "", 0, False, [], {})
        }

    @property
    def node(self) -> str:
        return self.trail[-1] if self.trail else ""

    def visit(self, place: str, most: int = VISITS_MAX) -> None:
        """The first `most` are kept in order; of an endless session the rest is not."""
        if len(self.visits) < most:
            self.visits.append(place)


_NAMES = tuple(one.name for one in fields(Session))


def kept_cue(state: State) -> Cue | None:
    """What the channel was told to do last, from the state; None where no session is open."""
    kept = (state.get("session") or {}).get("cue")
    if not kept:
        return None
    handover = kept.get("handover")
    known = {**kept, "handover": Handover(**{**handover, "path": tuple(handover["path"])}) if handover else None}
    return Cue(**known)
