"""What the compiler refuses, told as findings in both languages."""

import re

from careline.catalogue.documents import Problem
from careline.catalogue.linting.finding import Finding, Where, error

# What the compiler says (catalogue.fields, compiling*, packs), the rule it belongs to, and the same in Chinese.
_SAYINGS: tuple[tuple[str, str, str], ...] = (
    (r'"(.+)" is already in (.+); keep one', "conflicting_rows", "代码“{0}”在 {1} 中已有，只能保留一个"),
    (r"has no text in Chinese", "missing_language", "缺少中文文本"),
    (r"has no text in English", "missing_language", "缺少英文文本"),
    (r'"(.+)" is no language of ours', "missing_language", "“{0}”不是可用的语言，只写 zh 和 en"),
    (r"no such section; there are (.+)", "unknown_field", "没有这一节，可用：{0}"),
    (r"there is no such table", "unknown_reference", "没有这张代码表"),
    (r'there is no service "(.+)"', "unknown_reference", "没有业务“{0}”"),
    (r'there is no table "(.+)"', "unknown_reference", "没有代码表“{0}”"),
    (r'there is no "(.+)"', "unknown_reference", "没有“{0}”"),
    (r'"(.+)" is not a region', "unknown_reference", "“{0}”不是已登记的地区"),
    (r'"(.+)" is not a brand', "unknown_reference", "“{0}”不是已登记的品牌"),
    (r'"(.*)" is not an action of (.+); it has (.+)', "unknown_reference", "业务 {1} 没有操作“{0}”，它有：{2}"),
    (r'(.+) has no tier "(.+)"; it has (.+)', "unknown_reference", "业务 {0} 没有档位“{1}”，它有：{2}"),
    (r'(.+) has no parameter "(.+)"', "unknown_reference", "{0} 没有参数“{1}”"),
    (r'effect is now or next_month, not "(.+)"', "wrong_value", "生效时间只能是 now 或 next_month，不能是“{0}”"),
    (r"no row of codes.tsv opens it", "dead_menu", "没有代码打开这个菜单"),
    (r'"(.+)" is not a spelling of this table', "dead_menu", "菜单项“{0}”在本表不存在"),
    (r"is missing, yet the code (.+) opens it", "dead_menu", "代码 {0} 打开的菜单不存在"),
    (r'"(.+)" is not a node of this table', "dead_menu", "“{0}”不是本表的菜单"),
    (r'is missing, yet an order has confirm = "code"', "no_confirming_code", "需要二次确认，却没有确认操作"),
    (r'"(.+)" is not a node of this menu', "dead_menu", "“{0}”不是本菜单或其底本的节点"),
    (r'there is no menu "(.+)"', "unknown_reference", "没有菜单“{0}”"),
    (r'"(.+)" is based on this menu', "wrong_value", "菜单“{0}”又以本菜单为底本"),
    (
        r"leads to nothing or to several things",
        "dead_menu",
        "这一项没有去处，或有几个去处；node、service、word 只写一个",
    ),
    (
        r"is missing; verb, tier and parameters belong to a service",
        "missing_value",
        "缺少业务：操作、档位和参数要有业务",
    ),
    (r"nothing can be done with this service", "no_action", "此业务没有任何操作"),
    (r"a service cannot exclude itself", "wrong_value", "业务不能与自己互斥"),
    (r"is not a verb; there are (.+)", "wrong_value", "不是可用的操作，可用：{0}"),
    (r'"(.*)" is not one of (.+)', "wrong_value", "“{0}”不可用，可选：{1}"),
    (r"must be a whole number", "wrong_value", "必须是不小于零的整数（金额以分计）"),
    (r"must be true or false", "wrong_value", "只能是 true 或 false"),
    (r"must be a list", "wrong_value", "必须是列表"),
    (r"must be a section", "wrong_value", "必须是带有各自字段的一节"),
    (r"must be later than since", "wrong_value", "必须晚于 since：它是规则不再有效的第一天"),
    (r"is an hour of the day", "wrong_value", "是一天中的钟点，0 到 24（24：不停办）"),
    (r'"(.+)" is not a day', "wrong_value", "“{0}”不是日期，写成 2010-01-31"),
    (r"is empty; say why", "missing_value", "没有写明此行为何不确定"),
    (r"is missing", "missing_value", "缺少内容"),
    (r"must be a text that is not empty", "missing_value", "必须是非空文本"),
    (r"is not a field of this", "unknown_field", "没有这个字段，请改正拼写或删去"),
)
_FIELD = re.compile(r"([A-Za-z0-9_.\[\]#一-鿿-]+): (.*)", re.S)


def uncompiled(problem: Problem) -> Finding:
    """The compiler's problem as an error; what it says of the way to mend it is part of the words."""
    kind, _, key = problem.where.partition(" ")
    field = _FIELD.fullmatch(problem.what)
    path, what = (field[1], field[2]) if field else ("", problem.what)
    rule, zh = _said(what)
    return error(rule, Where(kind, key, path), (zh, what), ("改正后再检查", "mend it and lint again"))


def _said(what: str) -> tuple[str, str]:
    for pattern, rule, chinese in _SAYINGS:
        if found := re.search(pattern, what):
            return rule, chinese.format(*found.groups())
    return "uncompiled", what
