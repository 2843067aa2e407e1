"""The one way in which this room says no."""


class Refused(Exception):
    """Not done; `code` says why, each door has words for the codes. `values` are what the words name."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
