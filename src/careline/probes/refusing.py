"""What people may not do with dial tests, each with a code that doors have words for; files that are none."""

from careline.values.language import Text


class Refused(ValueError):
    """A deed that is not done; `code` says why, `field` which field of a form it is about, if one."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field


class Unusable(ValueError):
    """A file of ours that somebody wrote cannot be used; says which and why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)
