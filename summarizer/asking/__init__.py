"""Between a prompt and a checked reply: the only importer of openai, instructor and tenacity.

asker    one re-ask, retries, concurrency, usage
  client   one try: instructor over openai over the transport of `summarizer.recordings`
  faults   what the client raises, as errors of ours
  forms    the strict schema of a form, and what is wrong with a reply
  meter    tokens and money
"""

from summarizer.asking.asker import Asker
from summarizer.asking.forms import strict_schema
from summarizer.asking.requests import Answer, Event, Request, Usage

__all__ = ["Answer", "Asker", "Event", "Request", "Usage", "strict_schema"]
