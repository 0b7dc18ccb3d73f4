"""Words to spans: where a quotation stands in its source, or why it does not.

locating         the search: exact, normalised, elided; nothing else is found
refusals         why not: the nearest passage and how it differs
indexed          a text as it is searched, made once
normalised       a text without what does not matter, and the way back to its own offsets
function_words   negations, modal verbs, numbers and words of saying, in several languages
"""

from summarizer.evidence.locating import locate
from summarizer.evidence.refusals import Reason, Refusal

__all__ = ["Reason", "Refusal", "locate"]
