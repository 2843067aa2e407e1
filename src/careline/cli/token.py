"""`careline token`: what other programs show to be let in."""

from datetime import UTC, datetime
from typing import Any

import click

from careline.cli import Exit, Trouble, json_option, prepare, print_json, text

BY = "cli"  # who the journal names for what is done at the command line


@click.group(short_help=text("签发、查看、吊销程序的令牌。", "Issue, list and revoke programs' tokens."))
def command() -> None:
    """Tokens of other programs: each has a name, scopes and perhaps an end; it is shown once."""


@command.command(short_help=text("签发一个令牌，只显示一次。", "Issue a token; it is shown once."))
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help=text(
        "权限，可写多个：tmf:read、tmf:write、app。", "What it may do, more than once: tmf:read, tmf:write, app."
    ),
)
@click.option("--days", type=click.IntRange(1, 3650), help=text("多少天后失效。", "After how many days it ends."))
@json_option
def issue(name: str, scopes: tuple[str, ...], days: int | None, as_json: bool) -> None:
    """Issue a token to the program NAME and print it, this once."""
    prepare(demo=True)
    from careline.identity import tokens

    try:
        plain = tokens.issue(name, scopes, by=BY, now=datetime.now(UTC), days=days)
    except tokens.NotIssued as refused:
        raise _refused(str(refused), tokens.SCOPES) from refused
    if as_json:
        print_json({"name": name, "scopes": sorted(scopes), "token": plain})
    else:
        click.echo(plain)
        click.echo(text("请现在收好，以后看不到了。", "Keep it now; it is not shown again."), err=True)


@command.command(name="list", short_help=text("列出令牌（看不到原文）。", "List tokens, without their secrets."))
@json_option
def list_(as_json: bool) -> None:
    """List every token that was issued: prefix, name, scopes, last use, end."""
    prepare(demo=True)
    from careline.identity import tokens

    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = [
        {
            "prefix": one.prefix,
            "name": one.name,
            "scopes": one.scopes,
            "issued_at": one.issued_at.isoformat(),
            "used_at": one.used_at.isoformat() if one.used_at else None,
            "expires_at": one.expires_at.isoformat() if one.expires_at else None,
            "state": "revoked" if one.revoked_at else "over" if one.expires_at and one.expires_at <= now else "valid",
        }
        for one in tokens.listed()
    ]
    if as_json:
        print_json(rows)
        return
    states = {"revoked": text("已吊销", "revoked"), "over": text("已过期", "over"), "valid": text("有效", "valid")}
    for row in rows:
        used = str(row["used_at"] or "–")[:16]
        click.echo(
            f"{row['prefix']}  {row['name']:20} {states[str(row['state'])]:8} {used:16}  {' '.join(row['scopes'])}"
        )
    if not rows:
        click.echo(text("还没有令牌。", "There are no tokens yet."))


@command.command(short_help=text("吊销令牌。", "Revoke tokens."))
@click.argument("which", metavar="TOKEN")
def revoke(which: str) -> None:
    """Revoke TOKEN: its prefix, or the name of a program with all its tokens.

    Exit code 1 when there is none.
    """
    prepare(demo=True)
    from careline.identity import tokens

    ended = tokens.revoke(which, by=BY, now=datetime.now(UTC))
    click.echo(text(f"吊销了 {ended} 个令牌。", f"{ended} revoked."))
    if not ended:
        raise SystemExit(int(Exit.NO))


def _refused(code: str, scopes: dict[str, str]) -> Trouble:
    match code:
        case "name":
            return Trouble(
                text("名字只能用字母、数字、- 和 _。", "The name has letters, digits, - and _ only."), code=Exit.USAGE
            )
        case _:
            known = "、".join(scopes)
            return Trouble(
                text(f"没有这个权限；有：{known}。", f"There is no such scope; there are {', '.join(scopes)}."),
                code=Exit.USAGE,
            )
