"""What the handset page says in its own frame, in both languages."""

from collections.abc import Mapping

PHRASES: Mapping[str, tuple[str, str]] = {
    "title": ("演示手机", "Demo handset"),
    "lead": (
        "选一位镇上的居民，替他发短信。每条短信都走真正的业务办理流程。",
        "Pick someone from the town and text as them. Every message takes the real path.",
    ),
    "people": ("镇上的人", "People of the town"),
    "choose": ("用这部手机", "Use this phone"),
    "holding": ("正在使用", "In use"),
    "write": ("短信内容", "Your message"),
    "send": ("发送", "Send"),
    "to": ("发往", "To"),
    "hall": ("10086 短信营业厅", "10086 service hall"),
    "suggestions": ("10086900 意见建议", "10086900 suggestions"),
    "empty": ("还没有短信。试试下面的例子，或自己写一条。", "No messages yet. Try one of these, or write your own."),
    "try": ("试试", "Try"),
    "me": ("我", "Me"),
    "parts": ("条短信", "SMS"),
    "part": ("第 {n} 条", "SMS {n}"),
    "why": ("怎么理解的？", "How was this understood?"),
    "story": ("这条短信的经过", "What happened to this message"),
    "pick_story": (
        "点短信旁边的“怎么理解的？”，这里会逐步显示：写法如何规整、用了哪张代码表、哪条规则定的、运营商怎么答的。",
        "Choose “How was this understood?” beside a message to see each step: the normalised form, "
        "the code table, the rule that decided, and what the carrier said.",
    ),
    "said": ("收到的内容", "Received"),
    "steps": ("理解步骤", "Steps of understanding"),
    "attempt": ("办理记录", "Attempt"),
    "none": ("没有产生办理记录", "No attempt was made"),
    "table": ("代码表", "Code table"),
    "service": ("业务", "Service"),
    "action": ("动作", "Action"),
    "parameters": ("参数", "Parameters"),
    "outcome": ("结果", "Outcome"),
    "cause": ("原因", "Cause"),
    "carrier": ("运营商答复", "Carrier's words"),
    "answers": ("回复与送达", "Answers and delivery"),
    "waiting": ("等待客户答复", "waiting for the customer"),
    "language": ("English", "中文"),
    "busy": ("上一条还在办理，请稍候再发。", "Your last message is still being dealt with. Please wait a moment."),
    "blank": ("请先写点内容。", "Write something first."),
    "failed": ("没有送到营业厅，请再发一次。", "It did not reach the hall. Please send it again."),
    "staff": ("员工入口", "Staff sign-in"),
    "skip": ("跳到短信", "Skip to the messages"),
}

EXAMPLES = ("CXYE", "0000", "开通来电显示", "BLHJZY", "CXYR", "流量还剩多少", "帮助")


def phrases(language: str) -> dict[str, str]:
    """All phrases in one language ("zh" or "en")."""
    return {name: pair[language == "en"] for name, pair in PHRASES.items()}
