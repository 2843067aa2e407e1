"""The brand on pages: what every template may name, and the two files that are made of it."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.template import loader
from django.utils import translation
from django.views.decorators.http import require_safe

from careline.brand import colours
from careline.brand.reading import Brand, brand

_DAY = "public, max-age=86400"


def context(request: HttpRequest) -> dict[str, Any]:
    """`brand_name` in the page's language, `brand_logo` where the carrier has one of its own, `brand_colour` likewise."""
    own = brand()
    return {
        "brand_name": own.name(translation.get_language() or ""),
        "brand_logo": bool(own.logo),
        "brand_colour": bool(own.colour or own.colour_dark),
    }


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """The carrier's colour in place of the house's."""
    own, css = brand(), ""
    if own.colour:
        css += f":root {{ {colours.tokens(own.colour, dark=False)} }}\n"
    if own.colour_dark or own.colour:
        # Light pages' colour must not reach dark ones: there it is the carrier's dark colour, or the house's own.
        dark = colours.tokens(own.colour_dark or _HOUSE_DARK, dark=True)
        css += f'@media (prefers-color-scheme: dark) {{ :root:not([data-look="light"]) {{ {dark} }} }}\n'
        css += f':root[data-look="dark"] {{ {dark} }}\n'
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": _DAY})


@require_safe
def logo(request: HttpRequest) -> HttpResponse:
    """The carrier's logo; a picture and nothing else, whoever opens it."""
    own = brand()
    if not own.logo:
        raise Http404
    headers = {
        "Cache-Control": _DAY,
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return HttpResponse(own.logo, content_type=own.logo_type, headers=headers)


def server_error(request: HttpRequest) -> HttpResponse:
    """What is said when we failed: in both languages, the reader's first, and by nothing that could fail again."""
    try:
        own = brand()
    except ImproperlyConfigured:  # the file was spoilt while we ran
        own = Brand()
    language = translation.get_language() or ""
    named = {
        "brand_name": own.name(language),
        "brand_logo": bool(own.logo),
        "brand_colour": bool(own.colour or own.colour_dark),
    }
    return HttpResponseServerError(
        loader.get_template("500.html").render({**named, "english": language.startswith("en")})
    )


_HOUSE_DARK = "#7fcbe2"
