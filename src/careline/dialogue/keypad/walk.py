"""One moment's walk: the turn in the making, the session it belongs to, and the menu it goes through."""

from dataclasses import dataclass

from careline.dialogue.book import Choice, Menu
from careline.dialogue.keypad.menu import choices_of
from careline.dialogue.keypad.session import VISITS_MAX, Session
from careline.dialogue.turning import Turning
from careline.values.cause import Cause
from careline.values.outcome import Outcome

_TRAIL_MAX = 12  # nodes below each other that * leads back through


@dataclass(slots=True)
class Walk:
    turning: Turning
    session: Session
    menu: Menu

    def choices(self) -> list[Choice]:
        return choices_of(self.turning, self.menu, self.menu.nodes[self.session.node])

    def go(self, node: str) -> None:
        """Into a node below; it is said when all keys are used up."""
        if len(self.session.trail) < _TRAIL_MAX:
            self.session.trail.append(node)
        else:
            self.session.trail[-1] = node
        self.arrive()

    def up(self) -> None:
        self.session.trail.pop()
        self.arrive()

    def home(self) -> None:
        self.session.trail = [self.menu.first]
        self.arrive()

    def arrive(self) -> None:
        """In the node that we are in, at its first choice."""
        self.session.page = 0
        self.session.mode = "menu"
        self.session.visit(self.session.node, self.limit("visits_max", VISITS_MAX))

    def act(self, service: str, verb: str) -> None:
        """An action was chosen."""
        self.session.acts += 1
        self.session.visit(f"{service}:{verb}", self.limit("visits_max", VISITS_MAX))

    def meant(self) -> None:
        """A key that fitted."""
        self.session.pressed += 1
        self.session.missed = 0

    def limit(self, name: str, default: int) -> int:
        return self.turning.book.limits.get(name, default)


def give_up_question(turning: Turning, session: Session) -> None:
    """The caller leaves an open question: after wrong keys or values it has failed, else it was left."""
    question = turning.question
    if question is not None and session.missed:
        entered = question["kind"] in ("fill", "check")
        leave_question(turning, Outcome.FAILED, Cause.WRONG_PARAMETER if entered else Cause.UNKNOWN_WORDS)
    else:
        leave_question(turning, Outcome.ABANDONED, Cause.NO_ANSWER if session.closing == "silence" else Cause.LEFT)


def leave_question(turning: Turning, outcome: Outcome = Outcome.ABANDONED, cause: Cause = Cause.LEFT) -> None:
    """Close the open question; its attempt ends, unless it has ended in this turn."""
    question = turning.question
    if question is None:
        return
    turning.close_question()
    noted = question.get("intent")
    if noted and noted["begun"] and not any(one.reference == noted["reference"] for one in turning.endings):
        turning.end(noted["reference"], outcome, cause)
