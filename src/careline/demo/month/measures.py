"""The four countermeasures, by the means of the product: a draft that is edited, linted, reviewed by a second person and published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careline.catalogue.compiling import compile_book
from careline.catalogue.documents import ordered
from careline.catalogue.lint import Manifests, lint
from careline.catalogue.version import Version
from careline.demo.month.before import FORMATS, ORDER, PROMPTS, TEXTS, Bodies, as_it_was
from careline.insight import menus
from careline.insight.asking import Period
from careline.values.language import Text

EDITOR, REVIEWER = "circle", "shift-lead"


@dataclass(frozen=True, slots=True)
class Measure:
    """One countermeasure: what is done by the product, and what of its effect is simulated."""

    cause: str
    name: Text
    real: Text
    simulated: Text


MEASURES = (
    Measure(
        TEXTS,
        Text("文本改成大白话", "texts in plain words"),
        Text(
            "菜单与问句去掉词表里的术语，经检查、复核、发布",
            "menu labels and questions lose the words of the glossary of jargon; linted, reviewed, published",
        ),
        Text(
            "不懂术语的客户听到术语时没认出的比例",
            "how often somebody who does not know a trade word misses an option that has it",
        ),
    ),
    Measure(
        ORDER,
        Text("菜单按需求排序", "the menu in the order of demand"),
        Text(
            "按上月实际需求（报表的数字）排每个节点，改成草稿并发布",
            "each node in the order of last month's demand as the reports have it, as a draft, published",
        ),
        Text(
            "客户一边听一边失去耐心；熟客按旧菜单的键",
            "patience that runs out while options are said; regulars who press the keys of the old menu",
        ),
    ),
    Measure(
        FORMATS,
        Text("录音统一格式", "one format for all recordings"),
        Text(
            "产品只播放一种格式，上传时转换（不在本次模拟之内）",
            "the product plays one format and converts what is uploaded (not part of this rehearsal)",
        ),
        Text(
            "没有声音：哪些录音格式不一、因此听不清，全部是假设",
            "there is no sound: which recordings are odd, and missed for it, is assumed as a whole",
        ),
    ),
    Measure(
        PROMPTS,
        Text("每种错误有自己的提示，故障接下代办", "words for each error; orders taken over in a fault"),
        Text(
            "每种错误恢复专用提示；系统故障时接单、事后代办并短信告知（CARELINE_RETAKE_MINUTES）",
            "each error has its own words again; in a fault the order is taken over, done later and told by text"
            " (CARELINE_RETAKE_MINUTES)",
        ),
        Text("听到笼统提示后放弃的比例", "how often somebody gives up after words that fit every error"),
    ),
)


def settle(sound: Bodies, now: datetime) -> Version:
    """Publish the catalogue as it was before; without lint, for that is what was wrong with it."""
    version = Version.draft(by=EDITOR, now=now, note="as it was")
    version.replace(as_it_was(sound), by=EDITOR, now=now, source="rehearsal")
    version.publish_unreviewed(by=EDITOR, now=now, errors=lambda _: ())
    return version


def take(
    sound: Bodies, causes: frozenset[str], known: Period, manifests: Manifests, now: datetime
) -> tuple[Version | None, tuple[int, int]]:
    """Publish what these countermeasures change; returns the version and lint's findings before and after.

    The order comes from what was asked for in the days `known`. None where the catalogue is not touched (recordings alone).
    Raises refusals.Faulty where the draft has an error that the published version does not have.
    """
    current = Version.published()
    assert current is not None
    before = current.documents()
    found = lint(before, manifests)
    if not causes:
        counts = len(found.errors) + len(found.warnings)
        return None, (counts, counts)
    bodies = as_it_was(sound, causes)
    if ORDER in causes:
        bodies = by_demand(bodies, menus.demand(known))
    old = {(one.rule, one.where) for one in found.errors}
    draft = Version.draft(by=EDITOR, now=now, note=", ".join(sorted(causes)))
    draft.replace(bodies, by=EDITOR, now=now, source="countermeasures")
    after = lint(draft.documents(), manifests)
    both = len(found.errors) + len(found.warnings), len(after.errors) + len(after.warnings)
    if bodies == current.bodies():
        draft.discard(by=EDITOR, now=now)
        return None, both
    draft.submit(by=EDITOR, now=now)
    draft.review(by=REVIEWER, now=now)

    def errors(version: Version) -> Sequence[Any]:
        return [one for one in lint(version.documents(), manifests).errors if (one.rule, one.where) not in old]

    draft.publish(by=REVIEWER, now=now, errors=errors)
    return draft, both


def by_demand(bodies: Bodies, asked: Mapping[str, int]) -> Bodies:
    """Every node's choices in the order of what is asked for below them; words stay where they are."""
    made, book = dict(bodies), compile_book(ordered(bodies))
    for (kind, key), body in bodies.items():
        if kind != "menu" or key not in book.menus:
            continue
        nodes = dict(body.get("nodes", {}))
        for node in menus.order(book, book.menus[key], asked):
            written = nodes.get(node.node)
            if written is None:
                continue  # of the menu that this one is based on
            choices = list(written["choices"])
            moved = list(choices)
            for one in node.choices:
                moved[one.proposed - 1] = choices[one.place - 1]
            nodes[node.node] = written | {"choices": moved}
        made[kind, key] = body | {"nodes": nodes}
    return made
