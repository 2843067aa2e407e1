"""`careline serve web`: the pages and the API, by a WSGI server of several processes."""

import click

from careline.cli import Trouble, prepare, text
from careline.cli._ports import free_near, is_free
from careline.cli._prepare import check_brand

PORT = 8000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help=text("监听的地址。", "Address to listen on."))
@click.option("--port", default=PORT, show_default=True, help=text("监听的端口。", "Port to listen on."))
@click.option("--workers", default=1, show_default=True, help=text("工作进程数。", "Worker processes."))
@click.option("--threads", default=4, show_default=True, help=text("每个进程的线程数。", "Threads per worker."))
def web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages and the API (WSGI)."""
    if not is_free(host, port):
        other = free_near(host, port + 1)
        raise Trouble(
            text(f"端口 {port} 已被占用。", f"Port {port} is in use."),
            text(f"可用：careline serve web --port {other}", f"This one is free: careline serve web --port {other}"),
        )
    prepare()
    check_brand()
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about a folder that is not there
    click.echo(text(f"网页：http://{host}:{port}/", f"Pages: http://{host}:{port}/"), err=True)
    Granian(
        "careline.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        websockets=False,
        log_access=False,
    ).serve()
