"""A brief a day out of feeds, folders and addresses, and above all what changed.

    sources → ledger (what is new) → extract, reconcile, compare (only what is new) → the day's brief and its news
            → ledger → files, mail, webhook

`run_digest` does one day and ends. `day` holds the order of the steps; `picture`, `conditions` and `news` are pure.
"""

from summarizer.digest.clock import Clock, system_clock
from summarizer.digest.config import CONFIG_NAME, DigestConfig, load_config
from summarizer.digest.day import DigestRun, Outcome, run_digest, take_in
from summarizer.digest.news import News

__all__ = [
    "CONFIG_NAME",
    "Clock",
    "DigestConfig",
    "DigestRun",
    "News",
    "Outcome",
    "load_config",
    "run_digest",
    "system_clock",
    "take_in",
]
