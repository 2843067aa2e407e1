"""Why a dial test failed, and why nothing covers a place, in Chinese: records keep the English sentence, as logs and builds read it."""

import re
from collections.abc import Callable, Mapping

from careline.hall.error_names import error_name

DOES = {
    "dial": "拨号", "press": "按键", "send": "发短信", "wait": "等待", "hang_up": "挂断", "sign_in": "登录", "open": "打开页面",
    "pick": "选业务", "answer": "回答",
}  # fmt: skip
CHANNELS = {"voice": "电话", "sms": "短信", "ussd": "USSD", "web": "网页", "app": "应用接口"}
_SENT = {"refused": "对方拒收", "unanswered": "发出后没有回应", "not sent": "没有发出"}  # links.link.Sent

# English sentence -> Chinese one; groups of the first are put into the second, after `_WORDS` has looked at them.
_SENTENCES: Mapping[str, str] = {
    # calls
    r"nothing was heard": "什么都没有听到",
    r"something else was heard": "听到的是别的内容",
    r"something else was answered": "回答的是别的内容",
    r"heard: (?P<error>[\w.]+)": "听到的是出错提示：{error}",
    r"read: (?P<error>[\w.]+)": "读到的是出错提示：{error}",
    r"incomplete: (?P<n>[\d.]+) ?% of (?P<name>.+) was heard": "不完整：{name} 只听到 {n} %",
    r"the sound is clipped": "声音削波（失真）",
    r"other words were heard": "听到的是别的话",
    r"words are wanted, and the extra speech is not installed \((?P<name>.+)\): (?P<command>.+)": (
        "这一步要靠语音识别来判断，而这台机器没有安装（{name}）。安装：{command}"
    ),
    r"the words were not recognised within (?P<n>[\d.]+) s": "{n} 秒内没有识别出说了什么",
    r"the recogniser has ended by itself": "语音识别进程自己退出了",
    r"too many sounds wait to be recognised": "等待识别的声音太多",
    r"the words were not among those of the first (?P<n>\d+) s, and it went on": "前 {n} 秒里没有这些话，而声音还没有完",
    r"there is no recording of what should be heard": "没有该听到内容的录音可比对",
    r"the call has ended": "通话已经结束",
    r"the call lasted (?P<n>\d+) s": "通话超过了 {n} 秒",
    r"it lasted (?P<n>\d+) s": "超过了 {n} 秒",
    r"not answered: (?P<n>\S+)": "没有接通：{n}",
    # texts, sessions, pages, apps
    r"no answer within (?P<n>[\d.]+) s": "{n} 秒内没有回答",
    r"no code came within (?P<n>[\d.]+) s": "{n} 秒内没有收到验证码",
    r"not reached: (?P<name>.+)": "连接不上：{name}",
    r"no link of the hall has bound to our SMSC": "营业厅没有短信连接绑定到拨测的短信中心",
    r"the SMSC does not let us bind": "短信中心不接受绑定",
    r"the SMSC is away": "短信中心连接不上",
    r"the SMSC did not take the text: (?P<sent>[\w ]+)": "短信中心没有接收短信：{sent}",
    r"nobody can (?P<do>\w+) (?:by SMS|in a dial menu|on a page|in an app)": "这个渠道上不能“{do}”",
    r"the session has ended": "会话已经结束",
    r"the door for gateways answered (?P<n>\S+)": "网关入口回答了 {n}",
    r"the page answered (?P<n>\S+)": "网页回答了 {n}",
    r"the page has no form for (?P<name>.+)": "网页上没有 {name} 的表单",
    r"the page has no button for (?P<name>.+)": "网页上没有 {name} 的按钮",
    r"the form has no (?P<name>.+)": "表单里没有 {name}",
    r"no question is open": "没有等待回答的问题",
    r"not signed in: the page asks again": "没有登录成功：网页又要求登录",
    r"not signed in: (?P<name>.+)": "没有登录成功：{name}",
    r"status (?P<n>\S+), and no JSON(?: object)?": "状态 {n}，回答的不是 JSON",
    r"status (?P<n>\d+): ?(?P<name>.*)": "状态 {n} {name}",
    r"the address is none of the web": "这不是网页地址",
    r"playwright is not installed \((?P<name>.+)\)": "没有安装 playwright（{name}）",
    r"the browser: (?P<name>.+)": "浏览器：{name}",
    r"the vantage point (?P<name>.+) has no way to probe (?P<channel>\w+)": "观测点 {name} 没有配置{channel}的拨测方式",
    r"the vantage point (?P<name>.+) has no way to send texts": "观测点 {name} 没有配置发短信的方式",
    r"the records hold (?P<name>.+) as failed or in doubt": "办理记录里 {name} 是失败的，或还没有结果",
    r"the records hold (?P<name>.+) as failed": "办理记录里 {name} 是失败的",
    r"the records do not hold (?P<name>.+)": "办理记录里没有 {name}",
    # before it begins
    r"no marked line of (?P<name>.+) is free": "没有空闲的拨测号码（{name}）",
    r"it would reach a person; whoever means that writes person = true": "会转到人工；确实需要的话请写 person = true",
    r"it needs a line of the sandbox, which can be spoilt and put back": "需要沙箱里的号码：只有它能先弄坏再复原",
    r"it changes something \((?P<name>.+)\), and the vantage point does not say .+": "会改动业务（{name}），而观测点没有写明"
    "拨测号码是运营商的测试号码（test_lines = true）",
    # what nothing covers
    r"people would have to deal with what a pretend customer says": "拨测说的话要由人处理",
    r"nothing that a pretend customer may say leads to it: .+": "拨测能说的话都到不了：要问只有用户本人知道的内容",
    r"none of the mistakes and situations .+ is answered by (?P<error>[\w.]+)(?:@\w+)?": "试过的差错和情形都没有引出这条提示：{error}",
    r"no caller is led there": "没有来电能走到这里",
    r"no vantage point reaches it": "没有观测点能到达",
    # alarms
    r"what was due (?P<n>\d+) minutes ago is not run": "{n} 分钟前就该执行的拨测还没有人执行",
}  # fmt: skip
_KNOWN = [(re.compile(english), chinese) for english, chinese in _SENTENCES.items()]
_WORDS: Mapping[str, Callable[[str], str]] = {
    "error": lambda kind: error_name(kind).zh,
    "do": lambda name: DOES.get(name, name),
    "channel": lambda name: CHANNELS.get(name, name),
    "sent": lambda name: _SENT.get(name, name),
}


def reason(why: str, language: str) -> str:
    """The sentence in this language; one that is not known here stands as it was written."""
    for known, chinese in _KNOWN:
        if found := known.fullmatch(why):
            if language != "zh":
                return _english(why, found)
            named = {
                name: _WORDS[name](value) if name in _WORDS else value for name, value in found.groupdict().items()
            }
            return chinese.format_map(named)
    return why


def _english(why: str, found: re.Match[str]) -> str:
    """Kinds of errors are told by their names."""
    kind = found.groupdict().get("error")
    return why if kind is None else why.replace(kind, error_name(kind).en)
