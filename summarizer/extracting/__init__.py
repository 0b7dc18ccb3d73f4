"""Asks the model what one document says, and checks every claim of the reply against the text.

    extraction    one request per document or part, one re-ask, the result
    requests      the instructions and the document as the model reads it
    checking      claims of a reply to claims with evidence, or failures with their reasons
    corrections   the re-ask: every failure at once, and what puts each right

What still does not hold is set aside as `unverified`, with the reason: claims in = claims out.
"""

from summarizer.extracting.extraction import extract
from summarizer.extracting.requests import extract_request, extract_requests, numbered

__all__ = ["extract", "extract_request", "extract_requests", "numbered"]
