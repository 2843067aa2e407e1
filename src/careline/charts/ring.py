"""A ring: how much of an allowance is used."""

from math import pi

from careline.charts.drawing import Chart, either, finish, percent, tag, words

SIZE, RADIUS, THICK = 160.0, 62.0, 18.0
NEAR, OVER = 0.8, 1.0  # from these shares on the ring is of class `near`, `over`


def ring(
    title: str,
    share: float,
    *,
    middle: str = "",
    under: str = "",
    about: str = "",
    first: str = "",
    language: str = "zh",
) -> Chart:
    """A ring that is full at a share of 1; `middle` stands in it large, `under` small below that.

    Shares beyond 0..1 are drawn as if at the end, and told as they are. The picture is square, 160 units.
    """
    shown = min(1.0, max(0.0, share))
    around = 2 * pi * RADIUS
    half = SIZE / 2
    cls = "over" if share >= OVER else "near" if share >= NEAR else "fine"
    parts = [tag("circle", cls="ring-track", cx=half, cy=half, r=RADIUS, fill="none", stroke_width=THICK)]
    if shown:
        parts.append(
            tag(
                "circle",
                cls=f"ring-part {cls}",
                cx=half,
                cy=half,
                r=RADIUS,
                fill="none",
                stroke_width=THICK,
                stroke_dasharray=f"{around * shown:.2f} {around:.2f}",
                transform=f"rotate(-90 {half:g} {half:g})",
            )
        )
    middle = middle or f"{share * 100:.0f} %"
    parts.append(words(middle, half, half + (2 if under else 9), "ring-middle", "middle"))
    if under:
        parts.append(words(under, half, half + 24, "ring-under", "middle"))
    told = about or either(language, f"已用 {percent(share)}。{under}", f"{percent(share)} used. {under}").strip()
    return finish("ring", title, told, SIZE, parts, (first, "%"), [(title, percent(share))], width=SIZE)
