"""`summarizer schema`: the JSON Schema of a brief."""

from __future__ import annotations

import json

import click

from summarizer.cli.options import kind as kind_option


@click.command("schema")
@kind_option
@click.option("--reply", is_flag=True, help="The form that the model fills in, instead of the brief.")
def command(kind: str, *, reply: bool) -> None:
    """Print the JSON Schema of a brief, or of the form that the model fills in."""
    from summarizer.kinds import load_kind

    found = load_kind(kind)
    if reply:
        schema = found.reply.model_json_schema()
    else:
        schema = found.brief.model_json_schema(by_alias=True, mode="serialization")
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))
