"""The words for what is done with people, their sign-in and programs' tokens, and for why it is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

DEEDS: dict[str, Label] = {
    "second_factor_failed": _("gave a wrong second factor"),
    "set_up_factor": _("set up a second factor"),
    "give_up_factor": _("gave up a second factor"),
    "new_recovery_codes": _("made new recovery codes"),
    "choose_password": _("chose a password"),
    "hire": _("took on"),
    "dismiss": _("dismissed"),
    "reset": _("reset the sign-in of"),
    "rename": _("renamed"),
    "link": _("linked to the sign-in provider"),
    "change_roles": _("changed the roles of"),
    "issue": _("issued"),
    "revoke": _("revoked"),
    "prove_number": _("proved a number"),
}
RECORDS: dict[str, Label] = {"token": pgettext_lazy("record", "token")}
DETAILS: dict[str, Label] = {
    "purpose": pgettext_lazy("detail", "purpose"),
    "by": pgettext_lazy("detail", "by"),
    "prefix": pgettext_lazy("detail", "prefix"),
    "scopes": pgettext_lazy("detail", "scopes"),
    "until": pgettext_lazy("detail", "until"),
    "password": pgettext_lazy("detail", "password"),
    "factors": pgettext_lazy("detail", "second factors"),
    "linked": pgettext_lazy("detail", "linked"),
    "roles": pgettext_lazy("detail", "roles"),
    "was": pgettext_lazy("detail", "before"),
    "is": pgettext_lazy("detail", "now"),
    "why": pgettext_lazy("detail", "why"),
    "kind": pgettext_lazy("detail", "kind"),
}
FACTORS: dict[str, Label] = {
    "totp": _("App with codes"),
    "webauthn": pgettext_lazy("factor", "Passkey"),  # allauth has a word "Passkey" of its own
    "recovery_codes": _("Recovery codes"),
}
REFUSALS: dict[str, Label] = {  # by the code of employing.NotEmployed
    "name": _("A user name has letters, digits and @ . + - _ only."),
    "taken": _("Somebody has this user name already."),
    "role": _("There is no such role."),
    "no_such_person": _("There is no such person."),
    "self": _("You cannot take away your own right to manage people, or dismiss yourself."),
    "last_manager": _("Nobody would be left who manages people."),
    "subject_taken": _("Somebody else is linked to this subject."),
}
PROVIDER: dict[str, Label] = {  # why sign-in by the provider came to nothing
    "failed": _("The sign-in provider did not confirm who you are. Try again."),
    "unreachable": _("The sign-in provider cannot be reached. Try again later, or use your password."),
    "unknown": _("The sign-in provider knows you, but you have no account here. Ask an administrator."),
    "no_role": _("The sign-in provider gives you no role here. Ask an administrator."),
    "left": _("This account is closed. Ask an administrator."),
}
