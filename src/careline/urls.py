"""Every address of the web process."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from careline.brand import pages
from careline.staff import single_sign_on

handler500 = pages.server_error
urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="web-home")),
    path("", include("careline.channels.phone.urls")),
    path("", include("careline.channels.portal.urls")),
    path("brand/style.css", pages.style, name="brand-style"),
    path("brand/logo", pages.logo, name="brand-logo"),
    path("my/", include("careline.channels.web.urls")),
    path("", include("careline.channels.web.money.till_urls")),
    path("api/v1/", include("careline.channels.app.urls")),
    path("gateway/", include("careline.channels.sms.urls")),
    path("telephony/", include("careline.channels.telephony.urls")),
    path("ussd/", include("careline.channels.ussd.urls")),
    path("courier/", include("careline.channels.parcels.urls")),
    path("tmf-api/", include("careline.channels.tmf.urls")),
    path("staff/sign-in/oidc/<str:provider_id>/", single_sign_on.login, name="openid_connect_login"),
    path("staff/sign-in/oidc/<str:provider_id>/back", single_sign_on.callback, name="openid_connect_callback"),
    path("staff/", include("careline.staff.urls")),
]
