"""Words of time to dates, from the document's own publication date and never from today's.

resolving   the words as a whole, or by their parts where they name an occasion too
english     a small grammar of English and of numbers, which knows ranges
foreign     simple forms of other languages, by dateparser
"""

from summarizer.dates.resolving import resolve

__all__ = ["resolve"]
