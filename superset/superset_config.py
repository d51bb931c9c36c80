"""Superset for one machine: settings from the environment alone, no Redis, no call beyond this host.

`SUPERSET_SECRET_KEY`, `SUPERSET_METADATA_URL` (PostgreSQL, Superset's own database) and `SUPERSET_HOME` (a folder for
caches) must be set; a secret `X` may stand in a file that `X_FILE` names. Cookies are made for plain HTTP on loopback:
behind a proxy with TLS, set `SUPERSET_BEHIND_TLS=true`.
The content security policy names no other host: neither a chart, a font nor a telemetry pixel can leave the origin.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote


def _secret(name: str) -> str:
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else os.environ[name]


HOME = Path(os.environ["SUPERSET_HOME"])
SECRET_KEY = _secret("SUPERSET_SECRET_KEY")
SQLALCHEMY_DATABASE_URI = _secret("SUPERSET_METADATA_URL").replace("postgresql://", "postgresql+psycopg2://", 1)
SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 4, "max_overflow": 6, "pool_pre_ping": True}


def _give_visitors_a_cookie_of_their_own(app: Any) -> None:
    """Keep the session of a reader in one cookie, and that of a visitor, who has not logged in, in another.

    Flask keeps a session in its cookie, and an answer that changes the session replaces the whole cookie. A second after the login page is
    drawn, it reports to `/superset/log/`. The report is refused, and the refusal is noted in the session of the request. If that answer came
    after the login's, the visitor's session replaced the reader's. Sessions that are stored on
    the server would not help: they are replaced as a whole, too.
    """
    from flask import request
    from flask.sessions import SecureCookieSessionInterface, SessionInterface

    class Cookie(SecureCookieSessionInterface):
        def __init__(self, name: str) -> None:
            self.name = name

        def get_cookie_name(self, app: Any) -> str:
            return self.name

    of_readers, of_visitors = Cookie(SESSION_COOKIE_NAME), Cookie(VISITOR_COOKIE_NAME)

    class TwoCookies(SessionInterface):
        def open_session(self, app: Any, request: Any) -> Any:
            session = of_readers.open_session(app, request)
            return session if session and "_user_id" in session else of_visitors.open_session(app, request)

        def save_session(self, app: Any, session: Any, response: Any) -> None:
            if "_user_id" in session:
                of_readers.save_session(app, session, response)
                return
            of_visitors.save_session(app, session, response)
            before = of_readers.open_session(app, request)
            if before and "_user_id" in before:  # logged out by this request
                before.clear()
                of_readers.save_session(app, before, response)

    app.session_interface = TwoCookies()


def APP_INITIALIZER(app: Any) -> Any:
    """Superset's own start, but where the database does not answer it prints the address without the password."""
    from sqlalchemy.engine import make_url
    from superset.initialization import SupersetAppInitializer

    class Discreet(SupersetAppInitializer):
        @property
        def database_uri(self) -> str:
            return make_url(super().database_uri).render_as_string(hide_password=True)

    _give_visitors_a_cookie_of_their_own(app)
    return Discreet(app)


# Cached on disk and shared by the workers; a reader's filters and drafts are in the metadata database, Superset's default.
_DAY = 86_400


def _on_disk(name: str, seconds: int) -> dict[str, object]:
    return {
        "CACHE_TYPE": "FileSystemCache",
        "CACHE_DIR": str(HOME / "cache" / name),
        "CACHE_DEFAULT_TIMEOUT": seconds,
        "CACHE_THRESHOLD": 2_000,
    }


CACHE_CONFIG = _on_disk("metadata", _DAY)
# Short, as a new release becomes current at once and nobody tells Superset's cache.
DATA_CACHE_CONFIG = _on_disk("data", 60)
RATELIMIT_STORAGE_URI = "memory://"

SESSION_COOKIE_NAME = "parity_session"
VISITOR_COOKIE_NAME = "parity_visitor"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = os.environ.get("SUPERSET_BEHIND_TLS", "").lower() == "true"
ENABLE_PROXY_FIX = SESSION_COOKIE_SECURE  # the proxy names the address that readers typed

TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": SESSION_COOKIE_SECURE,
}
ENABLE_CORS = False
FAB_API_SWAGGER_UI = False
PUBLIC_ROLE_LIKE = None

FEATURE_FLAGS = {"ALERT_REPORTS": False, "THUMBNAILS": False, "ENABLE_TEMPLATE_PROCESSING": False}

APP_NAME = "Parity"
_WORDMARK = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='132' height='32' viewBox='0 0 132 32'>"
    "<rect x='2' y='7' width='8' height='18' rx='2' fill='#5E3C99'/>"
    "<rect x='13' y='7' width='8' height='18' rx='2' fill='#E08214'/>"
    "<text x='30' y='24' font-family='Inter, Helvetica, Arial, sans-serif' font-size='22' font-weight='600' "
    "fill='#2B2B3A'>Parity</text></svg>"
)
APP_ICON = "data:image/svg+xml," + quote(_WORDMARK)
THEME_DEFAULT = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": "Parity",
        "brandLogoUrl": APP_ICON,
        "brandLogoMargin": "12px 0",
        "brandLogoHref": "/",
        "brandLogoHeight": "32px",
        "colorPrimary": "#5E3C99",
        "colorLink": "#5E3C99",
        "fontUrls": [],
        "fontFamily": "Inter, Helvetica, Arial, sans-serif",
        "fontFamilyCode": "'IBM Plex Mono', 'Courier New', monospace",
    },
    "algorithm": "default",
}
THEME_DARK = None

# Told apart with the common kinds of colour blindness (after Okabe and Ito); women and men are fixed in the dashboard.
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "parity",
        "label": "Parity (colour-blind safe)",
        "description": "Okabe and Ito's set, without its yellow, which is lost on white",
        "isDefault": True,
        "colors": [
            "#0072B2",
            "#D55E00",
            "#009E73",
            "#CC79A7",
            "#56B4E9",
            "#E69F00",
            "#332288",
            "#7A7A7A",
            "#882255",
            "#117733",
            "#999933",
            "#AA4499",
            "#44AA99",
        ],
    }
]
