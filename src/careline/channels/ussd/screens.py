"""What a handset shows of an answer: its pages, which one is on, and which key turns it."""

import msgspec

from careline.channels.telephony.accounts import UssdAccount
from careline.channels.ussd.paging import Size, first, pages
from careline.dialogue.book import Book
from careline.values.language import Text

MORE = Text("更多", "More")
BY_SMS = Text("全文已用短信发给您。", "The whole text comes by SMS.")
TURNS_MENU, TURNS_ENTRY = "9", "#"  # 9 repeats in menus, which on a screen is the next page; # is part of no entry


class Screen(msgspec.Struct, frozen=True):
    """One answer on the handset."""

    pages: tuple[str, ...]
    page: int = 0
    turns: str = TURNS_MENU  # the key for the next page
    over: bool = False  # the session ends with the last page
    language: str = "zh"

    @property
    def text(self) -> str:
        return self.pages[self.page]

    @property
    def last(self) -> bool:
        return self.page == len(self.pages) - 1

    @property
    def ends(self) -> bool:
        """Whether the gateway is to end the session with what is shown now."""
        return self.over and self.last

    def turned(self, to: int) -> "Screen":
        return msgspec.structs.replace(self, page=to)

    def written(self) -> str:
        return msgspec.json.encode(self).decode()


def read(text: str) -> Screen:
    return msgspec.json.decode(text, type=Screen)


def screen(
    text: str, language: str, account: UssdAccount, book: Book, *, entry: bool, over: bool
) -> tuple[Screen, bool]:
    """The answer as a screen, and whether the whole must go by SMS besides, since it is too long."""
    size = Size(account.septets_max, account.units_max)
    turns = TURNS_ENTRY if entry else TURNS_MENU
    cut = pages(text, size, f"{turns}.{_word(book, 'more', MORE, language)}")
    too_long = len(cut) > account.pages_max
    if too_long:
        cut = [first(text, size, _word(book, "by_sms", BY_SMS, language))]
    return Screen(tuple(cut), turns=turns, over=over, language=language), too_long


def _word(book: Book, key: str, otherwise: Text, language: str) -> str:
    return book.words.get(f"ussd.screen.{key}", otherwise).read(language)
