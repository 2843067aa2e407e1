"""Our prompts for other people's servers: the words as clips, where the account wants to play them."""

import logging
from collections.abc import Callable

import msgspec

from careline.channels.telephony.accounts import AGI, MediaAccount
from careline.channels.telephony.verbs import Say
from careline.prompts import house, sound
from careline.prompts.clips import Folder
from careline.prompts.keeping import Database
from careline.prompts.speaker import Speaker

log = logging.getLogger(__name__)


def folder() -> Folder:
    """Where the clips of this machine lie."""
    return house.folder()


def speaker() -> Speaker:
    return house.speaker()


def wav_of(clip: str) -> bytes | None:
    """The clip as WAV, which every server plays; None where there is none. Another machine of ours may have made it."""
    found = folder().find(clip)
    alaw = found.path.read_bytes() if found else Database().fetch(clip)
    return sound.wav(alaw) if alaw else None


def voice(account: MediaAccount) -> Callable[[Say], Say]:
    """What puts clips to words for this account: nothing, where its server speaks for itself."""
    if account.speech == "text":
        return lambda say: say
    return with_clips if account.dialect == AGI else with_clips_or_text


def with_clips(say: Say) -> Say:
    """The words with their clips; where they cannot be made, the clip that says so."""
    try:
        clips = speaker().clips(say.text, say.language, slow=say.slow)
    except Exception:  # a prompt that cannot be made costs its sound, not the call
        log.exception("a prompt could not be made")
        return say
    return msgspec.structs.replace(say, audio=tuple(clip.id for clip in clips))


def with_clips_or_text(say: Say) -> Say:
    """The words with their clips; without, where they cannot be made: then the server speaks for itself."""
    made = with_clips(say)
    excuse = made.audio and made.audio == (speaker().fallback(say.language).id,)
    return say if excuse else made
