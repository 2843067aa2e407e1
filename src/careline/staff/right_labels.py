"""The words for what people of the staff are, and what they may do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careline.staff import case_labels, order_labels

Label = str | Promise

ROLES: dict[str, Label] = (
    case_labels.ROLES
    | order_labels.ROLES
    | {
        "maintainer": _("maintainer"),
        "reviewer": _("reviewer"),
        "supervisor": _("supervisor"),
        "admin": _("administrator"),
    }
)
GATES: dict[str, Label] = (
    case_labels.GATES
    | order_labels.GATES
    | {
        "read_catalogue": _("read the catalogue"),
        "edit_catalogue": _("edit the catalogue"),
        "review_catalogue": _("review drafts"),
        "publish_catalogue": _("publish and roll back"),
        "explain": _("see how messages were understood"),
        "read_journal": _("read the journal"),
        "watch_desk": _("watch calls and the desk"),
        "screen_callers": _("screen callers"),
        "call_back": _("call back who called again and again, with their numbers"),
        "set_remedies": _("say who removes a cause of contact"),
        "run_probes": _("see and start dial tests"),
        "keep_house": _("see and sign the daily duties"),
    }
)
