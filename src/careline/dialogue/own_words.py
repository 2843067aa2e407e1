"""Free words behind a spelling: 投诉 上个月多扣了10元. Whatever they look like, they are kept and never obeyed.

Only a text that is a whole published code is no free text, also while free words are being asked for: so who changes
their mind need not answer first, and a sentence that merely holds a code's letters does nothing.
"""

from datetime import date

from careline.dialogue.intent import Intent
from careline.dialogue.lexicon import Chain, Sheet
from careline.dialogue.meaning import Meaning, of_entry
from careline.dialogue.turning import Turning
from careline.dialogue.utterance import after, loose

_SEPARATORS = frozenset("#*+ ,，:：/-=、")
_SIGNS = " #*+,，:：/-=、.。!！;；"
_FUSED_LEAST = 3  # characters right behind a word: fewer are more likely a longer word (投诉电话)


def own_words(chain: Chain, text: str, _today: date) -> Meaning | None:
    """A spelling that free words follow, with a sign between, or without one where the table prints it so."""
    for sheet in chain.sheets:
        for head in sheet.wordy:
            rest = _behind(text, head)
            if not rest or _longer(sheet, text, head):
                continue
            if chain.names.exact(chain.lexicon.phrases.one_way(loose(text))):
                return None  # 投诉评价 is the name of a service
            entry = sheet.heads[head]
            sign = rest[0] in _SEPARATORS
            if not entry.code.fused and (rest[0] == " " or rest[0] not in sheet.table.separators):
                continue  # 咨询 来电显示 asks about a service, if there is one of that name
            said = rest.lstrip(_SIGNS)
            if len(said) >= (1 if sign else _FUSED_LEAST):
                return of_entry(entry, "words", (said,), exact=True)
            if entry.code.fused:
                return of_entry(entry, "words", exact=True)  # 投诉电话: what it is about is still to be said
    return None


def loose_words(chain: Chain, text: str) -> Meaning | None:
    """The same where a sign should stand between and does not, and nothing else was meant."""
    for sheet in chain.sheets:
        for head in sheet.wordy:
            rest = _behind(text, head).lstrip(_SIGNS)
            if len(rest) >= _FUSED_LEAST:
                return of_entry(sheet.heads[head], "words", (rest,), exact=True)
    return None


def _longer(sheet: Sheet, text: str, head: str) -> bool:
    """Whether the text begins with a longer spelling that takes a value: 投诉进度2516000017 is no complaint."""
    return any(len(one) > len(head) and text.startswith(one) for one in sheet.heads if one not in sheet.wordy)


def _behind(text: str, head: str) -> str:
    """What follows a spelling; nothing where the spelling is only the beginning of a longer word."""
    rest = text.removeprefix(head) if text.startswith(head) else ""
    return "" if head.isascii() and rest[:1].isascii() and rest[:1].isalnum() else rest


def said_freely(turning: Turning, intent: Intent) -> str:
    """What was said, as it was written; without the spelling of what was asked about, when that stands before it again."""
    said = turning.heard.text.strip()
    for sheet in turning.chain.sheets:
        for head in sheet.wordy:
            code = sheet.heads[head].code
            if (code.service, code.verb) == (intent.service.id, intent.verb) and (rest := after(said, head)):
                return rest
    return said
