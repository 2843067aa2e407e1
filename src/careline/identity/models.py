"""Who people are: subscribers (a refreshed copy of what the carrier knows of them) and staff."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac

from careline.identity.gates import Gate
from careline.identity.records import Look as Look  # Django finds its models here
from careline.identity.records import OneTimeCode as OneTimeCode
from careline.identity.records import Preferences as Preferences
from careline.identity.records import PrivacyRequest as PrivacyRequest
from careline.identity.records import Token as Token
from careline.identity.subscriber import Subscriber as Subscriber


class Staff(AbstractUser):
    """A person who works here; what she may do follows from her roles (`identity.staff.ROLES`)."""

    language = models.CharField(max_length=7, default="zh-hans", choices=[("zh-hans", "简体中文"), ("en", "English")])
    # Counted up when roles change, a factor is reset or the person leaves: sessions that began before end at once.
    standing = models.IntegerField(default=0, db_default=0)
    own_password = models.BooleanField(default=True, db_default=True)  # False: somebody else set it, and knows it

    class Meta(AbstractUser.Meta):
        # All rights are named once, as gates; Django's own add/change/delete of rows is not how anything is done here.
        default_permissions = ()
        permissions = [(gate.value, gate.value) for gate in Gate]

    def may(self, gate: Gate) -> bool:
        return self.has_perm(f"identity.{gate.value}")

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must agree with at every request: the password, as in Django, and the standing here."""
        return salted_hmac(
            "careline.identity.Staff", f"{self.password}:{self.standing}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def __str__(self) -> str:
        return self.get_full_name() or self.username
