"""What the frame of every page says, in both languages."""

from collections.abc import Mapping

PHRASES: Mapping[str, tuple[str, str]] = {
    "hall": ("网上营业厅", "Web hall"),
    "skip": ("跳到正文", "Skip to the content"),
    "language": ("English", "中文"),
    "tab_home": ("首页", "Home"),
    "tab_services": ("业务", "Services"),
    "tab_bills": ("账单", "Bills"),
    "tab_shop": ("商城", "Shop"),
    "tab_me": ("我的", "Me"),
    "person": ("找人工", "A person"),
    "call_person": ("打电话找人工", "Call a person"),
    "call_back": ("请回电", "Call me back"),
    "other_ways_to_us": ("其他方式", "Other ways"),
    "hotline": ("客服热线", "Hotline"),
    "look": ("外观", "Look"),
    "look_auto": ("跟随系统", "As the system"),
    "look_light": ("浅色", "Light"),
    "look_dark": ("深色", "Dark"),
    "senior": ("长辈模式", "Large type"),
    "complain": ("投诉与建议", "Complaints and suggestions"),
    "privacy": ("隐私", "Privacy"),
    "out": ("退出登录", "Sign out"),
    "back": ("返回", "Back"),
    "yuan": ("{amount} 元", "{amount} yuan"),
    "more": ("查看全部", "See all"),
    "away": (
        "这一部分现在查不到，不是您的问题。请过几分钟再看，其他部分照常可用。",
        "This part cannot be read right now; it is not your fault. Look again in a few minutes; the rest works.",
    ),
    "again": ("再试一次", "Try again"),
}
