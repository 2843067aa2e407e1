"""A quota as a page shows it: a ring where there is an allowance, the bare figure where there is none."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from careline import charts
from careline.selfcare.usage import Quota


@dataclass(frozen=True, slots=True)
class Shown:
    """One quota in words, and as a ring where a total is known."""

    name: str
    used: str
    left: str  # "" where there is nothing to be left
    total: str
    of: str  # total and used
    told: str  # the whole in one sentence
    percent: str
    level: str  # bad, warn or ""
    ring: SafeString | None


def shown(quota: Quota, words: dict[str, str], language: str) -> Shown:
    """This quota in one language; of what is counted without an allowance only that it was used."""
    name, used = quota.name.read(language), quota.said(quota.used).read(language)
    if quota.total is None or quota.left is None or quota.share is None:
        return Shown(name, used, "", "", "", words["only_counted"].format(used=used), "", "", None)
    left, total = quota.said(quota.left).read(language), quota.said(quota.total).read(language)
    told = words["used_up" if quota.over else "left_of"].format(name=name, left=left, total=total, used=used)
    ring = charts.ring(
        name, quota.share, middle=left, under=words["left_under"], about=told,
        first=words["quota"], language=language,
    )  # fmt: skip
    level = "bad" if quota.over else "warn" if quota.near else ""
    return Shown(
        name,
        used,
        left,
        total,
        words["of"].format(total=total, used=used),
        told,
        f"{quota.share * 100:.0f}",
        level,
        ring.svg,
    )
