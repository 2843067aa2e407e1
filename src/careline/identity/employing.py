"""Who works here: people are hired, get roles, and leave; each deed is journaled and ends their sessions where it must."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.identity.provider import PROVIDER_ID
from careline.identity.staff import ROLES, demo_password, settle_roles
from careline.journal.writing import write

NAME_MAX = 150  # Django's
# Who deeds are written down by that no person did; a person of that name would have the rights of customers and clocks.
RESERVED = frozenset({"subscriber", "customer", "clock", "system", "oidc", "tmf", "careline"})
# No signs that look alike (0 O, 1 l I): first passwords are read off one screen and typed at another.
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class NotEmployed(ValueError):
    """The deed is refused; the message is a code: name, taken, role, no_such_person, self, last_manager, subject_taken."""


class WeakPassword(ValueError):
    """The password is refused; `reasons` say why, in the language of the page."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("weak")
        self.reasons = reasons


def hire(
    username: str, name: str, roles: Iterable[str], *, by: str, now: datetime, language: str = "zh-hans"
) -> tuple[Staff, str]:
    """A new person, and the first password, which is shown once and changed at the first sign-in; raises NotEmployed."""
    username, name, wanted = username.strip(), " ".join(name.split())[:NAME_MAX], _roles(roles)
    _check_name(username)
    password = first_password()
    with transaction.atomic():
        settle_roles()
        try:
            with transaction.atomic():
                person = Staff.objects.create(
                    username=username,
                    first_name=name,
                    language=language,
                    password=make_password(password),
                    own_password=False,
                )
        except IntegrityError:
            raise NotEmployed("taken") from None
        person.groups.set(Group.objects.filter(name__in=wanted))
        write(who=by, did="hire", what="staff", record=username, now=now, detail={"roles": wanted})
    return person, password


def admit(username: str, name: str, roles: Iterable[str], subject: str, *, by: str, now: datetime) -> Staff:
    """A new person who is known to the provider of sign-in, and has no password here; raises NotEmployed."""
    with transaction.atomic():
        person, _ = hire(username, name, roles, by=by, now=now)
        person.set_unusable_password()
        person.own_password = True
        person.save(update_fields=["password", "own_password"])
        link(username, subject, by=by, now=now)
    return Staff.objects.get(pk=person.pk)


def link(username: str, subject: str, *, by: str, now: datetime) -> None:
    """Say who this person is at the provider of sign-in (its `sub`); "" ends it. Raises NotEmployed."""
    subject = subject.strip()[:190]
    with transaction.atomic():
        person = _person(username)
        accounts = SocialAccount.objects.filter(provider=PROVIDER_ID)
        if subject and accounts.filter(uid=subject).exclude(user=person).exists():
            raise NotEmployed("subject_taken")
        if list(accounts.filter(user=person).values_list("uid", flat=True)) == ([subject] if subject else []):
            return
        accounts.filter(user=person).delete()
        if subject:
            SocialAccount.objects.create(user=person, provider=PROVIDER_ID, uid=subject, extra_data={})
        _end_sessions(person)
        write(who=by, did="link", what="staff", record=username, now=now, detail={"linked": bool(subject)})


def change_roles(username: str, roles: Iterable[str], *, by: str, now: datetime) -> None:
    """From now on this person has these roles and no others; sessions end. Raises NotEmployed."""
    wanted = _roles(roles)
    with transaction.atomic():
        person = _person(username)
        before = sorted(person.groups.values_list("name", flat=True))
        if before == wanted:
            return
        managed = person.may(Gate.MANAGE_STAFF)
        person.groups.set(Group.objects.filter(name__in=wanted))
        if managed and not any(Gate.MANAGE_STAFF in ROLES[role] for role in wanted):
            if username == by:
                raise NotEmployed("self")
            _somebody_manages()
        _end_sessions(person)
        write(who=by, did="change_roles", what="staff", record=username, now=now, detail={"was": before, "is": wanted})


def rename(username: str, name: str, *, by: str, now: datetime) -> None:
    """What this person is called on the pages; raises NotEmployed."""
    name = " ".join(name.replace("\0", "").split())[:NAME_MAX]
    with transaction.atomic():
        person = _person(username)
        if person.first_name != name:
            person.first_name = name
            person.save(update_fields=["first_name"])
            write(who=by, did="rename", what="staff", record=username, now=now)


def dismiss(username: str, *, by: str, now: datetime) -> None:
    """This person works here no more: no sign-in, and sessions end at once. What she did stays hers. Raises NotEmployed."""
    if username == by:
        raise NotEmployed("self")
    with transaction.atomic():
        person = _person(username)
        managed = person.may(Gate.MANAGE_STAFF)
        person.is_active = False
        person.save(update_fields=["is_active"])
        if managed:
            _somebody_manages()
        _end_sessions(person)
        write(who=by, did="dismiss", what="staff", record=username, now=now)


def reset(username: str, *, by: str, now: datetime, password: bool = True, factors: bool = True) -> str:
    """For one who lost the password, the second factor or both, or comes back: a new first password, shown once.

    Without `password` the result is "". Sessions end. Raises NotEmployed.
    """
    new = first_password() if password else ""
    with transaction.atomic():
        person = _person(username)
        if password:
            person.set_password(new)
            person.own_password = False
        person.is_active = True
        person.save(update_fields=["password", "own_password", "is_active"])
        if factors:
            Authenticator.objects.filter(user=person).delete()
        _end_sessions(person)
        detail = {"password": password, "factors": factors}
        write(who=by, did="reset", what="staff", record=username, now=now, detail=detail)
    return new


def choose_password(person: Staff, password: str, *, now: datetime) -> None:
    """The password that this person chose herself; her other sessions end. Raises WeakPassword."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise WeakPassword(list(error.messages)) from None
    if known_to_everybody(person.username, password):
        raise WeakPassword([])
    with transaction.atomic():
        person.set_password(password)
        person.own_password = True
        person.save(update_fields=["password", "own_password"])
        write(who=person.username, did="choose_password", what="staff", record=person.username, now=now)


def known_to_everybody(username: str, password: str) -> bool:
    """Whether this is the password that the demo prints; outside the demo it opens nothing."""
    return not settings.DEMO and secrets.compare_digest(password.encode(), demo_password(username).encode())


def first_password() -> str:
    """Five groups of four: 116 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(5))


def roles_of(person: Staff) -> list[str]:
    return sorted(person.groups.values_list("name", flat=True))


def subject_of(person: Staff) -> str:
    """Who this person is at the provider of sign-in; "" if nobody."""
    return SocialAccount.objects.filter(user=person, provider=PROVIDER_ID).values_list("uid", flat=True).first() or ""


def _roles(roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    if not ROLES.keys() >= set(wanted):
        raise NotEmployed("role")
    return wanted


def _check_name(username: str) -> None:
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        raise NotEmployed("name") from None
    if not username or len(username) > NAME_MAX or username.casefold() in RESERVED:
        raise NotEmployed("name")


def _person(username: str) -> Staff:
    try:
        return Staff.objects.select_for_update().get(username=username.replace("\0", ""))
    except Staff.DoesNotExist:
        raise NotEmployed("no_such_person") from None


def _end_sessions(person: Staff) -> None:
    Staff.objects.filter(pk=person.pk).update(standing=F("standing") + 1)


def _somebody_manages() -> None:
    """Raises NotEmployed when nobody would be left who could let people in again."""
    roles = [role for role, gates in ROLES.items() if Gate.MANAGE_STAFF in gates]
    if not Staff.objects.filter(is_active=True, groups__name__in=roles).exists():
        raise NotEmployed("last_manager")
