"""Charts as SVG, made on the server from numbers, each with the table behind it.

Pure: numbers in, `Chart` out. Nothing is coloured here; `charts.css` gives classes their colours, light, dark and on paper.
"""

from careline.charts.bars import bars
from careline.charts.control import control
from careline.charts.drawing import Chart, count, nothing, percent, so_far, standalone, unfinished
from careline.charts.funnel import Step, funnel
from careline.charts.heat import heat
from careline.charts.histogram import histogram
from careline.charts.line import line
from careline.charts.pareto import pareto
from careline.charts.phases import phases
from careline.charts.ring import ring
from careline.charts.tree import affinity, tree

__all__ = [
    "Chart",
    "Step",
    "affinity",
    "bars",
    "control",
    "count",
    "funnel",
    "heat",
    "histogram",
    "line",
    "nothing",
    "pareto",
    "percent",
    "phases",
    "ring",
    "so_far",
    "standalone",
    "tree",
    "unfinished",
]
