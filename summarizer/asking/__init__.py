"""Between a prompt and a checked reply: the only importer of openai, instructor and tenacity.

asker       one re-ask, retries, concurrency, usage
  servers   how a server is asked for structure
  client    one try: instructor over openai over the transports
    forms     the strict schema of a form, and what is wrong with a reply
    replies   the text of a reply into its form, mended where that is safe
    faults    what the client raises, as errors of ours
  network   the innermost transport: the time for one try
    limits    requests, tokens and money, before anything is sent
      allowance   requests and tokens a minute over several processes
  meter     what it took
    prices    list prices
"""

from summarizer.asking.allowance import Allowance
from summarizer.asking.asker import Asker
from summarizer.asking.forms import strict_schema
from summarizer.asking.requests import Answer, Event, Forecast, Request, Usage

__all__ = ["Allowance", "Answer", "Asker", "Event", "Forecast", "Request", "Usage", "strict_schema"]
