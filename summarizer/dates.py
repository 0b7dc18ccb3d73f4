"""Words of time to dates, from the document's own publication date and never from today's.

A date is either fixed by its words (`12 February 2025`: `explicit`), or by its words and the date of publication
(`on Tuesday`: `relative`), or not at all. Numbers and English are read by a small grammar that knows ranges
(`dates_english`), simple forms of other languages by dateparser (`dates_foreign`). A range is as wide as the words
are: `two days ago` is a day, `two weeks ago` a calendar week (Monday to Sunday), `in August` a month, `in 2022` a
year. What the words leave open stays open: `recently`, `soon`, `in recent weeks`, `after Friday`, `03/04/2025`.
"""

from __future__ import annotations

import datetime

from summarizer.claims import When
from summarizer.dates_english import Clue, attempt, cleaned_words, explicit_days, relative_days
from summarizer.dates_foreign import foreign_days

__all__ = ["resolve"]

_LONGEST = 80
_NO_MONTH = frozenset({"may", "march", "mar", "sun", "sat"})
"""Words that are a month or a day only with a capital or with more words around."""
_STAND_INS = [datetime.date(1501, 6, 15), datetime.date(2199, 6, 15)]
"""Stand in for an unknown date of publication, to see whether the words are understood; never shown."""


def resolve(
    words: str | None, published: datetime.date | None, *, future: bool = False, language: str | None = None
) -> When:
    """Resolve words that say when, as ISO dates with both ends included.

    `words` are the words of the source, None when it does not say; `published` is the day on which the document was
    published, where known. `future` reads what may be either (`on Tuesday`, `in June`) as the next one on or after
    that day instead of the latest one on or before it. `language` is the BCP 47 code of the text. Raises nothing:
    what is not understood has basis `unknown`, what is understood and lacks a date of publication has basis
    `relative`, both without dates.
    """
    if words is None:
        return When(basis="publication", from_=published, to=published) if published else When()
    cleaned = cleaned_words(words)
    if not cleaned or len(words) > _LONGEST or words.strip() in _NO_MONTH:
        return When(text=words)
    span = attempt(explicit_days, cleaned)
    is_explicit = span is not None
    for clue in [Clue(day, future=future) for day in ([published] if published else _STAND_INS)]:
        if span is None:
            span = attempt(relative_days, cleaned, clue)
    if span is None:
        span, is_explicit = foreign_days(words, Clue(published or _STAND_INS[0], future=future), language)
    if span is None:
        return When(text=words)
    if published is None and not is_explicit:
        return When(text=words, basis="relative")
    return When(text=words, from_=span[0], to=span[1], basis="explicit" if is_explicit else "relative")
