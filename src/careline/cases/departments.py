"""The departments that a new installation begins with; from then on they are the carrier's own to change."""

from careline.cases.records.help import Department

_WORKING_DAY = 450  # minutes of the calendar `office`
# Three working days for an answer across departments (003); the network measures in the field, and gets five.
_FIRST = (
    ("billing", "计费部门", "billing", 3, False),
    ("partners", "合作业务部门", "partner services", 3, False),
    ("network", "网络部门", "the network department", 5, False),
    ("data", "数据业务部门", "mobile data", 3, False),
    ("service", "服务管理部门", "customer service management", 3, False),
    ("marketing", "市场部门", "marketing", 3, False),
    ("quality", "服务质量监督部门", "service quality", 1, True),
)


def settle_departments() -> int:
    """Make them where there is no department at all; returns how many. Safe to repeat."""
    if Department.objects.exists():
        return 0
    made = Department.objects.bulk_create(
        [
            Department(name=name, name_zh=zh, name_en=en, minutes=days * _WORKING_DAY, takes_major=major)
            for name, zh, en, days, major in _FIRST
        ],
        ignore_conflicts=True,
    )
    return len(made)
