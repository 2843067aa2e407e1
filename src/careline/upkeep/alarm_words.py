"""What alarms say, in both languages: what happened, and what to do."""

from collections.abc import Mapping
from typing import Any

from careline.values.language import Text

_WORDS = {
    "day": Text(
        "{day} 语音流程没有维护记录。当天请马上维护；已过去的日子请写明原因。",
        "{day}: nobody maintained the voice flow. Do it now if it is today; explain it if it is over.",
    ),
    "round": Text("{day} {slot_zh}的巡检没有做。请写明原因。", "{day}: the round “{slot_en}” was missed. Say why."),
    "notice_soon": Text(
        "业务通知“{title}”的语音文本须在 {due} 前发布，时间快到了。",
        "The voice text of notice “{title}” is due by {due}: little time is left.",
    ),
    "notice_late": Text(
        "业务通知“{title}”的语音文本超时未发布（{due} 截止）。请马上发布。",
        "The voice text of notice “{title}” is late (it was due by {due}). Publish it now.",
    ),
    "disk": Text(
        "{host} 的磁盘只剩 {mib} MiB（{percent} %）。请腾出空间。",
        "{host} has {mib} MiB of disk left ({percent} %). Make room.",
    ),
    "memory": Text(
        "{host} 的内存只剩 {percent} %。请查看哪个进程占用过多。",
        "{host} has {percent} % of its memory left. Look which process takes it.",
    ),
    "silent": Text(
        "{host} 上的进程 {process} 没有消息了。请查看它是否在运行。",
        "The process {process} on {host} has gone silent. Look whether it runs.",
    ),
    "backup": Text(
        "最近一次备份是 {hours} 小时以前。请查看备份任务。",
        "The last backup is {hours} hours old. Look after the task that makes it.",
    ),
    "clock": Text(
        "{at} 时统计已汇总到 {until}：有机器的时钟曾经走快。相关时段已重新汇总，请检查各机器的对时。",
        "At {at} statistics had been counted up to {until} already: a clock had run ahead. Those hours are counted anew; look"
        " after the time of every machine.",
    ),
}


def words(kind: str, detail: Mapping[str, Any]) -> Text:
    """The sentence for one alarm; a kind without words stands for itself."""
    template = _WORDS.get(kind)
    if template is None:
        return Text(kind, kind)
    values = {name: str(value) for name, value in detail.items()}
    return Text(*(one.format_map(_Values(values)) for one in template))


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"
