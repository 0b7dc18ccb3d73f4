"""Asks the model which names and claims of several documents are the same. It answers with ids alone.

    candidates   what there is to group: the parties, people and issues of the documents, and those known before
    names        one request about names; the reply is checked to be a partition, and applied
    claims       one request per batch of claims that could be the same
    following    for a digest: one request per batch of conditions that could be about an earlier one
    nearest      for a digest: what of all that is known goes into a request

What breaks a rule is asked about once more; what still breaks it stays ungrouped. So a merge can neither
add, nor reword, nor lose a claim.
"""

from summarizer.reconciling.claims import claim_line, corroborate
from summarizer.reconciling.following import Followed, follow, has_state, holder_of
from summarizer.reconciling.names import by_name, reconcile
from summarizer.reconciling.nearest import nearest

__all__ = [
    "Followed",
    "by_name",
    "claim_line",
    "corroborate",
    "follow",
    "has_state",
    "holder_of",
    "nearest",
    "reconcile",
]
