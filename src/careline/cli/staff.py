"""`careline staff`: take people on, list them, reset their sign-in, dismiss them."""

from datetime import UTC, datetime
from typing import Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text

BY = "cli"  # who the journal names for what is done at the command line


@click.group(short_help=text("员工账号：新增、重置、停用。", "Staff: take on, reset, dismiss."))
def command() -> None:
    """The people who work here, in which roles. The first one, who lets in the others, is made here."""


@command.command(short_help=text("新增一名员工，显示初始密码。", "Take somebody on; prints the first password."))
@click.argument("username")
@click.option("--name", default="", help=text("姓名。", "What the person is called."))
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    help=text("角色，可写多个。", "A role; may be given more than once."),
)
@click.option("--language", type=click.Choice(["zh-hans", "en"]), default="zh-hans", show_default=True,
              help=text("这位员工看页面的语言。", "In which language the person reads pages."))  # fmt: skip
@click.option(
    "--subject",
    default="",
    help=text(
        "统一登录里的 sub；有它就不设密码。", "The subject (sub) at the sign-in provider; then there is no password."
    ),
)
@json_option
def add(username: str, name: str, roles: tuple[str, ...], language: str, subject: str, as_json: bool) -> None:
    """Take on USERNAME. The first password is printed once, and changed at the first sign-in."""
    prepare(demo=True)
    from careline.identity import employing

    password, now = "", datetime.now(UTC)
    try:
        if subject:
            employing.admit(username, name or username, roles, subject, by=BY, now=now)
        else:
            _, password = employing.hire(username, name or username, roles, by=BY, now=now, language=language)
    except employing.NotEmployed as refused:
        raise _refused(str(refused)) from refused
    if as_json:
        print_json({"username": username, "roles": sorted(roles), "password": password})
    elif password:
        click.echo(password)
        click.echo(text("请当面交给本人；以后看不到了。", "Hand it over in person; it is not shown again."), err=True)
    else:
        click.echo(text("已新增，用统一登录进来。", "Taken on; signs in with the provider."))


@command.command(name="list", short_help=text("列出员工。", "List the people."))
@json_option
def list_(as_json: bool) -> None:
    """List everybody: roles, second factor, last sign-in."""
    prepare(demo=True)
    from careline.identity import factors
    from careline.identity.models import Staff

    people = list(Staff.objects.prefetch_related("groups").order_by("-is_active", "username"))
    kinds = factors.kinds_of(people)
    rows: list[dict[str, Any]] = [
        {
            "username": one.username,
            "name": str(one),
            "active": one.is_active,
            "roles": sorted(group.name for group in one.groups.all()),
            "factors": sorted(kinds.get(one.pk, ())),
            "last_sign_in": one.last_login.isoformat() if one.last_login else None,
        }
        for one in people
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        gone = "" if row["active"] else text("（已停用）", " (dismissed)")
        click.echo(
            f"{row['username']:16} {' '.join(row['roles']):30} {' '.join(row['factors']):10} {row['name']}{gone}"
        )


@command.command(short_help=text("忘了密码或丢了手机：重置。", "A lost password or phone: reset."))
@click.argument("username")
@click.option(
    "--factor", "what", flag_value="factor", help=text("只重置第二步验证。", "Reset the second factor alone.")
)
@click.option("--password", "what", flag_value="password", help=text("只重置密码。", "Reset the password alone."))
def reset(username: str, what: str | None) -> None:
    """Reset password and second factor of USERNAME, or one of them; prints the new first password. Sessions end."""
    prepare(demo=True)
    from careline.identity import employing

    try:
        password = employing.reset(
            username, by=BY, now=datetime.now(UTC), password=what != "factor", factors=what != "password"
        )
    except employing.NotEmployed as refused:
        raise _refused(str(refused)) from refused
    click.echo(password or text("第二步验证已重置。", "The second factor is reset."))


@command.command(short_help=text("停用一名员工，会话立即结束。", "Dismiss somebody; sessions end at once."))
@click.argument("username")
def dismiss(username: str) -> None:
    """Dismiss USERNAME: no sign-in any more. What the person did stays in the journal."""
    prepare(demo=True)
    from careline.identity import employing

    try:
        employing.dismiss(username, by=BY, now=datetime.now(UTC))
    except employing.NotEmployed as refused:
        raise _refused(str(refused)) from refused
    click.echo(text(f"{username} 已停用。", f"{username} is dismissed."))


def _refused(code: str) -> Trouble:
    from careline.identity.staff import ROLES

    roles = ", ".join(ROLES)
    said = {
        "name": text("用户名只能用字母、数字和 @ . + - _。", "The user name has letters, digits and @ . + - _ only."),
        "taken": text("这个用户名已有人用。", "Somebody has this user name already."),
        "role": text(f"没有这个角色；有：{roles}。", f"There is no such role; there are {roles}."),
        "no_such_person": text("没有这个人。", "There is no such person."),
        "last_manager": text("那样就没有人能管理员工了。", "Nobody would be left who manages people."),
        "subject_taken": text("这个 sub 已经对应别人。", "Somebody else is linked to this subject."),
    }
    return Trouble(said.get(code, code), code=Exit.USAGE)
