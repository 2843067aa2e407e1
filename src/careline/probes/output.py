"""Runs for other programs: JUnit XML for builds, Prometheus text for monitoring."""

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree

from careline.probes.models import Run

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def junit(runs: Sequence[Run], name: str = "careline probes") -> str:
    """One test suite a channel; a run that failed is a failure of type class.cause, one that was not judged an error."""
    root = ElementTree.Element(
        "testsuites", name=name, tests=str(len(runs)), failures=str(_failures(runs)), errors=str(_unjudged(runs))
    )
    for channel in sorted({run.channel for run in runs}):
        own = [run for run in runs if run.channel == channel]
        seconds = sum((run.ended_at - run.begun_at).total_seconds() for run in own)
        suite = ElementTree.SubElement(
            root, "testsuite", name=channel, tests=str(len(own)), failures=str(_failures(own)),
            errors=str(_unjudged(own)), time=f"{seconds:.3f}",
        )  # fmt: skip
        for run in own:
            took = (run.ended_at - run.begun_at).total_seconds()
            case = ElementTree.SubElement(
                suite, "testcase", classname=f"{channel}.{run.vantage}", name=run.probe, time=f"{took:.3f}"
            )
            if not run.judged:
                ElementTree.SubElement(case, "error", type="not_judged", message=_plain(run.why))
            elif not run.passed:
                failure = ElementTree.SubElement(
                    case, "failure", type=f"{run.kind}.{run.cause}", message=_plain(run.why or run.cause)
                )
                failure.text = "\n".join(_plain(str(step)) for step in run.steps)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def prometheus(runs: Sequence[Run], now: datetime, alarms: int = 0) -> str:
    """The text format 0.0.4: of each probe and vantage point whether it passed, how long it took, how old that is."""
    lines = [
        "# HELP careline_probe_alarms alarms that stand open",
        "# TYPE careline_probe_alarms gauge",
        f"careline_probe_alarms {alarms}",
    ]
    gauges = (
        ("careline_probe_judged", "0 when the runner lacked what judges it", lambda run: float(run.judged)),
        (
            "careline_probe_passed",
            "1 when the latest run passed; nothing where it was not judged",
            lambda run: float(run.passed) if run.judged else None,
        ),
        (
            "careline_probe_seconds",
            "length of the latest run",
            lambda run: (run.ended_at - run.begun_at).total_seconds(),
        ),
        ("careline_probe_age_seconds", "since the latest run", lambda run: (now - run.ended_at).total_seconds()),
        (
            "careline_probe_answered_seconds",
            "until the call was answered",
            lambda run: run.figures.get("answered_seconds"),
        ),
        (
            "careline_probe_first_sound_seconds",
            "until the first sound",
            lambda run: run.figures.get("first_sound_seconds"),
        ),
    )
    for name, about, value in gauges:
        lines += [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
        for run in sorted(runs, key=lambda one: (one.probe, one.vantage)):
            found = value(run)
            if found is not None:
                labels = f'probe="{_label(run.probe)}",vantage="{_label(run.vantage)}",channel="{_label(run.channel)}"'
                if name == "careline_probe_passed":
                    labels += f',class="{_label(run.kind)}",cause="{_label(run.cause)}"'
                lines.append(f"{name}{{{labels}}} {float(found):g}")
    return "\n".join(lines) + "\n"


def _failures(runs: Sequence[Run]) -> int:
    return sum(run.judged and not run.passed for run in runs)


def _unjudged(runs: Sequence[Run]) -> int:
    return sum(not run.judged for run in runs)


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _plain(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return "".join(sign for sign in text if sign in "\t\n\r" or ord(sign) >= 0x20)
