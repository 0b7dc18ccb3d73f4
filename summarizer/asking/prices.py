"""List prices, from genai-prices: an offline table that knows cached tokens too."""

from __future__ import annotations

from functools import cache

from summarizer.claims import Tokens

__all__ = ["price", "window"]


BATCH_RATE = 0.5
"""What the Batch API costs, as a part of the list price (OpenAI, Anthropic, Mistral, Groq)."""


def price(model: str | None, tokens: Tokens, *, batch: bool = False) -> float | None:
    """Return the list price of tokens in US dollars, or None when the model is unknown."""
    if model is None or not _known(model):
        return None
    from genai_prices import Usage, calc_price  # 0.2 s to import, and often not needed

    counted = Usage(input_tokens=tokens.input, cache_read_tokens=tokens.cached_input, output_tokens=tokens.output)
    return float(calc_price(counted, model).total_price) * (BATCH_RATE if batch else 1.0)


@cache
def _known(model: str) -> bool:
    from genai_prices import Usage, calc_price

    try:
        calc_price(Usage(input_tokens=1, output_tokens=1), model)
    except LookupError:
        return False
    return True


def window(model: str) -> int | None:
    """Return the model's context window in tokens, or None when it is unknown."""
    from genai_prices import Usage, calc_price

    return calc_price(Usage(input_tokens=1, output_tokens=1), model).model.context_window if _known(model) else None
