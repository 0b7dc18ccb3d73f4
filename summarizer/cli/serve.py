"""`summarizer serve`: briefs over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.options import asking, settings_from

if TYPE_CHECKING:
    from summarizer.ledger import Ledger
    from summarizer.service.guard import Guarding
    from summarizer.service.queued import QueueRunner

_OWN = ("host", "port", "token_file", "ledger", "jobs", "offline", "certificate", "certificate_key", "enqueue", "queue")
_LIMITS = ("max_body", "max_inputs", "max_waiting", "per_minute")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any that is free.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help="Lines name:token[:requests a minute]. Needed to listen beyond this machine.",
)
@click.option("--ledger", help="The database of jobs and digests. [SQLite in the user's data folder]")
@click.option(
    "--enqueue", is_flag=True, help="Leave the jobs to workers (`summarizer worker`), on a PostgreSQL ledger."
)
@click.option("--queue", default="briefs", show_default=True, help="With --enqueue: the workers' queue.")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Jobs at the same time.")
@click.option("--max-waiting", type=click.IntRange(1), default=100, show_default=True, help="Jobs kept, not ended.")
@click.option("--max-inputs", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Inputs of a job.")
@click.option("--max-body", type=click.IntRange(1), default=25_000_000, show_default=True, help="Bytes of a request.")
@click.option("--per-minute", type=click.IntRange(1), default=300, show_default=True, help="Requests of a client.")
@click.option("--offline", is_flag=True, help="Fetch no address.")
@click.option("--certificate", type=click.Path(path_type=Path), help="Speak HTTPS with this certificate (PEM).")
@click.option("--certificate-key", type=click.Path(path_type=Path), help="Its key (PEM), if in a file of its own.")
@asking
def command(**given: Any) -> int:
    """Serve briefs over HTTP, to programs and to browsers. See docs/service.md.

    \b
    Examples:
      summarizer serve
      summarizer serve --host 0.0.0.0 --token-file tokens.txt --certificate site.pem
    """
    own = {name: given.pop(name) for name in _OWN}
    limits = {name: given.pop(name) for name in _LIMITS}
    return serve(own, limits, given)


def serve(own: dict[str, Any], limits: dict[str, int], asking: dict[str, Any]) -> int:
    """Run the service until it is told to end; return the exit code.

    Raises:
        SettingsError: an address beyond this machine and no tokens; tokens that cannot be read; an extra is missing.
        LedgerError: the ledger cannot be opened.
        DigestError: another service works on the ledger.

    """
    from summarizer.errors import MissingExtra, SettingsError

    try:
        import uvicorn

        from summarizer.service import Limits, create_app, read_tokens
        from summarizer.service.guard import Guarding, is_loopback
        from summarizer.service.jobs import Work
    except ModuleNotFoundError as error:
        raise MissingExtra(f"serve ({error.name})", "serve") from None
    from summarizer.ledger import Ledger
    from summarizer.reading import ReadSettings

    if not is_loopback(own["host"]) and own["token_file"] is None:
        raise SettingsError(f"--host {own['host']} is open to others: give --token-file, or listen at 127.0.0.1.")
    guarding = Guarding(Limits(**limits), read_tokens(own["token_file"]) if own["token_file"] else ())
    work = Work(settings_from(asking), own["jobs"], ReadSettings(offline=own["offline"]))
    with Ledger(own["ledger"]) as ledger:
        app = create_app(ledger, work, guarding, queue_runner(ledger, own, guarding) if own["enqueue"] else None)

        class Server(uvicorn.Server):
            """Lets those who watch a job go before it waits for open connections."""

            def handle_exit(self, sig: int, frame: Any) -> None:
                app.state.runner.hang_up()
                super().handle_exit(sig, frame)

        config = uvicorn.Config(
            app,
            host=own["host"],
            port=own["port"],
            ssl_certfile=own["certificate"],
            ssl_keyfile=own["certificate_key"],
            proxy_headers=False,
            server_header=False,
            log_level="info",
            timeout_graceful_shutdown=10,
        )
        server = Server(config)
        _let_log()
        server.run()
        if app.state.runner.refused is not None:
            raise app.state.runner.refused
    return 0 if server.started else 2


def queue_runner(ledger: Ledger, own: dict[str, Any], guarding: Guarding) -> QueueRunner:
    """Return what puts the jobs of the service into the workers' queue."""
    from summarizer.queueing import Queue
    from summarizer.service.queued import QueueRunner

    return QueueRunner(Queue(ledger, own["queue"]), guarding.metrics)


def _let_log() -> None:
    """Log what jobs do beside what uvicorn logs."""
    import logging

    logger = logging.getLogger("summarizer.service")
    logger.setLevel(logging.INFO)
    for handler in logging.getLogger("uvicorn").handlers:
        logger.addHandler(handler)
