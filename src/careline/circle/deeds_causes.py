"""What a circle writes down of causes and of their confirmation."""

import hashlib
from datetime import datetime

from careline.circle.causes import END_CAUSES
from careline.circle.changing import NotDone, address, change, clean, day, edited
from careline.circle.deeds import Sent
from careline.circle.models import FILE_BYTES_MAX, NAME_LENGTH, WORDS_LENGTH, Circle, Confirmation, Leaf

LEAVES_MAX = 30
_OURS = {one.id: one for one in END_CAUSES}
_PROOFS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def leaf(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """An end cause of one's own (no key), or another wording, branch or criterion of one that there is."""
    key = sent.get("key", "")
    with change(circle, expected, by=by, now=now, did="leaf", detail={"key": key}) as one:
        made = {leaf.key: leaf for leaf in one.leaves.all()}
        if not key:
            if len(made) >= LEAVES_MAX:
                raise NotDone("full")
            key = next(f"own-{at}" for at in range(1, LEAVES_MAX + 2) if f"own-{at}" not in made)
        elif key not in made and key not in _OURS:
            raise NotDone("unknown")
        row, ours = made.get(key) or Leaf(circle=one, key=key), _OURS.get(key)
        for name in ("branch", "name", "content", "method", "criterion"):
            before = getattr(row, name)
            if ours and not any(before):
                before = list(getattr(ours, name))
            needed = name in ("branch", "name", "criterion")
            now_said = edited(before, clean(sent.get(name, ""), NAME_LENGTH, needed=needed), language)
            setattr(row, name, now_said)
        row.save()


def drop_leaf(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """An end cause is not followed, and why."""
    key = sent.get("key", "")
    with change(circle, expected, by=by, now=now, did="drop", detail={"leaf": key}) as one:
        row = one.leaves.filter(key=key).first() or (Leaf(circle=one, key=key) if key in _OURS else None)
        if row is None:
            raise NotDone("unknown")
        row.dropped = edited([], clean(sent.get("why", ""), NAME_LENGTH, needed=True), language)
        row.save()


def restore_leaf(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    with change(circle, expected, by=by, now=now, did="restore", detail={"leaf": sent.get("key", "")}) as one:
        row = one.leaves.filter(key=sent.get("key", "")).first()
        if row is None:
            raise NotDone("unknown")
        row.dropped = ["", ""]
        row.save()


def plan(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """Who looks at which end cause, and by when (`who-<cause>`, `due-<cause>`)."""
    with change(circle, expected, by=by, now=now, did="plan") as one:
        for cause in known(one):
            if f"who-{cause}" in sent:
                who, due = clean(sent[f"who-{cause}"], 100), day(sent.get(f"due-{cause}", ""))
                if who or due or one.confirmations.filter(cause=cause).exists():
                    Confirmation.objects.update_or_create(circle=one, cause=cause, defaults={"who": who, "due": due})


def attest(
    circle: int,
    expected: int,
    sent: Sent,
    language: str,
    *,
    by: str,
    now: datetime,
    proof: tuple[str, bytes] | None = None,
) -> None:
    """What a person saw; `proof` is a file (name, content) of at most two megabytes: PDF, PNG or JPEG, or plain text."""
    cause, met = sent.get("cause", ""), {"yes": True, "no": False, "": None}.get(sent.get("met", "?"), "?")
    detail = {"cause": cause, "met": met, "digest": hashlib.sha256(proof[1]).hexdigest() if proof else ""}
    with change(circle, expected, by=by, now=now, did="attest", detail=detail) as one:
        if cause not in known(one) or met == "?":
            raise NotDone("unknown")
        row = one.confirmations.filter(cause=cause).first() or Confirmation(circle=one, cause=cause)
        if met is None:  # taken back
            row.met, row.words, row.by, row.on, row.link = None, ["", ""], "", None, ""
            row.file, row.file_name, row.file_kind = None, "", ""
        else:
            row.met, row.by = bool(met), clean(sent.get("by", ""), 100, needed=True)
            row.words = edited(row.words, clean(sent.get("words", ""), WORDS_LENGTH, needed=True), language)
            row.on, row.link = day(sent.get("on", ""), needed=True), address(sent.get("link", ""))
            if proof:
                row.file_kind = _kind(proof[1])
                row.file_name, row.file = clean(proof[0], NAME_LENGTH, needed=True), proof[1]
        row.entered_by = by
        row.save()


def known(one: Circle) -> list[str]:
    """The keys of all end causes of the circle, those that are not followed too."""
    return [*_OURS, *(row.key for row in one.leaves.all() if row.key not in _OURS)]


def _kind(content: bytes) -> str:
    """By what it begins with, whatever it is called."""
    if not content or len(content) > FILE_BYTES_MAX:
        raise NotDone("file")
    for begins, kind in _PROOFS.items():
        if content.startswith(begins):
            return kind
    try:
        if "\0" not in content.decode("utf-8"):
            return "text/plain; charset=utf-8"
    except UnicodeDecodeError:
        pass
    raise NotDone("file")
