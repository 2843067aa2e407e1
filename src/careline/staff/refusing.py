"""The words for each refusal of the catalogue, in the language of the page."""

from django.utils.translation import gettext as _

from careline.catalogue import refusals
from careline.staff.labels import STATES


def explain_refusal(refusal: refusals.Refusal) -> str:
    """What happened and what to do next."""
    match refusal:
        case refusals.OwnWork():
            return _("You wrote in version %(number)s, so somebody else must review it.") % {"number": refusal.number}
        case refusals.WrongState():
            return _("Version %(number)s is now “%(state)s”, so this cannot be done with it.") % {
                "number": refusal.number,
                "state": STATES.get(refusal.state, refusal.state),
            }
        case refusals.NotApproved():
            return _("Version %(number)s has not been reviewed yet.") % {"number": refusal.number}
        case refusals.Outdated():
            return _(
                "Version %(published)s was published after this draft was begun. "
                "Send it back and bring it up to date, so that nothing of version %(published)s is undone."
            ) % {"published": refusal.published}
        case refusals.Faulty():
            return _("Lint finds %(count)s errors; they must be mended before publishing.") % {
                "count": len(refusal.findings)
            }
        case refusals.Overtaken():
            return _("%(who)s changed this item after you opened it. Nothing of yours is saved yet.") % {
                "who": refusal.by or _("Somebody")
            }
        case _:
            return str(refusal)
