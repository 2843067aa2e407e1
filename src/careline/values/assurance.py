"""How sure we are whom we serve; ordered, so that a service can demand a least."""

from enum import IntEnum


class Assurance(IntEnum):
    NONE = 0
    LINE = 1  # the message or call came from that line
    PASSWORD = 2  # and the service password was right
    DOCUMENT = 3  # and the owner's ID document was checked
