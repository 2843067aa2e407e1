"""One's own sign-in: password, second factors, recovery codes; and showing again who one is."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from careline.identity import employing, factors
from careline.identity.models import Staff
from careline.journal.writing import write
from careline.staff import entering
from careline.staff.access import now, page
from careline.staff.entering import signed_in, surely

TOTP_SECRET = "totp_secret"  # in the session, until the app has shown that it has it


def _me(request: HttpRequest) -> Staff:
    assert isinstance(request.user, Staff)
    return request.user


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    person = _me(request)
    kinds = factors.kinds(person)
    return page(
        request,
        "staff/me.html",
        here="me",
        roles=employing.roles_of(person),
        kinds=kinds,
        left=len(factors.recovery_codes(person)),
        required=factors.required(person),
        password=person.has_usable_password(),
    )


@sensitive_post_parameters("code")
@signed_in
@surely
def app(request: HttpRequest) -> HttpResponse:
    """Set up an app, in place of the one before."""
    codes, answer = app_page(request, _me(request), forced=False)
    if codes is not None:
        request.session.pop(TOTP_SECRET, None)
    return answer


@require_POST
@signed_in
@surely
def without_app(request: HttpRequest) -> HttpResponse:
    person = _me(request)
    if factors.required(person):
        messages.error(request, _("Your roles need a second factor. Set up another app in place of this one."))
    else:
        factors.give_up(person, factors.KINDS.TOTP.value, now=now())
        messages.success(request, _("The app counts no more."))
    return redirect("staff:me")


@require_POST
@signed_in
@surely
def new_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once."""
    person = _me(request)
    if not factors.has(person):
        return redirect("staff:me")
    codes = factors.new_recovery_codes(person, now=now())
    return page(request, "staff/recovery_codes.html", here="me", codes=codes, forced=False)


@sensitive_post_parameters("password", "again")
@signed_in
@surely
def password(request: HttpRequest) -> HttpResponse:
    wrong: list[str] = []
    person = _me(request)
    if request.method == "POST":
        wrong = choose(person, request)
        if not wrong:
            update_session_auth_hash(request, person)  # this session goes on, all others end
            messages.success(request, _("From now on the new password counts. Other sessions of yours have ended."))
            return redirect("staff:me")
    return page(request, "staff/me_password.html", here="me", wrong=wrong, status=400 if wrong else 200)


@sensitive_post_parameters("password", "code")
@signed_in
def again(request: HttpRequest) -> HttpResponse:
    """Show again who you are: the second factor, if there is one, else the password."""
    person, wrong = _me(request), ""
    onward = entering.safe(request, request.POST.get("next") or request.GET.get("next") or "")
    app, known = factors.has(person), person.has_usable_password()
    if request.method == "POST":
        try:
            # Wrong passwords count with wrong codes: an open screen is no place to guess either.
            if factors.too_many(person, now()):
                raise factors.TooManyCodes
            if not app and known and person.check_password(request.POST.get("password", "")[:1000]):
                by = "password"
            else:
                by = factors.prove(person, request.POST.get("code", "")[:40], now=now())
        except factors.TooManyCodes:
            wrong = too_many_codes()
        else:
            if by:
                request.session[entering.SURE] = now().isoformat()
                write(who=person.username, did="sign_in", what="staff", record=person.username, now=now(),
                      detail={"by": f"again {by}"})  # fmt: skip
                return redirect(onward)
            wrong = _("That is wrong. Try again.")
    return page(
        request, "staff/again.html", next=onward, app=app, known=known, wrong=wrong, status=400 if wrong else 200
    )


def app_page(request: HttpRequest, person: Staff, *, forced: bool) -> tuple[list[str] | None, HttpResponse]:
    """The page that sets up an app; when it was set up just now, the recovery codes and the page with them."""
    secret = str(request.session.setdefault(TOTP_SECRET, factors.new_secret()))
    wrong = ""
    if request.method == "POST":
        codes = factors.set_up(person, secret, "".join(request.POST.get("code", "").split())[:10], now=now())
        if codes is not None:
            return codes, page(request, "staff/recovery_codes.html", here="me", codes=codes, forced=forced)
        wrong = _("The code is wrong. Check that the clock of your phone is right.")
    address = factors.totp_address(person, secret)
    answer = page(
        request,
        "staff/app.html",
        here="me",
        picture=mark_safe(factors.totp_picture(address)),  # noqa: S308 (drawn by us, of a path alone)
        address=address,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        forced=forced,
        wrong=wrong,
        status=400 if wrong else 200,
    )
    return None, answer


def too_many_codes() -> str:
    return _("Too many wrong codes. Try again in %(minutes)s minutes.") % {"minutes": factors.FAILURES_MINUTES}


def choose(person: Staff, request: HttpRequest) -> list[str]:
    """Take the new password from the form; why it is refused."""
    new = request.POST.get("password", "")[:1000]
    if new != request.POST.get("again", ""):
        return [_("The two are not the same.")]
    if person.check_password(new):
        return [_("That is the password you have. Choose another.")]
    try:
        employing.choose_password(person, new, now=now())
    except employing.WeakPassword as weak:
        return weak.reasons or [_("That password is known to everybody.")]
    return []
