"""Codes that were sent, apps that are signed in, and the requests of this page."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

PART = Part(
    8,
    Text("登录", "Signing in"),
    Text("只让您本人进来，挡住乱试的人", "To let only you in, and to stop who tries codes"),
    (
        Table(
            "identity_one_time_code",
            "asked_at",
            ("asked_at", "until", "tries", "used_at", "address"),
            why=Text("防止反复要验证码，两天后自动删", "against floods of codes; deleted by itself after two days"),
            until="t.asked_at + interval '2 days'",
        ),
        Table(
            "app_device",
            "made_at",
            ("client", "device", "name", "made_at", "used_at", "revoked_at"),
            why=Text("登录着的客户端，在客户端里退出", "apps that are signed in; sign them out there"),
        ),
        Table(
            "identity_privacy_request",
            "asked_at",
            ("what", "asked_at", "done_at", "forgotten"),
            why=Text("证明您要求的我们做了", "proof that we did what you asked for"),
            until="t.asked_at + %(days)s::interval",
        ),
    ),
    days="looks",
)
