"""The LangExtract side of `asking.py`, run by the Python of an environment that has langextract[openai].

langextract_peer.py URL DOCUMENTS AT_ONCE
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from pathlib import Path

import langextract as lx

sys.path.insert(0, str(Path(__file__).resolve().parent))
from asking import Documents

EXAMPLE = lx.data.ExampleData(
    text="Ruritania said it would not accept foreign troops.",
    extractions=[lx.data.Extraction("position", "would not accept foreign troops", attributes={"party": "Ruritania"})],
)


def extract(url: str, texts: list[str], at_once: int) -> None:
    """Extract from all documents."""
    lx.extract(
        [lx.data.Document(text=text, document_id=str(number)) for number, text in enumerate(texts)],
        prompt_description="Extract each position of a party.",
        examples=[EXAMPLE],
        model_id="gpt-4o-mini",
        api_key="k",
        language_model_params={"base_url": url},
        max_workers=at_once,
        batch_length=at_once,
        max_char_buffer=1_000_000,
        fetch_urls=False,
        show_progress=False,
        use_schema_constraints=False,
    )


url, count, at_once = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
documents = Documents(count)
texts = [documents[number] for number in range(count)]
with contextlib.redirect_stdout(io.StringIO()):
    extract(url, texts[:1], at_once)
    began, used = time.perf_counter(), time.process_time()
    extract(url, texts, at_once)
found = {"seconds": time.perf_counter() - began, "processor": (time.process_time() - used) / count}
print(json.dumps(found))
