"""The catalogue's own words on the screen: how grave a finding is, kinds of items, states of versions, changes."""

from typing import TYPE_CHECKING

from careline.cli._language import text
from careline.cli._wide import columns

if TYPE_CHECKING:
    from careline.catalogue.linting.finding import Finding

_CHINESE = {
    "error": "错误", "warning": "警告", "note": "提示",
    "service": "业务", "table": "代码表", "code": "代码", "menu": "语音菜单", "words": "文本", "settings": "设置",
    "complaint": "投诉类别", "goods": "商品", "offer": "推荐", "probe": "拨测", "upkeep": "日常维护",
    "draft": "草稿", "in_review": "待审核", "approved": "已通过", "published": "已发布", "retired": "已停用",
    "discarded": "已作废",
    "added": "新增", "removed": "删除", "changed": "修改",
}  # fmt: skip


def word(name: str, width: int = 0) -> str:
    """The name as it is said, filled up to so many columns; one that has no other word stands for itself."""
    said = text(_CHINESE.get(name, name), name)
    return said + " " * (width - columns(said))


def headline(finding: "Finding") -> str:
    """How grave it is, where, and by which rule."""
    kind, key, path = finding.where
    place = f"{word(kind)} {key}" + (f" · {path}" if path else "")
    return f"{word(finding.severity.value, 8)} {place}  [{finding.rule}]"
