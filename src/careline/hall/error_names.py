"""What each kind of error is called where people read a list of them: mistakes of callers, and faults during calls.

Causes are kinds of error too; `hall.plain_words` has their words.
"""

from collections.abc import Mapping

from careline.hall.plain_words import CAUSES
from careline.values.language import Text


def error_name(kind: str) -> Text:
    """Its words in both languages; its bare code where nobody has written any."""
    return ERRORS.get(kind) or CAUSES.get(kind) or Text(kind, kind)


ERRORS: Mapping[str, Text] = {
    "at_top": Text("在主菜单按星号键", "star at the main menu"),
    "bad.amount": Text("不是金额", "not an amount"),
    "bad.count": Text("不是个数", "not a count"),
    "bad.id_check": Text("身份证号码有一位错", "ID number with a wrong digit"),
    "bad.id_number": Text("身份证号码位数不对", "ID number of wrong length"),
    "bad.month": Text("不是月份", "not a month"),
    "bad.month_future": Text("还没到的月份", "month that has not begun"),
    "bad.msisdn": Text("不是手机号码", "not a mobile number"),
    "bad.password": Text("不是密码的格式", "not a password's form"),
    "ambiguous": Text("有好几个意思", "several meanings"),
    "bad.short_number": Text("不是短号", "not a short number"),
    "bad.too_many": Text("内容多了", "more values than needed"),
    "bad.words": Text("没有可记的内容", "nothing to be noted"),
    "empty": Text("空短信", "empty text"),
    "prove_first": Text("要先核对服务密码", "service password needed first"),
    "too_long": Text("短信太长", "text too long"),
    "unknown_nearest": Text("没有这个代码", "no such code"),
    "call.fault": Text("通话中系统故障", "system at fault during the call"),
    "call.fault_goodbye": Text("故障未恢复，结束通话", "system still at fault, goodbye"),
    "call.fault_person": Text("故障未恢复，转人工", "system still at fault, on to a person"),
    "hash_here": Text("不该按井号键", "hash where nothing is entered"),
    "inactive": Text("号码还没激活", "line not activated yet"),
    "no_such_action": Text("业务不能这样办", "service that cannot do this"),
    "not_here": Text("本地没有的业务", "service not in this region"),
    "password_check.not_on": Text("还没有服务密码", "no service password yet"),
    "password_check.too_many_tries": Text("服务密码已锁", "service password locked"),
    "password_check.wrong_password": Text("服务密码错误", "wrong service password"),
    "person": Text("多次按错", "several misses"),
    "silence": Text("第一次没有按键", "no key, the first time"),
    "silence_again": Text("再次没有按键", "no key, again"),
    "silence_goodbye": Text("一直没有按键", "no key, the last time"),
    "stranger": Text("不是我们的号码", "number that is not ours"),
    "too_few": Text("位数不够", "too few digits"),
    "too_many": Text("位数多了", "too many digits"),
    "too_soon": Text("没听完价格就确认", "yes before the price was said"),
    "unknown": Text("没明白要办什么", "wish not understood"),
    "wrong_choice": Text("列表里没有的选项", "no such option in a list"),
    "wrong_key": Text("菜单没有的按键", "key that the menu has not"),
    "wrong_key_after": Text("办完后按错键", "wrong key after an answer"),
    "wrong_reply": Text("没有按1或2", "neither 1 nor 2"),
    "wrong_tier": Text("没有这个档位", "no such tier"),
}
