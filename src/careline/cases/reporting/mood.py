"""How heated customers are, told by their own words: what people write who have lost their patience, in both languages.

A count over many complaints, never a judgement of one customer: it decides nothing and stands in no case.
"""

_ZH = (
    *("骗子", "骗人", "欺骗", "坑人", "坑爹", "黑心", "霸王", "垃圾", "无耻", "流氓", "强盗", "抢钱", "乱扣", "乱收"),
    *("气死", "气愤", "愤怒", "太过分", "忍无可忍", "受够", "恶心", "恶劣", "失望透", "太失望", "太差", "太烂", "曝光"),
    *("媒体", "工信部", "起诉", "法院", "退网", "再也不用", "什么态度", "忽悠"),
)
_EN = (
    *("cheat", "fraud", "scam", "rip-?off", "thie(f|ves)", "robbery", "outrag", "furious", "angry", "disgust"),
    *("unacceptable", "ridiculous", "shame", "rubbish", "terrible", "worst", "fed up", "sick of", "lawyer", "sue you"),
)
# A pattern for Postgres (~*) and for re alike; shouting with three or more marks counts too.
HEATED = "|".join((*_ZH, *_EN, "[!！]{3,}"))
