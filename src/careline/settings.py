"""Django's settings; everything a carrier changes comes from the environment, and demo mode is the only one with defaults for secrets."""

import contextlib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

HOME = Path(os.environ.get("CARELINE_HOME", Path.cwd() / ".careline")).resolve()
PACKS = Path(os.environ.get("CARELINE_PACKS", Path(__file__).resolve().parents[2] / "packs")).resolve()
DEMO = os.environ.get("CARELINE_DEMO", "") == "1"
DEMO_SECRET = "only-for-the-demo-and-tests-never-for-customers"

SECRET_KEY = os.environ.get("CARELINE_SECRET_KEY", DEMO_SECRET if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "CARELINE_SECRET_KEY is not set. Give it a long random value (careline doctor prints one), or set CARELINE_DEMO=1 to try the demo."
    )
if SECRET_KEY == DEMO_SECRET and not DEMO:
    raise ImproperlyConfigured("CARELINE_SECRET_KEY is the demo's: choose one of your own outside the demo.")

DEBUG = False
ALLOWED_HOSTS = os.environ.get("CARELINE_HOSTS", "localhost,127.0.0.1,[::1]" if DEMO else "").split(",")
# A proxy that speaks TLS for us hands on plain HTTP: forms that come from the https pages of our own hosts are ours.
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host.strip("*.")]

# Where customers find the pages, for links in letters, such as https://care.example; without it letters carry none.
SITE = os.environ.get("CARELINE_SITE", "").rstrip("/")

# The country code that short national numbers belong to (ITU-T E.164).
COUNTRY_CODE = os.environ.get("CARELINE_COUNTRY_CODE", "86")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "careline.identity",
    "careline.journal",
    "careline.carrier.adapters.sandbox",
    "careline.ledger",
    "careline.outbox",
    "careline.catalogue",
    "careline.prompts",
    "careline.hall",
    "careline.desk",
    "careline.refunds",
    "careline.payments",
    "careline.cases",
    "careline.orders",
    "careline.offers",
    "careline.probes",
    "careline.insight",
    "careline.advice",
    "careline.upkeep",
    "careline.circle",
    "careline.channels.sms",
    "careline.channels.telephony",
    "careline.channels.tmf",
    "careline.channels.phone",
    "careline.channels.portal",
    "careline.channels.web",
    "careline.channels.app",
    "careline.staff",
    "careline",  # for management/commands
    # Last, so that what both say is said in our words.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

AUTH_USER_MODEL = "identity.Staff"
ROOT_URLCONF = "careline.urls"
WSGI_APPLICATION = "careline.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "careline.brand.pages.context",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Django's entry for a postgresql:// address (also of a socket folder: postgresql://user@/name?host=/folder)."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError:
        # The driver's words quote the address, and the password with it.
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read. It is postgresql://USER:PASSWORD@HOST:PORT/NAME; write signs and spaces in"
            " the password as %XX."
        ) from None
    known = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}
    entry: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
    entry |= {known[key]: str(value) for key, value in parts.items() if key in known}
    entry["OPTIONS"] = {key: value for key, value in parts.items() if key not in known}
    return entry


# Set by the environment, or by careline.postgres when it starts the embedded server before Django is set up.
DATABASES = {"default": database(os.environ.get("DATABASE_URL", f"postgresql://careline@/careline?host={HOME}/run"))}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("CARELINE_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "first_name", "email")}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
# Who must sign in with a second factor: all, none, or the names of roles; `sensitive` are the roles with a gate that
# touches money, subscribers or staff (identity.factors). The demo's printed logins work without.
SECOND_FACTOR_ROLES = os.environ.get("CARELINE_SECOND_FACTOR_ROLES", "none" if DEMO else "sensitive")
MFA_ADAPTER = "careline.identity.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
# The TOML file of the house's own sign-in by OpenID Connect (identity.provider); without it there are passwords only.
OIDC_FILE = os.environ.get("CARELINE_OIDC", "")
SOCIALACCOUNT_ADAPTER = "careline.staff.single_sign_on.Adapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
LOGIN_URL = "/staff/sign-in"
LOGIN_REDIRECT_URL = "/staff/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 10 * 3600  # a working day
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("CARELINE_HTTPS", "0" if DEMO else "1") == "1"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
# A wrong number or service password is answered after a whole number of these, whatever the carrier did meanwhile.
PASSWORD_PACE_SECONDS = 0.5
SECURE_REFERRER_POLICY = "same-origin"


def form_targets(environment: Mapping[str, str]) -> list[str]:
    """Where forms may lead: our own pages, those of CARELINE_SITE, the issuer of staff's sign-in, and CARELINE_FORM_TARGETS.

    Browsers hold forms to this on redirects too, so the pages of payment providers must be named. Raises ImproperlyConfigured.
    """
    named = environment.get("CARELINE_FORM_TARGETS", "").split()
    for one in named:
        parts = urlsplit(one)
        if (
            parts.scheme != "https"
            or one != f"https://{parts.netloc}"
            or not re.fullmatch(r"[\w.-]+(:\d+)?", parts.netloc)
        ):
            raise ImproperlyConfigured(
                f"CARELINE_FORM_TARGETS: {one} is no address such as https://pay.example, without a path."
            )
    known = [environment.get("CARELINE_SITE", "")]
    if file := environment.get("CARELINE_OIDC", ""):
        with contextlib.suppress(OSError, ValueError):  # identity.provider says what is wrong with it
            known.append(str(tomllib.loads(Path(file).read_text("utf-8")).get("issuer", "")))
    origins = [f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, known) if parts.scheme and parts.netloc]
    return ["'self'", *dict.fromkeys(origins + named)]


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": form_targets(os.environ),
    }
}

# Alarms about late plans go by e-mail to departments with an address; without a host none does.
EMAIL_HOST = os.environ.get("CARELINE_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("CARELINE_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("CARELINE_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CARELINE_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("CARELINE_MAIL_TLS", "") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("CARELINE_MAIL_FROM", "careline@localhost")

# Processes talk on standard error; `careline serve` raises the level to INFO. Numbers and secrets print masked.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "careline.values.discretion.Discreet",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"careline": {"level": os.environ.get("CARELINE_LOG_LEVEL", "WARNING").upper()}},
}
