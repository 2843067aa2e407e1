"""The evidence of each end cause, as exhibits."""

from collections.abc import Sequence

from careline.catalogue import samples
from careline.circle.facts import Facts, Said
from careline.circle.judging import assessment, inversions
from careline.circle.story import Exhibit
from careline.hall.error_names import error_name
from careline.insight.rates import percent

_CLASSES = {"system": ("系统", "system"), "operation": ("操作", "operation"), "business": ("业务", "business")}
ROWS_MAX = 40  # of a log in an exhibit; how many there are is said below it


def evidence(facts: Facts, say: Said) -> dict[str, list[Exhibit]]:
    ground, status = facts.ground, facts.status
    yes, no = say("是", "yes"), say("否", "no")
    return {
        "late_texts": [
            _log(
                "figure",
                "5-1",
                say("语音通知下发记录", "Log of notices and their texts"),
                say,
                [say("通知", "notice"), say("到达", "arrived"), say("发布", "published"), say("按时", "in time")],
                [(title, arrived, done, yes if fine else no) for title, arrived, done, fine in ground.notices],
            )
        ],
        "no_assessment": [_rules(facts, say)],
        "few_maintainers": [],
        "hard_texts": [
            _log(
                "figure",
                "5-3",
                say("回访记录汇总", "What was asked when calling back"),
                say,
                [say("问题", "question"), say("人数", "people")],
                [
                    (say("列入回访", "listed"), f"{status.told.listed:,}"),
                    (say("联系到", "reached"), f"{status.told.reached:,}"),
                    (say("自助失败过", "self-service had failed"), f"{status.told.failed:,}"),
                    (say("被问是否听懂", "asked whether they understand"), f"{ground.asked:,}"),
                    (
                        say("听懂", "understand"),
                        f"{ground.understood:,}  ({percent(ground.understood / ground.asked) if ground.asked else 'n/a'})",
                    ),
                ],
            ),
            *(
                [
                    _log(
                        "evidence",
                        "",
                        say("含术语的文本", "Texts with jargon"),
                        say,
                        [say("文本", "text"), say("编号", "id")],
                        [(samples.filled(text).read(say.language), key) for key, text in ground.jargon],
                    )
                ]
                if ground.jargon
                else []
            ),
        ],
        "hardware": [
            _log(
                "figure",
                "5-4",
                say("设备巡检记录", "Log of inspections"),
                say,
                [
                    say("日期", "day"),
                    say("谁", "who"),
                    say("所见", "found"),
                    say("宕机或丢数据", "breakdown or data lost"),
                ],
                [
                    (str(one.on), one.by, one.found.read(say.language), yes if one.crashed else no)
                    for one in ground.rounds
                ],
            ),
            _log(
                "evidence",
                "",
                say("设备", "Equipment"),
                say,
                [say("设备", "machine"), say("购入", "bought")],
                [(one.name.read(say.language), str(one.bought)) for one in ground.machines],
            ),
        ],
        "no_upkeep": [
            _log(
                "figure",
                "5-5",
                say("日常维护工作日志", "Daily log of upkeep"),
                say,
                [say("日期", "day"), say("记录数", "entries"), say("谁或什么", "who or what")],
                [
                    (str(day), str(number), ground.kept_by.get(day, ""))
                    for day, number in sorted(ground.upkeep.items(), key=lambda one: (one[1] > 0, one[0]))
                ],
            )
        ],
        "capacity": [
            _log(
                "table",
                "5-2",
                say("接入量", "Accesses"),
                say,
                [
                    say("日期", "day"),
                    say("自助", "by the machine"),
                    say("人工", "by people"),
                    say("合计", "total"),
                    say("可处理", "can be handled"),
                ],
                [
                    (
                        day,
                        f"{machine:,}",
                        f"{people:,}",
                        f"{machine + people:,}",
                        f"{ground.capacity:,}" if ground.capacity else "–",
                    )
                    for day, machine, people in ground.load
                ],
            )
        ],
        "menu_order": [
            _log(
                "table",
                "5-3",
                say("各节点受理量", "How often each leaf was used"),
                say,
                [say("节点", "leaf"), say("次数", "used")],
                [
                    (name.read(say.language), f"{number:,}")
                    for name, number in sorted(ground.volumes, key=lambda one: (one[1] > 0, -one[1]))
                ],
            ),
            _log(
                "table",
                "5-4",
                say("菜单次序与热点次序", "Order of the menu, and by demand"),
                say,
                [
                    say("菜单", "menu"),
                    say("选项", "choice"),
                    say("现在位次", "place"),
                    say("热点位次", "rank"),
                    say("次数", "demand"),
                ],
                [
                    (
                        one.title.read(say.language) or one.node,
                        one.name.read(say.language),
                        str(one.place),
                        str(one.rank),
                        f"{one.demand:,}",
                    )
                    for one in sorted(ground.orders, key=lambda one: (one.node, one.place))
                ],
                say(
                    f"次序颠倒 {inversions(ground.orders)} 对。",
                    f"{inversions(ground.orders)} pairs stand the wrong way round.",
                ),
            ),
        ],
        "formats": [
            _log(
                "evidence",
                "",
                say("所播放声音的格式", "Formats of what is played"),
                say,
                [say("格式", "format"), say("文件", "files")],
                [(name, f"{number:,}") for name, number in (ground.formats or {}).items()],
            )
        ],
        "error_prompts": [
            _log(
                "table",
                "5-5",
                say("错误提示语", "Words for errors"),
                say,
                [say("错误", "error"), say("类", "class"), say("提示语", "words"), say("自有", "its own")],
                [
                    (
                        error_name(kind).read(say.language),
                        say(*_CLASSES.get(group, (group, group))),
                        samples.filled(text).read(say.language) or "–",
                        yes if own else no,
                    )
                    for kind, group, text, own in sorted(ground.prompts, key=lambda one: one[3])
                ],
            )
        ],
        "monitoring": [
            _log(
                "evidence",
                "",
                say("每日拨测", "Dial tests by day"),
                say,
                [say("日期", "day"), say("拨测", "tests")],
                [
                    (str(day), str(number))
                    for day, number in sorted(ground.watched.items(), key=lambda one: (one[1] > 0, one[0]))
                ],
            )
        ]
        if ground.watched
        else [],
    }


def _rules(facts: Facts, say: Said) -> Exhibit:
    seen, rules = facts.ground.attested.get("no_assessment"), facts.ground.rules
    if rules:
        told = assessment(facts.ground).measured.read(say.language)
        return _log("figure", "5-2", say("运营管理办法核对", "Rules of upkeep, as they were checked"), say,
                    [say("办法", "rules"), say("查得", "found")], [(rules.title, told)])  # fmt: skip
    rows = [(seen.words.read(say.language), seen.by, str(seen.on))] if seen else []
    head = [say("所见", "found"), say("谁", "who"), say("何时", "when")]
    return _log("figure", "5-2", say("运营管理办法核对", "Rules of upkeep, as they were checked"), say, head, rows)


def _log(
    kind: str, number: str, caption: str, say: Said, head: Sequence[str], rows: Sequence[Sequence[str]], note: str = ""
) -> Exhibit:
    told = [note] if note else []
    if not rows:
        told.append(say("没有记录。", "Nothing is recorded."))
    elif len(rows) > ROWS_MAX:
        told.append(say(f"共 {len(rows)} 行，列出 {ROWS_MAX} 行。", f"{ROWS_MAX} of {len(rows)} lines are shown."))
    assert kind in ("table", "figure", "evidence")
    return Exhibit(kind, number, caption, head, rows[:ROWS_MAX], note=" ".join(told))  # type: ignore[arg-type]
