"""Words of time to dates, from the document's own publication date and never from today's.

A date is either fixed by its words (`12 February 2025`: `explicit`), or by its words and the date of publication
(`on Tuesday`: `relative`), or not at all. Numbers and English are read by a small grammar that knows ranges
(`english`), simple forms of other languages by dateparser (`foreign`). A range is as wide as the words
are: `two days ago` is a day, `two weeks ago` a calendar week (Monday to Sunday), `in August` a month, `in 2022` a
year. What the words leave open stays open: `recently`, `soon`, `in recent weeks`, `after Friday`, `03/04/2025`.
"""

from __future__ import annotations

import datetime
import re

from summarizer.claims import When
from summarizer.dates.english import Clue, attempt, cleaned_words, explicit_days, relative_days
from summarizer.dates.foreign import foreign_days

__all__ = ["resolve"]

_LONGEST = 80
_NO_MONTH = frozenset({"may", "march", "mar", "sun", "sat"})
"""Words that are a month or a day only with a capital or with more words around."""
_STAND_INS = [datetime.date(1501, 6, 15), datetime.date(2199, 6, 15)]
"""Stand in for an unknown date of publication, to see whether the words are understood; never shown."""

_BESIDE = re.compile(r"(?:after|before|since|until|till|by|from|between|prior|following|ahead)\b", re.IGNORECASE)
_ON = re.compile(r"(?<=\w)\s+(?=on\s)")


def resolve(
    words: str | None, published: datetime.date | None, *, future: bool = False, language: str | None = None
) -> When:
    """Resolve words that say when, as ISO dates with both ends included.

    `words` are the words of the source, None when it does not say; `published` is the day on which the document was
    published, where known. `future` reads what may be either (`on Tuesday`, `in June`) as the next one on or after
    that day instead of the latest one on or before it. `language` is the BCP 47 code of the text. Raises nothing:
    what is not understood has basis `unknown`, what is understood and lacks a date of publication has basis
    `relative`, both without dates.

    Words that name an occasion beside the time (`on Tuesday, after the talks`; `at a conference on Tuesday`) are
    read by their parts: those that are understood must agree.
    """
    if words is None:
        return When(basis="publication", from_=published, to=published) if published else When()
    clue = Clue(published or _STAND_INS[0], future=future)
    whole = _resolved(words, published, clue, language)
    if whole.basis != "unknown" or len(words) > _LONGEST:
        return whole
    found = [one for part in _parts(words) if (one := _resolved(part, published, clue, language)).basis != "unknown"]
    days = {(one.from_, one.to) for one in found}
    agreed = len(days) == 1 and found[0].from_ is not None
    return found[0].model_copy(update={"text": words}) if agreed else whole


def _parts(words: str) -> list[str]:
    """Return the parts of words that name an occasion too; none when they may stand before or after the time."""
    if _BESIDE.match(words.strip()):
        return []
    return [part for piece in words.split(",") for part in _ON.split(piece, maxsplit=1)[-1:] if part.strip()]


def _resolved(words: str, published: datetime.date | None, clue: Clue, language: str | None) -> When:
    cleaned = cleaned_words(words)
    if not cleaned or len(words) > _LONGEST or words.strip() in _NO_MONTH:
        return When(text=words)
    span = attempt(explicit_days, cleaned)
    is_explicit = span is not None
    for day in [published] if published else _STAND_INS:
        if span is None:
            span = attempt(relative_days, cleaned, Clue(day, future=clue.future))
    if span is None:
        span, is_explicit = foreign_days(words, clue, language)
    if span is None:
        return When(text=words)
    if published is None and not is_explicit:
        return When(text=words, basis="relative")
    return When(text=words, from_=span[0], to=span[1], basis="explicit" if is_explicit else "relative")
