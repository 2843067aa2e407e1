"""Who people are: subscribers (a refreshed copy of what the carrier knows of them) and staff."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from careline.identity.gates import Gate
from careline.identity.subscriber import Subscriber as Subscriber  # Django finds its models here


class Staff(AbstractUser):
    """A person who works here; what she may do follows from her roles (`identity.staff.ROLES`)."""

    language = models.CharField(max_length=7, default="zh-hans", choices=[("zh-hans", "简体中文"), ("en", "English")])

    class Meta(AbstractUser.Meta):
        # All rights are named once, as gates; Django's own add/change/delete of rows is not how anything is done here.
        default_permissions = ()
        permissions = [(gate.value, gate.value) for gate in Gate]

    def may(self, gate: Gate) -> bool:
        return self.has_perm(f"identity.{gate.value}")

    def __str__(self) -> str:
        return self.get_full_name() or self.username
