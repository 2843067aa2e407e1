"""Callers without a line of ours, or whose number is withheld: told so, offered a person, and nothing is kept of them.

Several may call at the same time under the one number that stands for all of them, so nothing here depends on a state.
"""

from careline.dialogue.talk import Cue, Event, Handover, Turn
from careline.dialogue.turning import Turning

_SECONDS = 8.0


def serve(turning: Turning) -> Turn:
    """The turn of a stranger: 1 or 0 is a person, silence is goodbye, everything else is told once more."""
    event, keys = turning.heard.event, turning.heard.text
    turning.trace("error.stranger")
    turning.cue = Cue(silence_seconds=_SECONDS)
    if event is Event.KEYS and keys[:1] in ("0", "1") and keys:
        turning.say("talk.person")
        reason = "no_number" if turning.subscriber.msisdn.digits == "0" else "stranger"
        turning.cue = Cue(then="person", handover=Handover(reason=reason, assurance=0))
    elif event is Event.SILENCE or (event is Event.RETURNED and keys in ("talked", "callback")):
        turning.say("talk.goodbye")
        turning.cue = Cue(then="hang_up")
    else:
        if event is Event.RETURNED:
            turning.say(f"talk.returned.{keys if keys in ('left_queue', 'closed', 'screened') else 'nobody'}")
        else:
            turning.say("error.stranger")
        turning.say("talk.stranger_offer")
    turn = turning.turn(f"[{event.value}]" if event is not Event.KEYS else keys[:1])
    gone = event in (Event.HUNG_UP, Event.LOST)
    return Turn(
        state={},
        masked=turn.masked,
        reply=None if gone else turn.reply,
        steps=turn.steps,
        miss=turn.miss,
        cue=turn.cue,
    )
