"""The items of charges and bills, as rows that fit an answer."""

from collections.abc import Sequence

from careline.dialogue.saying import say_money

ITEMS_MAX = 8  # more would make a fourth message part; the rest is summed up as one item


def said_items(charges: Sequence[tuple[str, str, int]], language: str) -> list[str]:
    """(name zh, name en, fen) each as a row; of too many the largest, and the rest as one, so that the sum still fits."""
    shown, rest = list(charges), 0
    if len(charges) > ITEMS_MAX:
        ordered = sorted(charges, key=lambda item: -abs(item[2]))
        shown, rest = ordered[: ITEMS_MAX - 1], sum(item[2] for item in ordered[ITEMS_MAX - 1 :])
    said = [f"{item[1] if language == 'en' else item[0]} {say_money(item[2], language)}" for item in shown]
    if len(charges) > ITEMS_MAX:
        said.append(f"{'other' if language == 'en' else '其他'} {say_money(rest, language)}")
    return said
