"""The eleven end causes, each with its criterion and the check that judges it."""

from collections.abc import Callable
from dataclasses import dataclass

from careline.circle import judging
from careline.circle.judging import Ground, Verdict
from careline.values.language import Text


@dataclass(frozen=True, slots=True)
class EndCause:
    id: str
    branch: Text
    name: Text
    content: Text
    method: Text
    criterion: Text
    judge: Callable[[Ground], Verdict]
    needs: Text  # what must be done so that it can be judged
    exhibits: tuple[str, ...] = ()  # where its evidence stands


_PEOPLE, _TEXTS = Text("人员与制度", "People and rules"), Text("文本与录音", "Texts and recordings")
_MACHINE, _FLOW = Text("设备", "Equipment"), Text("语音流程", "The voice flow")
_RECORDS, _LOOK, _TEST = Text("查记录", "records"), Text("现场核对", "looking on the spot"), Text("测试", "test")

END_CAUSES = (
    EndCause(
        "late_texts",
        _TEXTS,
        Text("文本下发不及时", "texts come late"),
        Text("通知到文本发布的用时", "time from notice to published text"),
        _RECORDS,
        Text("100 % 在规定的六小时内", "100 % within the six hours allowed"),
        judging.late,
        Text(
            "在“语音 → 业务通知”里登记业务通知；发布文本后即有用时。",
            "Enter business notices under Prompts, Business notices; their times are known once the text is published.",
        ),
        ("figure 5-1",),
    ),
    EndCause(
        "no_assessment",
        _PEOPLE,
        Text("维护人员没有考核", "maintainers are not assessed"),
        Text("考核办法与指标", "rules and figures of assessment"),
        _LOOK,
        Text("有办法、在执行、合要求", "they exist, are used, and suffice"),
        judging.assessment,
        Text(
            "在“日常维护 → 管理办法”里写下考核办法并审核；或请一名组员现场核对，写下所见并附证据。",
            "Write rules of assessment under Upkeep, Policy, and have them reviewed; or have a member look, and attach proof.",
        ),
        ("figure 5-2",),
    ),
    EndCause(
        "few_maintainers",
        _PEOPLE,
        Text("维护人员太少", "too few maintainers"),
        Text("能维护的人数", "how many may maintain it"),
        _RECORDS,
        Text("至少一人", "at least one"),
        judging.people,
        Text(
            "在“日常维护 → 管理办法”里指名专职维护人员。",
            "Name who maintains it, and does nothing else, under Upkeep, Policy.",
        ),
    ),
    EndCause(
        "hard_texts",
        _TEXTS,
        Text("文本不好懂", "texts are hard to understand"),
        Text("回访用户听懂的比例", "share of customers called back who understand"),
        _TEST,
        Text("不低于 95 %", "95 % or more"),
        judging.texts,
        Text(
            "在“统计 → 多次来电”列出回访名单，回访时问是否听懂。",
            "List callbacks under Statistics, Repeat callers, and ask whether customers understand.",
        ),
        ("figure 5-3",),
    ),
    EndCause(
        "hardware",
        _MACHINE,
        Text("硬件故障", "hardware breaks down"),
        Text("设备年限与巡检结果", "age of equipment and findings of rounds"),
        _RECORDS,
        Text(
            "超过五年的不超过 20 %，无宕机、无数据丢失",
            "at most 20 % are used for more than five years; no breakdown, no data lost",
        ),
        judging.hardware,
        Text(
            "在“日常维护”里登记设备与购入日，并签巡检。",
            "Enter machines with the day they were bought, and sign inspections, under Upkeep.",
        ),
        ("figure 5-4",),
    ),
    EndCause(
        "no_upkeep",
        _PEOPLE,
        Text("维护周期没有落实", "upkeep is not done in time"),
        Text("每日维护记录", "entries of each day"),
        _RECORDS,
        Text("每天至少一次", "at least one a day"),
        judging.upkeep,
        Text(
            "在“日常维护”里每日签维护；系统自己的维护会自动记录。",
            "Sign the daily upkeep under Upkeep; what the system maintains itself is recorded by it.",
        ),
        ("figure 5-5",),
    ),
    EndCause(
        "capacity",
        _MACHINE,
        Text("处理能力不足", "too little capacity"),
        Text("最忙一天的接入量", "accesses of the busiest day"),
        _RECORDS,
        Text("不超过可处理的量", "no more than can be handled"),
        judging.capacity,
        Text(
            "填写每日可处理的呼叫量；接入量来自统计。",
            "Say how many calls a day can be handled; accesses come from the statistics.",
        ),
        ("table 5-2",),
    ),
    EndCause(
        "menu_order",
        _FLOW,
        Text("菜单次序不合理", "the menu is in a poor order"),
        Text("节点触达率；次序与热点", "leaves used; order against demand"),
        _RECORDS,
        Text("触达率 100 %，热点在前", "100 % used, what is asked for most stands first"),
        judging.menu,
        Text(
            "等热线有了来电，或导入话单；没有来电就没有热点。",
            "Wait for calls on the hotline, or import records: without calls there is no demand.",
        ),
        ("table 5-3", "table 5-4"),
    ),
    EndCause(
        "formats",
        _TEXTS,
        Text("录音格式不统一", "recordings in several formats"),
        Text("所播放声音的格式", "formats of what is played"),
        _RECORDS,
        Text("只有一种标准格式", "one standard format only"),
        judging.formats,
        Text("在“语音 → 维护日志”里做一次格式审查。", "Run an audit of formats under Prompts, Maintenance log."),
    ),
    EndCause(
        "error_prompts",
        _FLOW,
        Text("错误没有各自的提示", "errors lack words of their own"),
        Text("每种错误与系统故障的提示语", "words for each error and for faults"),
        _TEST,
        Text("每种用户错误各有提示，系统故障也有", "each error of customers has its own, and so have faults"),
        judging.prompts,
        Text("发布一版目录；提示语从中读出。", "Publish a version of the catalogue; the words are read from it."),
        ("table 5-5",),
    ),
    EndCause(
        "monitoring",
        _PEOPLE,
        Text("没有监测流程", "nobody watches regularly"),
        Text("监测流程与每日执行", "the process of watching, and each day's run"),
        _LOOK,
        Text("有流程，每天执行，维护人员熟悉", "there is a process, it runs each day, and maintainers know it"),
        judging.monitoring,
        Text(
            "在“拨测”里设每日时间表；在“日常维护 → 管理办法”里指名维护人员并让他们通过流程测验。",
            "Set a daily timetable under Dial tests; name maintainers and have them pass the test of the process under Upkeep.",
        ),
    ),
)
