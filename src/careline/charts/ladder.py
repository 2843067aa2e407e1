"""A ladder: messages between two ends, one rung each, with its time; what sequence diagrams of SIP are called."""

from collections.abc import Sequence

from careline.charts.drawing import LARGE, WIDTH, Chart, count, either, finish, hint, tag, words

RUNG, TOP = 44.0, 50.0
NEAR, FAR = 130.0, WIDTH - 40.0  # the two rails


def ladder(
    title: str,
    rungs: Sequence[tuple[float, bool, str]],
    *,
    left: str,
    right: str,
    first: str = "",
    language: str = "zh",
) -> Chart:
    """Rungs are (seconds since the first, whether it goes from left to right, what was sent), in the order of time.

    A reply of 4xx to 6xx is of class `out`, other replies `s1`, requests `s2`; told by words as well.
    """
    height = TOP + RUNG * len(rungs) + 14
    parts = [
        words(left, NEAR, 24, "name", "middle"),
        words(right, FAR, 24, "name", "end"),
        tag("line", cls="rail", x1=NEAR, x2=NEAR, y1=34, y2=height - 6),
        tag("line", cls="rail", x1=FAR, x2=FAR, y1=34, y2=height - 6),
    ]
    for at, (seconds, onward, said) in enumerate(rungs):
        y = TOP + RUNG * (at + 0.7)
        cls = _class(said)
        begin, end = (NEAR, FAR) if onward else (FAR, NEAR)
        back = -9.0 if onward else 9.0
        parts.append(words(f"{seconds:.3f}", 8, y + 5, "tick"))
        parts.append(words(said, (NEAR + FAR) / 2, y - 7, f"said {cls}", "middle"))
        parts.append(
            tag("line", hint(f"{seconds:.3f} s · {said}"), cls=f"rung {cls}", x1=begin, x2=end + back, y1=y, y2=y)
        )
        parts.append(
            tag("polygon", cls=f"tip {cls}", points=f"{end:g},{y:g} {end + back:g},{y - 5:g} {end + back:g},{y + 5:g}")
        )
    way = either(language, "方向", "Way")
    rows = [
        (f"{seconds:.3f}", f"{left} → {right}" if onward else f"{left} ← {right}", said)
        for seconds, onward, said in rungs
    ]
    told = either(
        language,
        f"{count(len(rungs))} 条消息，自 {rows[0][2] if rows else '–'} 到 {rows[-1][2] if rows else '–'}。",
        f"{count(len(rungs))} messages, from {rows[0][2] if rows else '–'} to {rows[-1][2] if rows else '–'}.",
    )
    head = (first or either(language, "秒", "Seconds"), way, either(language, "消息", "Message"))
    return finish("ladder", title, told, max(height, TOP + LARGE), parts, head, rows)


def _class(said: str) -> str:
    code = said.split(" ", 1)[0]
    if not code.isdigit():
        return "s2"
    return "out" if code >= "400" else "s1"
