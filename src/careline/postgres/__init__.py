"""Postgres around careline: the server we bring along when DATABASE_URL names none, and the short way to its statements.

`ensure(home)` returns the address of a running server; `temporary()` lends a throw-away one; `careline.postgres.sql` runs statements.
"""

from careline.postgres.launcher import ensure, status, stop, temporary
from careline.postgres.place import ServerError

__all__ = ["ServerError", "ensure", "status", "stop", "temporary"]
