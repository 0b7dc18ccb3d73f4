"""`summarizer recordings`: whether the recorded replies are those of the prompts of today."""

from __future__ import annotations

from pathlib import Path

import click

from summarizer.cli.options import kind as kind_option


@click.group("recordings")
def command() -> None:
    """Check and list recorded replies."""


@command.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("inputs", nargs=-1, required=True)
@kind_option
@click.option("--topic", type=click.Path(path_type=Path), help="The topic file that they were recorded with.")
def check(folder: Path, inputs: tuple[str, ...], kind: str, topic: Path | None) -> int:
    """List recordings that are stale (prompt or schema changed), orphaned (no input asks for them) or broken.

    FOLDER is replayed over INPUTS. Ends with 1 when anything is listed.
    """
    from summarizer.api import Job, check_recordings, run_sync
    from summarizer.topics import load_topic

    job = Job(inputs=inputs, kind=kind, topic=load_topic(topic) if topic else None)
    found = run_sync(check_recordings(job, folder))
    for path, why in found.stale:
        click.echo(f"stale     {path.name}: {why}")
    for path in found.orphaned:
        click.echo(f"orphaned  {path.name}: no input asks for it")
    for path in found.broken:
        click.echo(f"broken    {path.name}: not a recording")
    faults = len(found.stale) + len(found.orphaned) + len(found.broken)
    if not faults:
        click.echo(f"All recordings in {folder} are used and of today's prompts.")
    return 1 if faults else 0


@command.command("list")
@click.argument("folder", type=click.Path(path_type=Path))
def list_(folder: Path) -> None:
    """List the recordings in a folder: purpose, what about, model, tokens of the reply."""
    from summarizer.recordings import Recordings
    from summarizer.recordings.format import parse
    from summarizer.rendering.words import inline

    for path in Recordings(folder).paths():
        recording = parse(path.read_bytes())
        if recording is None:
            click.echo(f"{path.name}: not a recording")
            continue
        reply = recording["reply"]
        tokens = (reply.get("usage") or {}).get("completion_tokens", "?")
        model, about = inline(str(reply["model"])), inline(str(recording.get("about", "")))
        click.echo(f"{inline(recording['purpose']):12} {model:16} {tokens:>7}  {about}")
