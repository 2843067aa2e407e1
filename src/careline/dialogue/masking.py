"""What is kept of a message: everything but secrets, also where they were typed wrong or into nothing."""

import re

from careline.dialogue.lexicon import Lexicon
from careline.dialogue.utterance import normalise
from careline.values.secret import mask

HIDDEN = "******"
# Six digits are a service password; a text that was not understood may be one.
_PERHAPS_SECRET = re.compile(r"[0-9０-９]{6,}[Xx]?|[零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖]{6,}")
_LONG_VALUE = re.compile(r"(?<=[#*+ ])[0-9０-９]{7,}")  # a number of some line; months and amounts are shorter
_SPLIT_DIGITS = re.compile(r"(?:[0-9０-９][ \-.,*#+]{0,2}){6,}[Xx]?")
_ANY_DIGIT = re.compile(r"[0-9０-９零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖]|[^\x00-\x7f㐀-鿿]")
_ABOUT_PASSWORDS = re.compile(r"密码|密碼|身份证|身份證|pass|pin|\bid\b", re.IGNORECASE)
_HEAD = re.compile(r"[^#*+ ,，:：/\-=、]+")
_KEPT_MAX = 1000


def masked(text: str, lexicon: Lexicon, *, understood: bool, secret_asked: bool) -> str:
    """The text as it may be stored and shown.

    `understood`: it was an exact spelling with or without parameters, so its other digits are no secret;
    `secret_asked`: a password or ID number had just been asked for.
    """
    text = text[:_KEPT_MAX]
    if not _ANY_DIGIT.search(text):
        return text
    head = secret_head(text, lexicon)
    if head:
        return f"{head}#{HIDDEN}"
    if secret_asked and not understood:
        return HIDDEN if len(text) < 40 else _SPLIT_DIGITS.sub(HIDDEN, mask(text))
    text = mask(text)
    if understood:
        return _LONG_VALUE.sub(HIDDEN, text)
    return (_SPLIT_DIGITS if _ABOUT_PASSWORDS.search(text) else _PERHAPS_SECRET).sub(HIDDEN, text)


def secret_head(text: str, lexicon: Lexicon) -> str:
    """The spelling at the start of a text that takes secrets, when something follows it; of any table."""
    form = normalise(text)
    found = _HEAD.match(form)
    if found and found.group() in lexicon.secret_heads:
        return found.group() if len(form) > len(found.group()) else ""
    for head in lexicon.secret_heads:
        if len(form) > len(head) and form.startswith(head) and not head.isdigit():
            return head
    return ""
