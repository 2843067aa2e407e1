"""What people may not do with dial tests, each with a code that doors have words for."""


class Refused(ValueError):
    """A deed that is not done; `code` says why, `field` which field of a form it is about, if one."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field
