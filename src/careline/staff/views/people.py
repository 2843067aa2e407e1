"""Who works here: taking on, roles, lost factors, leaving."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.identity import employing, factors
from careline.identity.employing import NotEmployed
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.identity.provider import provider
from careline.identity.staff import ROLES
from careline.staff.access import actor, now, page, through
from careline.staff.entering import surely
from careline.staff.people_labels import REFUSALS

MANY = 500  # people on one page


@through(Gate.MANAGE_STAFF)
@surely
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and the form that takes somebody on."""
    wrong, form = "", {"username": "", "name": "", "roles": []}
    if request.method == "POST":
        roles = request.POST.getlist("roles")
        form = {"username": request.POST.get("username", ""), "name": request.POST.get("name", ""), "roles": roles}
        try:
            person, password = employing.hire(
                str(form["username"])[:200], str(form["name"])[:200], roles, by=actor(request), now=now()
            )
        except NotEmployed as refused:
            wrong = str(REFUSALS[str(refused)])
        else:
            return page(request, "staff/first_password.html", here="people", person=person, password=password)
    asked = request.GET.get("q", "").strip()
    found = Staff.objects.prefetch_related("groups").order_by("-is_active", "username")
    if asked:
        found = found.filter(username__icontains=asked) | found.filter(first_name__icontains=asked)
    shown = list(found[:MANY])
    kinds = factors.kinds_of(shown)
    return page(
        request,
        "staff/people.html",
        here="people",
        q=asked,
        people=[
            (one, sorted(group.name for group in one.groups.all()), sorted(kinds.get(one.pk, ()))) for one in shown
        ],
        roles=list(ROLES),
        form=form,
        wrong=wrong,
        status=400 if wrong else 200,
    )


@through(Gate.MANAGE_STAFF)
@surely
def person(request: HttpRequest, username: str) -> HttpResponse:
    """One of them: name, roles, subject at the provider."""
    found = Staff.objects.filter(username=username).first()
    if found is None:
        raise Http404
    wrong = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                employing.rename(username, request.POST.get("name", ""), by=actor(request), now=now())
                employing.change_roles(username, request.POST.getlist("roles"), by=actor(request), now=now())
                if "subject" in request.POST:
                    employing.link(username, request.POST["subject"], by=actor(request), now=now())
        except NotEmployed as refused:
            wrong = str(REFUSALS[str(refused)])
        else:
            messages.success(request, _("Saved."))
            return redirect("staff:person", username)
    return page(
        request,
        "staff/person.html",
        here="people",
        person=found,
        has=employing.roles_of(found),
        roles=[(role, sorted(gate.value for gate in gates)) for role, gates in ROLES.items()],
        kinds=factors.kinds(found),
        subject=employing.subject_of(found),
        provider=provider(),
        wrong=wrong,
        status=400 if wrong else 200,
    )


@require_POST
@through(Gate.MANAGE_STAFF)
@surely
def do(request: HttpRequest, username: str, deed: str) -> HttpResponse:
    """Dismiss, take back, reset the password or the second factor."""
    try:
        match deed:
            case "dismiss":
                employing.dismiss(username, by=actor(request), now=now())
                messages.success(request, _("%(who)s is dismissed; open sessions have ended.") % {"who": username})
            case "factors":
                employing.reset(username, by=actor(request), now=now(), password=False)
                messages.success(
                    request,
                    _("%(who)s signs in without a second factor once, and sets up a new one.") % {"who": username},
                )
            case "password" | "return":
                password = employing.reset(username, by=actor(request), now=now(), factors=deed == "return")
                found = Staff.objects.get(username=username)
                return page(request, "staff/first_password.html", here="people", person=found, password=password)
            case _:
                raise Http404
    except NotEmployed as refused:
        messages.error(request, str(REFUSALS[str(refused)]))
    return redirect("staff:people")
