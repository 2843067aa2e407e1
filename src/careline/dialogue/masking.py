"""What is kept of a message: everything but secrets, also where they were typed wrong or into nothing."""

import re

from careline.dialogue.lexicon import Lexicon
from careline.dialogue.utterance import normalise
from careline.values.secret import mask, plain

HIDDEN = "******"
_DIGIT = "0-9零〇一二三四五六七八九幺两兩壹贰貳弐叁參叄参肆伍陆陸柒捌玖"
# Six digits are a service password; a text that was not understood may be one. Eight are so with signs between them.
_PERHAPS_SECRET = re.compile(rf"[{_DIGIT}]{{6,}}[Xx]?|(?:[{_DIGIT}][\W_]{{0,3}}){{7,}}[{_DIGIT}][Xx]?")
# Who writes of passwords may write one with anything between its digits, or a digit too few.
_SPLIT_DIGITS = re.compile(rf"[{_DIGIT}](?:[^{_DIGIT}]{{0,2}}[{_DIGIT}]){{3,}}[Xx]?")
_LONG_VALUE = re.compile(r"(?<=[#*+ ])[0-9]{7,}")  # a number of some line; months and amounts are shorter
_ANY_DIGIT = re.compile(rf"[{_DIGIT}]|[^\x00-\x7f㐀-鿿]")
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
    if understood:
        view = plain(mask(text))
        kept = _LONG_VALUE.sub(HIDDEN, view)
        return mask(text) if kept == view else kept
    if secret_asked:
        return HIDDEN if len(text) < 40 else _SPLIT_DIGITS.sub(HIDDEN, plain(mask(text)))
    return without_secrets(text)


def without_secrets(text: str) -> str:
    """The text with everything hidden that may be a password, an ID number or a number of a line."""
    text = mask(text)
    if not _ANY_DIGIT.search(text):
        return text
    view = plain(text)
    kept = (_SPLIT_DIGITS if _ABOUT_PASSWORDS.search(view) else _PERHAPS_SECRET).sub(HIDDEN, view)
    return text if kept == view else kept


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
