"""What customers say besides codes: verbs, yes and no, wishes for help, politeness.

The defaults here can be replaced by a pack: a text `hear.<name>` in the book (`packs/common/words/hear.toml`), its
alternatives separated by `|`, both languages always understood. They are words, not codes: a table's own spelling wins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from careline.dialogue.book import Verb
from careline.dialogue.utterance import normalise, spaced
from careline.values.language import Text

HEARD: Mapping[str, str] = {
    "yes": "是|是的|对|好|好的|行|确认|确定|同意|要|可以|Y|YES|OK|1",
    "no": "否|不|不是|不要|不用|不了|算了|取消|放弃|N|NO|2",
    "help": "你好|您好|在吗|HI|HELLO|帮助|菜单|目录|指令|功能|怎么用|?|HELP|MENU|INFO",
    "person": "人工|人工服务|转人工|转人工服务|客服|人工客服|找人工|找客服|AGENT|OPERATOR|PERSON|HUMAN",
    "back": "返回|上一级|返回上一级|回上级|BACK",
    "repeat": "重复|再说一遍|再发一遍|重发|REPEAT|AGAIN",
    "resume": "继续|接着|CONTINUE|RESUME",
    "quit": "退出|再见|结束|不办了|EXIT|QUIT|BYE",
    "thanks": "谢谢|谢谢你|谢谢您|多谢|谢了|辛苦了|好的谢谢|知道了|收到|THANKS|THANK YOU|THX",
    "chinese": "中文|汉语|CHINESE|ZH",
    "english": "英文|英语|ENGLISH|EN",
    "mymenu": "我的10086|MY10086|MY 10086",
    "mymenu.add": "加|添加|增加|加入|ADD|+",
    "mymenu.remove": "减|删|删除|移除|去掉|DEL|DELETE|REMOVE|-",
    "polite.before": "我想要|我想|我要|请帮我|请帮忙|请给我|请问|请|麻烦|帮我|帮忙|给我|替我|能不能|可以|可不可以|你好|您好"
    "|我的|我还|我|想要|想|把|将|发送|发短信|PLEASE|PLS|I WANT TO|I WOULD LIKE TO|I NEED TO|I WANT|CAN YOU|CAN I|HELP ME|MY|THE|TO",
    "polite.after": "谢谢|谢了|多谢|吧|啊|呢|吗|么|了|一下|下|业务|功能|服务|好吗|可以吗|行吗"
    "|到10086|至10086|THANKS|THANK YOU|PLEASE|SERVICE",
    "inside": "一下|一个|THE|MY|A",
    "verb.subscribe": "开通|开启|打开|办理|办|订阅|订购|订|定制|定|申请|登记|参加|加入|购买|买|开"
    "|SUBSCRIBE TO|SUBSCRIBE|OPEN|ACTIVATE|TURN ON|SWITCH ON|START|ORDER|BUY|APPLY FOR|APPLY|REGISTER|JOIN",
    "verb.cancel": "取消|退订|关闭|关掉|关|停用|停止|停掉|停|退掉|退|不要"
    "|CANCEL|UNSUBSCRIBE FROM|UNSUBSCRIBE|CLOSE|TURN OFF|SWITCH OFF|STOP|DEACTIVATE",
    "verb.query": "查询|查看|查|看看|看|还有多少|还剩多少|还剩|有多少|用了多少|剩多少|剩余多少|剩余|剩|多少|是多少"
    "|CHECK|QUERY|SHOW|VIEW|HOW MUCH|HOW MANY|WHAT IS MY",
    # What is still there, told apart from what was used: 流量还剩多少 asks for 剩余流量.
    "left": "还有多少|还剩多少|还剩|剩多少|剩余多少|剩余|剩",
    "charged": "扣我|扣了|扣费|扣钱|扣款|扣掉|多扣|乱扣|怎么扣|为什么扣|乱收费|为什么收费|话费少了|余额少了|钱少了|钱没了"
    "|话费怎么这么|话费太|费用太|怎么这么贵|CHARGED ME"
    "|SO EXPENSIVE|BILL SO HIGH|CHARGE ME|WAS I CHARGED|AM I CHARGED|DEDUCTED",
    # Of complaints: what was made, and what is asked of it; and what people write who have one to make.
    "complaint": "投诉|COMPLAINT|COMPLAINTS|COMPLAIN|COMPLAINED|COMPLAINING",
    "complaint.progress": "怎么样|咋样|怎样|怎么还没|怎么没人|进展|进度|结果|到哪|多久|什么时候|处理得|处理了|处理好|办得|解决了吗"
    "|有消息|没消息|还没处理|还没解决|没人联系|没有回音|HOW IS|HOW ARE|HOW LONG|WHAT HAPPENED|WHAT ABOUT|NEWS|UPDATE|UPDATES|STATUS"
    "|PROGRESS|WHERE IS|WHEN|STILL WAITING|HEARD NOTHING|CHECK|SHOW",
    "complaint.urge": "催|快点|快一点|加急|抓紧|尽快|赶紧|HURRY|URGE|FASTER|ASAP|SPEED UP|SPEED IT UP",
    "complaint.withdraw": "撤|取消|不投诉|CANCEL|WITHDRAW|DROP|TAKE BACK",
    "grievance": "骗子|骗人|骗钱|坑人|坑钱|垃圾|太差|真差|很差|差劲|态度|没信号|没有信号|信号差|信号不好|信号弱|上不了网|不能上网"
    "|没有网|网速慢|网太慢|网很慢|打不通|打不出|打不了|接不到|接不了|收不到短信|掉线|断线|气死|气人|过分|破公司|破移动|领导|经理"
    "|工信部|12300|12315|消协|告你们|曝光|退钱|退我|退给我|还我钱|赔偿|赔我|没人管|没人理|没人处理|不处理|不解决|没解决|没有解决"
    "|失望|不满意|多收|乱收|欺骗|霸王|私自|莫名其妙|SCAM|SCAMMERS|THIEVES|THIEF|CHEAT|CHEATED|CHEATS|FRAUD|LIARS|RIDICULOUS"
    "|TERRIBLE|AWFUL|HORRIBLE|WORST|USELESS|UNACCEPTABLE|DISAPPOINTED|DISGUSTING|RUDE|ANGRY|FED UP|NOT HAPPY|UNHAPPY|NO SIGNAL"
    "|BAD SIGNAL|POOR SIGNAL|WEAK SIGNAL|NOT WORKING|DOES NOT WORK|DOESN'T WORK|CAN'T CALL|CANNOT CALL|NO INTERNET|MONEY BACK"
    "|REFUND|MANAGER|SUPERVISOR|REGULATOR|REPORT YOU|LAWYER|SUE YOU|NOT SOLVED|NOT SATISFIED|OVERCHARGED|CHARGED TWICE",
    "verb.status": "状态|开了没有|开了没|开通了没有|开通了吗|是否开通|查状态|STATUS|STATUS OF|IS ON",
    "verb.describe": "介绍|说明|咨询|了解|什么是|是什么|是什么意思|怎么开通|如何开通|怎么办理|如何办理|怎么取消|如何取消|怎么退订"
    "|怎么收费|怎么用|怎么|如何|多少钱|收费|资费"
    "|ABOUT|WHAT IS|DESCRIBE|TELL ME ABOUT|HOW TO OPEN|HOW DO I OPEN|HOW TO CANCEL|HOW DO I CANCEL|HOW DO I GET|HOW TO",
    "verb.change": "修改|更改|变更|改|换|设置|CHANGE|SET|MODIFY",
    "verb.reset": "重置|重设|找回|忘记|忘了|RESET|FORGOT",
    "verb.redeem": "兑换|换成|兑|REDEEM|EXCHANGE",
    "variants": "帐=账|玲=铃|薄=簿|V网=虚拟网|即时=实时|流量费=流量",
}
# Which verbs a verb phrase may mean, best first; the second is the hint that tells two codes of one verb apart.
WISHES: Mapping[str, tuple[tuple[Verb, ...], str]] = {
    "subscribe": ((Verb.SUBSCRIBE, Verb.ORDER, Verb.REGISTER), ""),
    "cancel": ((Verb.CANCEL,), ""),
    "query": ((Verb.QUERY, Verb.STATUS), ""),
    "status": ((Verb.STATUS, Verb.QUERY), ""),
    "describe": ((Verb.DESCRIBE,), ""),
    "change": ((Verb.CONFIGURE,), "change"),
    "reset": ((Verb.CONFIGURE,), "reset"),
    "redeem": ((Verb.REDEEM,), ""),
}


class Wish(NamedTuple):
    """A message taken apart: what is wished (a key of WISHES, "" when only a name was said) and of what."""

    wish: str
    name: str
    phrase: str


class Phrases:
    """The phrases of one book, ready to be compared with normalised texts."""

    def __init__(self, words: Mapping[str, Text]) -> None:
        lists = {name: list(_split(default)) for name, default in HEARD.items()}
        for name in lists:
            text = words.get(f"hear.{name}")
            if text is not None:
                lists[name] = [*_split(text.zh), *_split(text.en)]
        self.variants = [tuple(pair.split("=", 1)) for pair in lists.pop("variants") if "=" in pair]
        sets = {name: frozenset(_form(phrase) for phrase in phrases if phrase) for name, phrases in lists.items()}
        self.yes, self.no, self.resume = sets["yes"], sets["no"], sets["resume"]
        self.words = {
            phrase: name
            for name in ("help", "person", "back", "repeat", "resume", "quit", "thanks", "chinese", "english")
            for phrase in sets[name]
        }
        self.left = sets["left"]
        self._held = {name: sorted(sets[name]) for name in HEARD if name.split(".")[0] in ("complaint", "grievance")}
        self._charged = [phrase.replace(" ", "") for phrase in sets["charged"]]
        self.mymenu, self.add, self.remove = sets["mymenu"], sets["mymenu.add"], sets["mymenu.remove"]
        self._before = _by_letter(_longest_first(sets["polite.before"]), 0)
        self._after = _by_letter(_longest_first(sets["polite.after"]), -1)
        self._inside = _longest_first(sets["inside"])
        self._verbs = sorted(
            (
                (phrase, name.removeprefix("verb."))
                for name in sets
                if name.startswith("verb.")
                for phrase in sets[name]
            ),
            key=lambda pair: -len(pair[0]),
        )
        # (place in the row above, phrase, wish) by the phrase's first letter, and by its last one.
        self._verbs_first: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
        self._verbs_last: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for place, (phrase, wish) in enumerate(self._verbs):
            self._verbs_first[phrase[0]].append((place, phrase, wish))
            self._verbs_last[phrase[-1]].append((place, phrase, wish))

    def courteous(self, text: str) -> str:
        """The spaced text without politeness at its ends, unless nothing else would be left."""
        while text:
            for phrase in self._before.get(text[0], ()):
                rest = _without_start(text, phrase)
                if rest:
                    text = rest
                    break
            else:
                for phrase in self._after.get(text[-1], ()):
                    rest = _without_end(text, phrase)
                    if rest:
                        text = rest
                        break
                else:
                    break
        return text

    def wishes(self, text: str) -> list[Wish]:
        """The ways to read a spaced text as verb and name, in either order, likeliest (longest verb phrase) first."""
        found: list[Wish] = []
        for candidate in dict.fromkeys((text, self.courteous(text))):
            if not candidate:
                continue
            read = [
                (place, 0, wish, phrase, rest)
                for place, phrase, wish in self._verbs_first.get(candidate[0], ())
                if (rest := _without_start(candidate, phrase))
            ] + [
                (place, 1, wish, phrase, rest)
                for place, phrase, wish in self._verbs_last.get(candidate[-1], ())
                if (rest := _without_end(candidate, phrase))
            ]
            found += [Wish(wish, self._name(rest), phrase) for _, _, wish, phrase, rest in sorted(read)]
        found.sort(key=lambda wish: -len(wish.phrase))
        found.append(Wish("", self._name(text), ""))
        return [wish for wish in dict.fromkeys(found) if wish.name]

    def verb_alone(self, text: str) -> str:
        """The wish of a message that is nothing but a verb; "" for all others."""
        return next((wish for phrase, wish in self._verbs if phrase == text), "")

    def asks_why_charged(self, text: str) -> bool:
        """为什么扣我10块钱: money went, and the customer does not know for what."""
        joined = text.replace(" ", "")
        return any(phrase in joined for phrase in self._charged)

    def holds(self, kind: str, text: str) -> bool:
        """Whether a spaced text holds a phrase of this kind anywhere; English ones as whole words only."""
        joined, apart = text.replace(" ", ""), f" {text} "
        return any(f" {one} " in apart if one.isascii() else one in joined for one in self._held[kind])

    def one_way(self, name: str) -> str:
        """A loose name in one way of writing: 帐单 and 账单 come out the same."""
        for written, meant in self.variants:
            name = name.replace(written, meant)
        return name

    def _name(self, text: str) -> str:
        text = self.courteous(text)
        for phrase in self._inside:
            text = _without_start(text, phrase) or text
        return self.one_way(text.replace(" ", ""))


def _split(alternatives: str) -> Iterable[str]:
    return (alternative for alternative in alternatives.split("|") if alternative)


def _form(phrase: str) -> str:
    form = normalise(phrase)
    return spaced(form) or form or phrase


def _longest_first(phrases: Iterable[str]) -> list[str]:
    return sorted(phrases, key=lambda phrase: (-len(phrase), phrase))


def _by_letter(phrases: Iterable[str], place: int) -> Mapping[str, list[str]]:
    """The phrases by their first (0) or last (-1) letter, in the order given."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for phrase in phrases:
        found[phrase[place]].append(phrase)
    return dict(found)


def _without_start(text: str, phrase: str) -> str:
    if not text.startswith(phrase):
        return ""
    rest = text[len(phrase) :]
    if phrase[-1].isascii() and phrase[-1].isalpha() and rest[:1].isascii() and rest[:1].isalnum():
        return ""  # OPEN is no verb in OPENING
    return rest.strip()


def _without_end(text: str, phrase: str) -> str:
    if not text.endswith(phrase):
        return ""
    rest = text[: len(text) - len(phrase)]
    if phrase[0].isascii() and phrase[0].isalpha() and rest[-1:].isascii() and rest[-1:].isalnum():
        return ""
    return rest.strip()
