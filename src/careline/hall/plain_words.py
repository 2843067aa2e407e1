"""Plain words, in both languages, for what the record of a message holds as ids: rules, ends, causes, delivery."""

from collections.abc import Mapping

from careline.values.language import Text

RULES: Mapping[str, Text] = {
    "wish": Text("在网页或应用里点选的", "Picked on a page or in an app"),
    "exact": Text("整条短信正好是一个代码", "The whole message is a code"),
    "code": Text("用办理时的代码当作同意", "The code itself, said again as a yes"),
    "word": Text("人人都能发的词语", "A word that everybody may send"),
    "name": Text("说的是业务名称", "A service called by its name"),
    "parameters": Text("代码后面带着内容", "A code followed by values"),
    "family": Text("只写了代码的前一半，或没有这一档", "A code that needs one of its own endings"),
    "early": Text("这张代码表还没开始使用", "A code of a table that begins later"),
    "elsewhere": Text("这里没有这个代码，别处有", "Not a code here, but one elsewhere"),
    "tolerant": Text("写法略有出入的代码", "Nearly a code: spaces or signs differ"),
    "charged": Text("问的是为什么扣费", "A question what money went for"),
    "menu": Text("菜单", "A menu"),
    "words": Text("一个词语，后面是自己的话", "A word, and then the customer's own words"),
    "docket": Text("受理编号", "The number of a case"),
}
# What is added where more than one thing, or nothing that can be done, was meant (`dialogue.meaning`).
KINDS: Mapping[str, Text] = {
    "node": Text("一份菜单", "a menu"),
    "mine": Text("我的菜单", "the personal menu"),
    "choose": Text("有几种可能，要问清楚", "several things are possible, so it is asked which"),
    "wrong_tier": Text("没有这一档", "there is no such tier"),
    "no_such_action": Text("这项业务不能这样办", "the service cannot do that"),
    "not_here": Text("这位用户那里没有这项业务", "not offered to this customer"),
}
# Which tables apply to a customer, and why (`dialogue.lexicon`).
WHY: Mapping[str, Text] = {
    "region and brand": Text("地区和品牌", "region and brand"),
    "region": Text("地区", "region"),
    "brand": Text("品牌", "brand"),
    "default": Text("通用", "default"),
    "another's": Text("别处的", "of another region or brand"),
}
ASKED: Mapping[str, Text] = {
    "confirm": Text("要不要办", "a yes or no"),
    "choose": Text("选哪一项", "a choice"),
    "fill": Text("还缺的内容", "a missing value"),
    "pick": Text("退订哪几项", "what to end"),
    "check": Text("服务密码", "the service password"),
}
FITTED: Mapping[str, Text] = {
    "yes": Text("是", "yes"),
    "no": Text("不办", "no"),
    "code": Text("又发了一次代码，等于同意", "the code again, which is a yes"),
    "fits": Text("合适", "it fits"),
    "does not fit": Text("对不上", "it does not fit"),
}
WORDS: Mapping[str, Text] = {
    "help": Text("帮助", "help"),
    "person": Text("找人", "a person"),
    "repeat": Text("再说一遍", "say it again"),
    "resume": Text("继续", "go on"),
    "back": Text("返回", "back"),
    "thanks": Text("谢谢", "thanks"),
    "quit": Text("退出", "quit"),
    "english": Text("改用英文", "English from now on"),
    "chinese": Text("改用中文", "Chinese from now on"),
    "show": Text("看我的菜单", "show the personal menu"),
    "add": Text("加到我的菜单", "add to the personal menu"),
    "remove": Text("从我的菜单去掉", "take off the personal menu"),
}
VALUES: Mapping[str, Text] = {
    "month": Text("月份", "month"),
    "month_future": Text("还没到的月份", "a month that is yet to come"),
    "amount": Text("金额", "amount"),
    "msisdn": Text("号码", "number"),
    "short_number": Text("短号", "short number"),
    "password": Text("密码", "password"),
    "id_number": Text("证件号码", "ID number"),
    "id_check": Text("证件号码的最后一位", "the last character of an ID number"),
    "tier": Text("档次", "tier"),
    "count": Text("数量", "how many"),
    "service": Text("业务", "service"),
    "words": Text("文字", "words"),
    "docket": Text("受理编号", "docket"),
}
OUTCOMES: Mapping[str, Text] = {
    "done": Text("办成了", "done"),
    "refused": Text("按规定没有办", "refused by a rule"),
    "failed": Text("没有办成", "failed"),
    "unknown": Text("结果不明，正在核实", "unknown, being checked with the carrier"),
    "abandoned": Text("用户没有办下去", "abandoned by the customer"),
    "open": Text("正在问运营商", "the carrier is being asked"),
    "": Text("正在等用户答复", "waits for the customer's answer"),
}
CAUSES: Mapping[str, Text] = {
    "guidance": Text("我们的话说得不清楚", "our words misled the customer"),
    "wrong_prompt": Text("我们的提示有误", "our prompt was wrong"),
    "carrier_fault": Text("运营商系统出错，什么也没有发生", "the carrier's system failed; nothing happened"),
    "carrier_silent": Text("运营商系统没有回音", "the carrier did not answer in time"),
    "carrier_busy": Text("系统繁忙，什么也没有发生", "too busy; nothing happened"),
    "channel_fault": Text("答复没能送到", "the answer could not be delivered"),
    "hall_fault": Text("我们自己的程序出错", "a fault of our own"),
    "unknown_words": Text("后来说的话用不上", "what was said next could not be used"),
    "missing_parameter": Text("缺少内容", "a value was missing"),
    "wrong_parameter": Text("内容不合要求", "a value did not fit"),
    "wrong_password": Text("密码不对", "wrong password"),
    "too_many_tries": Text("试的次数太多", "too many tries"),
    "declined": Text("说不办", "said no"),
    "no_answer": Text("一直没有答复", "did not answer"),
    "left": Text("转去办别的了", "turned to something else"),
    "already_on": Text("已经开通", "already on"),
    "not_on": Text("没有开通", "not on"),
    "not_enough_money": Text("余额不足", "not enough money"),
    "not_enough_points": Text("积分不足", "not enough points"),
    "not_eligible": Text("品牌、地区或套餐不符", "not offered for this brand, region or plan"),
    "excluded": Text("与正在用的业务不能同时开", "does not go together with something in use"),
    "closed": Text("不再接受新用户", "closed to new customers"),
    "suspended": Text("已停机", "the line is suspended"),
    "frozen": Text("月末暂停办理", "orders rest at the month's end"),
    "roaming": Text("人在国外", "the customer is abroad"),
    "not_started": Text("还没开始提供", "not yet offered"),
    "nothing_to_confirm": Text("没有等着确认的业务", "nothing waits to be confirmed"),
    "not_found": Text("要找的不存在", "what was asked about does not exist"),
}
DELIVERY: Mapping[str, Text] = {
    "queued": Text("等着发出", "waits to be sent"),
    "sent": Text("已发出", "sent"),
    "delivered": Text("已送到", "delivered"),
    "failed": Text("没有送到", "not delivered"),
    "answered": Text("已交付", "handed over"),
}
# What happened in a call or a USSD session.
EVENTS: Mapping[str, Text] = {
    "hello": Text("电话接通", "The session begins"),
    "keys": Text("按键", "Keys"),
    "silence": Text("没有按键", "Nothing was pressed"),
    "returned": Text("从排队回来", "Back from the queue"),
    "hung_up": Text("挂机", "Hung up"),
    "lost": Text("线路断了", "The line was lost"),
}
