"""Rules about menus. That what they list exists is seen to by the compiler."""

from collections.abc import Iterator

from careline.catalogue.linting.finding import Finding, Subject, Where, error, warning

CHILDREN_MAX = 9  # one digit chooses; more than that nobody reads in a text message


def menus(subject: Subject) -> Iterator[Finding]:
    for table in subject.book.tables.values():
        for node in table.nodes.values():
            where = Where("table", table.id, f"nodes.{node.spelling}")
            if node.spelling in node.children:
                yield error(
                    "endless_menu",
                    where,
                    ("菜单列出了它自己", "the menu lists itself"),
                    ("删去这一项", "remove the entry"),
                )
            if not node.children:
                yield warning(
                    "empty_menu",
                    where,
                    ("菜单是空的", "the menu is empty"),
                    ("加上菜单项，或删去菜单", "add entries, or take the menu out"),
                )
            if len(node.children) > CHILDREN_MAX:
                yield warning(
                    "long_menu",
                    where,
                    (f"菜单有 {len(node.children)} 项", f"the menu has {len(node.children)} entries"),
                    (f"分成不超过 {CHILDREN_MAX} 项的几层", f"split it into menus of {CHILDREN_MAX} at most"),
                )
            for child in node.children:
                below = table.nodes.get(child)
                if below is not None and node.spelling in below.children and node.spelling != child:
                    yield error(
                        "endless_menu",
                        where,
                        (f"与菜单 {child} 互相列出", f"this menu and {child} list each other"),
                        ("让其中之一不再列出另一个", "let one of them not list the other"),
                    )


RULES = (menus,)
