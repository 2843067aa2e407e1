"""What is worked out after the call: whether words were said where words are wanted, and what was said instead of a prompt.

A prompt of which there is a recording is judged by its sound alone; what a recogniser makes of another sound is only told.
Where a step wants words, the recogniser judges; when it cannot, the run is neither passed nor failed.
"""

from typing import Any

import opencc

from careline.probes.listening.recogniser import SOUND_SECONDS_MAX, Recogniser, Unheard
from careline.probes.listening.words import compare, kept
from careline.probes.result import Piece, Result
from careline.prompts.sound import RATE
from careline.values.cause import Cause

OTHER_WORDS = "other words were heard"
_SIMPLIFIED = opencc.OpenCC("t2s")


async def judge(result: Result, recogniser: Recogniser, language: str) -> None:
    """Write into the result what was said in its pieces, and what comes of it. The first step that fails decides."""
    wrong = False
    for piece in sorted(result.pieces, key=lambda one: one.step):
        told = result.steps[piece.step]
        try:
            said = await recogniser.words(piece.sound, language, judged=bool(piece.words))
        except Unheard as error:
            if piece.words and not wrong:
                result.unjudged = result.unjudged or str(error)
                told["unjudged"] = str(error)
            continue
        told["said"] = kept(_SIMPLIFIED.convert(said) if language == "zh" else said)  # it writes as it likes
        if not piece.words or _found(told, piece, said, language) or wrong:
            continue
        if len(piece.sound) > SOUND_SECONDS_MAX * RATE:
            result.unjudged = f"the words were not among those of the first {SOUND_SECONDS_MAX:.0f} s, and it went on"
            told["unjudged"] = result.unjudged
            continue
        wrong = True
        told["failed"] = True
        result.cause, result.why = Cause.WRONG_PROMPT, OTHER_WORDS
    result.pieces.clear()


def _found(told: dict[str, Any], piece: Piece, said: str, language: str) -> bool:
    """Whether all that was wanted was said; how much of each is written down."""
    heard = {phrase: compare(phrase, said, language) for phrase in piece.words}
    told["phrases"] = [
        {"words": phrase, "share": round(one.share, 3), "heard": one.enough(language)}
        | ({"wanted": one.instead[0], "instead": kept(one.instead[1])} if one.instead else {})
        for phrase, one in heard.items()
    ]
    told["share"] = round(min(one.share for one in heard.values()), 3)
    good = all(one.enough(language) for one in heard.values())
    told["heard" if good else "missed"] = "words"
    return good
