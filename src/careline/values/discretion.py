"""Log lines without what others put into them: values of rows in the database's errors, numbers, passwords of addresses."""

import logging
import re

from careline.values.secret import plain

# Of a database's error the first line says what is wrong; these say with which row.
_ROWS = re.compile(r"^((?:[\w.]+: )?(?:DETAIL|CONTEXT|QUERY|STATEMENT):).*$", re.MULTILINE)
_PASSWORD = re.compile(r"(\w://[^\s:/@]*:)[^\s/]*(?=@)|(\bpassword\s*=\s*)(?:'[^']*'|[^\s'\"]+)", re.IGNORECASE)
_PASS = re.compile(r"/c/[A-Za-z0-9_-]{26}(?![A-Za-z0-9_-])")  # the link of a case opens it
_MOBILE = re.compile(r"(?<![0-9.])((?:86)?1[0-9]{2})[0-9]{4}([0-9]{4})(?![0-9])")
_ID_NUMBER = re.compile(r"(?<![0-9.])(?:[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9])")


class Discreet(logging.Formatter):
    """A formatter for every handler: our own code masks what it says, tracebacks and errors of libraries do not."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))


def discreet(text: str) -> str:
    """The text without rows' values, telephone and ID numbers, and passwords of connections."""
    text = _ROWS.sub(r"\1 (not logged)", plain(text))
    text = _PASSWORD.sub(lambda found: f"{found[1] or found[2]}******", text)
    text = _PASS.sub("/c/******", text)
    return _MOBILE.sub(r"\1****\2", _ID_NUMBER.sub("******", text))
