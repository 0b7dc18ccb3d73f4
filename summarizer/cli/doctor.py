"""`summarizer doctor`: what an endpoint can do."""

from __future__ import annotations

from typing import Any

import click

from summarizer.cli.options import asking, settings_from


@click.command("doctor")
@asking
def command(**given: Any) -> int:
    """Tell what the endpoint can do, with one small request, and what to set. Ends with 3 when it cannot be used."""
    from summarizer.api import Job, document_requests, run_sync
    from summarizer.asking.doctor import diagnose
    from summarizer.samples import seeds_folder

    settings = settings_from(given)
    sample = run_sync(document_requests(Job(inputs=[seeds_folder()]), settings))
    found = run_sync(diagnose(settings, sample))
    known = {None: "not asked", True: "known", False: "unknown"}
    rows = {
        "endpoint": found.endpoint,
        "reachable": "yes" if found.reachable else "no",
        "key": found.key,
        "model": f"{found.model} ({known[found.model_known]})",
        "structured output": found.structured or "none found",
        "context size": f"{found.window} tokens" if found.window else "not told",
        "requests sent": str(found.requests),
    }
    if found.sample:
        cost = "n/a" if found.sample.cost_usd is None else f"${found.sample.cost_usd:.4f}"
        tokens = found.sample.tokens
        rows["the samples"] = f"{found.sample.requests} requests, {tokens.input} tokens in, {tokens.output} out, {cost}"
    for name, value in rows.items():
        click.echo(f"{name:18} {value}")
    for line in (found.problem, *found.advice):
        if line:
            click.echo(f"→ {line}")
    return 3 if found.problem else 0
