"""`careline doctor`: is everything around us as it must be, and if not, what mends it."""

import click

from careline.cli import Exit, json_option, print_json, text


@click.command(
    short_help=text("检查周围的一切并说明怎么修。", "Check everything around careline and say how to mend it.")
)
@json_option
def command(as_json: bool) -> None:
    """Check Python, Postgres, folders, secrets, tables, packs, the published catalogue, ports and optional programs.

    Exit code 0 when nothing is bad (warnings are fine), 1 when something is.
    """
    from careline.cli._checks import State, examine

    marks = {
        State.FINE: ("✓", "green"),
        State.WARN: ("!", "yellow"),
        State.BAD: ("✗", "red"),
        State.SKIPPED: ("-", None),
    }
    found = []
    for finding in examine():
        found.append(finding)
        if not as_json:
            mark, colour = marks[finding.state]
            click.echo(f"{click.style(mark, fg=colour)} {finding.name:12} {finding.said}")
            if finding.mend and finding.state is not State.FINE:
                click.echo(f"  {'':12} → {finding.mend}")
    bad = sum(finding.state is State.BAD for finding in found)
    if as_json:
        print_json({"fine": not bad, "checks": [finding.to_json() for finding in found]})
    elif bad:
        click.echo(text(f"\n{bad} 处需要修复。", f"\n{bad} to mend."))
    else:
        click.echo(text("\n一切正常。", "\nAll is well."))
    raise SystemExit(Exit.NO if bad else Exit.FINE)
