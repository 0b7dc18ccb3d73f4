"""The command line: one module per command, loaded when it is called, so that `--help` is quick.

Exit codes: 0 all is well; 1 a brief was made, but has gaps or unverified claims and `--strict` was given, or
`verify` found that a brief does not hold; 2 bad usage or input; 3 the model could not be reached or gave no
usable reply; 130 interrupted.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

__all__ = ["main", "run"]

COMMANDS = {
    "brief": "Brief reports: files, folders, addresses, or - for standard input.",
    "demo": "Brief the sample reports that come with the program, with recorded replies.",
    "doctor": "Tell what an endpoint can do, and what to set.",
    "digest": "A brief a day out of feeds, folders and addresses, and what changed.",
    "names": "List and correct the parties and issues of a digest.",
    "eval": "Score briefs against annotations, or against one another.",
    "jobs": "List the jobs of workers and of the service; show, retry and cancel them.",
    "mcp": "Offer brief, verify and what_changed to an assistant.",
    "read": "Show what would be read, without asking a model.",
    "recordings": "Check and list recorded replies.",
    "schema": "Print the JSON Schema of a brief.",
    "serve": "Serve briefs over HTTP, to programs and to browsers.",
    "show": "Show a finished brief.",
    "store": "Show the kept replies, and prune them.",
    "verify": "Prove a finished brief against its own sources.",
    "worker": "Do the jobs of the queue, on as many machines as wanted.",
}
"""Each command with its one line of help: the table is here so that `--help` imports none of them."""


class _Lazy(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"summarizer.cli.{cmd_name.replace('-', '_')}").command
        if not isinstance(command, click.Command):  # pragma: no cover - a mistake of ours
            raise TypeError(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="summarizer")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Messy news about a negotiation in, a structured brief out: every line checked against the source.

    \b
    Exit codes: 0 well; 1 not clean and --strict (or: does not hold); 2 bad usage or
    input; 3 no usable reply from the model; 130 interrupted.
    """
    del debug  # read by main()


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code. An error is one line on standard error."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        result = cli.main(args=given, prog_name="summarizer", standalone_mode=False)
    except click.exceptions.Abort:
        return _say("Interrupted. Replies that had come are kept; the same command goes on from there.", 130)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except KeyboardInterrupt:
        return _say("Interrupted. Replies that had come are kept; the same command goes on from there.", 130)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): not an error of ours; keep Python from writing again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if "--debug" in given:
            raise
        from summarizer.errors import SummarizerError

        if isinstance(error, SummarizerError):
            return _say(str(error), error.exit_code)
        raise
    return result if isinstance(result, int) else 0


def _say(text: str, code: int) -> int:
    from summarizer.rendering.words import inline

    click.echo(f"summarizer: {inline(text)}", err=True)
    return code


def run() -> None:
    """Be the program: run a command and end with its exit code."""
    sys.exit(main())
