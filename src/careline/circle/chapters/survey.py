"""What is told of the status survey, step by step."""

from collections.abc import Sequence
from dataclasses import replace

from careline.circle.facts import Facts, Said
from careline.circle.story import Exhibit, Figure, Section
from careline.insight.rates import Rate, percent
from careline.insight.strata import Stratum
from careline.values.msisdn import Msisdn

MONTHS_MAX = 6  # beside each other in one table


def survey(facts: Facts, say: Said) -> list[Section]:
    """The six steps, a section each."""
    told = [one(facts, say) for one in (_how_high, _by_day, _by_hour, _by_class, _by_cause, _callbacks)]
    concluded = facts.decided.concluded
    return [
        replace(one, words=[*one.words, *(say("小组结论：", "The circle concludes: ") + words.read(say.language)
                                          for words in concluded.get(one.key, ()))])
        for one in told
    ]  # fmt: skip


def _title(say: Said, step: int, zh: str, en: str) -> str:
    return say(f"三、现状调查（{'一二三四五六'[step - 1]}）{zh}", f"3.{step} Survey: {en}")


def _heads(say: Said) -> tuple[str, str, str]:
    return say("失败", "failed"), say("申请", "applications"), say("失败率", "rate")


def _cells(rate: Rate) -> tuple[str, str, str]:
    return f"{rate.failed:,}", f"{rate.applications:,}", str(rate)


def _how_high(facts: Facts, say: Said) -> Section:
    status = facts.status
    rows = [(month, *_cells(rate)) for month, rate in status.months]
    rows.append((say("合计", "total"), *_cells(status.total)))
    told = say(
        f"平均失败率 {status.total}，即 {status.total.failed:,} ÷ {status.total.applications:,}。",
        f"The mean failure rate is {status.total}: {status.total.failed:,} of {status.total.applications:,}.",
    )
    table = Exhibit("table", "2-1", say("失败次数", "Failures"), (say("月", "month"), *_heads(say)), rows)
    return Section("survey-1", _title(say, 1, "有多高", "how high is it?"), [told], [table])


def _by_day(facts: Facts, say: Said) -> Section:
    status = facts.status
    months = sorted({f"{day:%Y-%m}" for day, _ in status.days})[-MONTHS_MAX:]
    found = {(f"{day:%Y-%m}", day.day): rate for day, rate in status.days}
    today = status.running
    running = {f"{today:%Y-%m}": today.day - 1} if today else {}
    cells = [[found.get((month, day)) for month in months] for day in range(1, 32)]
    rows = [
        (str(day), *("–" if one is None else f"{one.failed}  ({one})" for one in line))
        for day, line in enumerate(cells, 1)
    ]
    series = {
        month: [None if line[at] is None else float(rate.failed) for line in cells for rate in [line[at] or Rate(0, 0)]]
        for at, month in enumerate(months)
    }
    chart = status.chart
    words = [
        say(
            f"低于 1 % 的有 {status.below} 天，共 {len(status.whole_days)} 天。",
            f"On {status.below} of {len(status.whole_days)} days the rate was below 1 %.",
        ),
        _stable(chart.stable, chart.sigma_z, say),
        _busy(facts, say),
    ]
    if today:
        words.insert(
            1, say(f"{today} 还没有过完，只列出，不判断。", f"{today} is not over: it is shown, and not judged.")
        )
    return Section(
        "survey-2",
        _title(say, 2, "与忙闲日有关吗", "does it follow busy and idle days?"),
        words,
        [
            Exhibit(
                "table", "2-2", say("每日失败数（失败率）", "Failures by day (rate)"), (say("日", "day"), *months), rows
            ),
            Exhibit(
                "figure",
                "2-1",
                say("每日失败数", "Failures by day"),
                figure=Figure("line", [str(day) for day in range(1, 32)], series, running=running),
            ),
        ],
    )


def _stable(stable: bool | None, sigma_z: float, say: Said) -> str:
    criterion = say(
        "判据：Laney p′ 图无点出三倍西格玛界，也无连续九点在一侧",
        "Criterion: on a Laney p′ chart no point is beyond three sigma, nor are nine on one side",
    )
    verdict = {None: say("没有数据", "no data"), True: say("平稳", "stable"), False: say("不平稳", "not stable")}[
        stable
    ]
    return (
        f"{criterion}{say('；', '; ')}sigma Z = {sigma_z:.3f}{say('。结论：', '. Verdict: ')}{verdict}{say('。', '.')}"
    )


def _busy(facts: Facts, say: Said) -> str:
    found = facts.status.busy
    if found.p is None:
        return say("忙闲时无从比较。", "Busy and idle hours cannot be compared.")
    verdict = (
        say("差别显著", "the difference is significant")
        if found.significant
        else say("差别不显著", "the difference is not significant")
    )
    p = "p < 0.001" if found.p < 0.001 else f"p = {found.p:.3f}"
    return say(
        f"忙时 {found.after}，闲时 {found.before}，{p}：{verdict}。",
        f"Busy hours {found.after}, idle hours {found.before}, {p}: {verdict}.",
    )


def _by_hour(facts: Facts, say: Said) -> Section:
    months = list(facts.status.hours)[-MONTHS_MAX:]
    hours = facts.status.hours
    rows = [
        (f"{at:02}–{at + 1:02}", *(f"{hours[month][at].failed}  ({hours[month][at]})" for month in months))
        for at in range(24)
    ]
    series = {month: [float(rate.failed) for rate in hours[month]] for month in months}
    chart = facts.status.hour_chart
    return Section(
        "survey-3",
        _title(say, 3, "与时段有关吗", "does it follow the hour?"),
        [
            say("以失败率判断，各时段的申请量本来不同。", "Judged by the rate, since hours differ in applications."),
            _stable(chart.stable, chart.sigma_z, say),
        ],
        [
            Exhibit(
                "table",
                "2-3",
                say("各时段失败数（失败率）", "Failures by hour (rate)"),
                (say("时段", "hours"), *months),
                rows,
            ),
            Exhibit(
                "figure",
                "2-2",
                say("各时段失败数", "Failures by hour"),
                figure=Figure("line", [str(at) for at in range(24)], series),
            ),
        ],
    )


def _by_class(facts: Facts, say: Said) -> Section:
    classes, failed = facts.status.classes, sum(facts.status.causes.values())
    names = {"system": say("系统", "system"), "operation": say("操作", "operation")}
    rows = [(names.get(name, name), f"{number:,}", _of(number, failed)) for name, number in classes.items()]
    told = say(
        f"系统类占全部 {failed:,} 次失败的 {percent(facts.status.system_share)}。",
        f"The system's are {percent(facts.status.system_share)} of all {failed:,} failures.",
    )
    figure = Figure(
        "bars", [row[0] for row in rows], {say("失败", "failed"): [float(number) for number in classes.values()]}
    )
    return Section(
        "survey-4",
        _title(say, 4, "哪一类", "of which class?"),
        [told],
        [
            Exhibit(
                "table",
                "2-4",
                say("失败分类", "Failures by class"),
                (say("类", "class"), say("失败", "failed"), say("占比", "share")),
                rows,
            ),
            Exhibit("figure", "2-3", say("失败分类图", "Classes of failures"), figure=figure),
        ],
    )


def _of(number: int, whole: int) -> str:
    return f"{percent(number / whole) if whole else 'n/a'}  ({number:,}/{whole:,})"


def _layers(strata: Sequence[Stratum], say: Said) -> list[tuple[str, ...]]:
    crux = say("症结", "crux")
    return [
        (say.cause(one.name), f"{one.count:,}", percent(one.share), percent(one.cumulative), crux if one.crux else "")
        for one in strata
    ]


def _layer_heads(say: Said) -> tuple[str, ...]:
    return say("原因", "cause"), say("次数", "failed"), say("占比", "share"), say("累计", "cumulative"), ""


def _by_cause(facts: Facts, say: Said) -> Section:
    strata, crux = facts.status.system, facts.status.crux
    of, failed = facts.status.classes["system"], sum(facts.status.causes.values())
    words = []
    if crux:
        words = [
            say(
                f"症结是{say.cause(crux.name)}：系统类的 {percent(crux.share)}（{crux.count:,}/{of:,}），"
                f"全部的 {_of(crux.count, failed)}。",
                f"The crux: {say.cause(crux.name)}, {percent(crux.share)} of the system's ({crux.count:,}/{of:,}), "
                f"{_of(crux.count, failed)} of all.",
            ),
        ]
    figure = Figure(
        "pareto", [say.cause(one.name) for one in strata], {say("失败", "failed"): [float(one.count) for one in strata]}
    )
    return Section(
        "survey-5",
        _title(say, 5, "系统类里是什么", "which of the system's causes?"),
        words or [say("没有系统类失败。", "The system failed nobody.")],
        [
            Exhibit(
                "table",
                "2-5",
                say("系统类失败分层", "The system's failures, layered"),
                _layer_heads(say),
                _layers(strata, say),
                figure=figure,
            )
        ],
    )


def _callbacks(facts: Facts, say: Said) -> Section:
    status, told = facts.status, facts.status.told
    dials = [(str(one.place), Msisdn(one.msisdn).masked(), str(one.dials)) for one in status.most]
    dials += [
        ("", say(f"{band} 次的用户", "who dialled once" if band == "1" else f"who dialled {band} times"), f"{users:,}")
        for band, users in status.bands
    ]
    leading = status.callbacks[0] if status.callbacks else None
    words = [
        say(
            f"{status.month:%Y-%m} 拨打最多的用户中列入回访 {told.listed} 人，联系到 {told.reached} 人，其中自助失败过 {told.failed} 人。",
            f"Of those who dialled most in {status.month:%Y-%m}, {told.listed} were listed, {told.reached} reached; "
            f"self-service had failed {told.failed}.",
        )
    ]
    if leading:
        words.append(
            say(
                f"第一位是{say.cause(leading.name)}：占回访所述全部失败的 {_of(leading.count, told.failed)}。",
                f"First comes {say.cause(leading.name)}: {_of(leading.count, told.failed)} of all failures told.",
            )
        )
    agrees = {
        None: say("无从比较", "cannot be compared"),
        True: say("一致", "the same"),
        False: say("不一致", "not the same"),
    }[status.agrees]
    words.append(
        say(
            f"与记录的首要原因：{agrees}。两个占比的分母不同，只比次序，不比数值。",
            f"Leading cause as in the records: {agrees}. The shares are of different wholes; ranks are compared, not numbers.",
        )
    )
    return Section(
        "survey-6",
        _title(say, 6, "用户怎么说", "what do customers say?"),
        words,
        [
            Exhibit(
                "table",
                "2-6",
                say("拨打次数", "Who dialled how often"),
                (say("位次", "place"), say("号码", "number"), say("次数", "dials")),
                dials,
            ),
            Exhibit(
                "table",
                "2-7",
                say("回访失败原因分层", "Failures told when called back, layered"),
                _layer_heads(say),
                _layers(status.callbacks, say),
                note="" if status.callbacks else say("没有记录。", "Nothing is recorded."),
            ),
        ],
    )
