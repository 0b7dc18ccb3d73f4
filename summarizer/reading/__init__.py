"""Reading: whatever people have, as Documents. One module per kind of input.

    files, folders, standard input, JSONL, pages, addresses, feeds, PDF, DOCX, mail
        → places (what is there) → one reader each (Document, Gap or Link) → copies → Reading

    inputs     the one entry; places, sniffing and dispatch find the reader of each input
    files/     texts, JSONL, PDF, Word, mail
    pages/     web pages, and seeing/ what on them a reader cannot see
    web/       addresses and feeds
    copies     one text under several outlets

What is read is what a reader would see, to the character: see `decoding` for what is taken out of a text.
"""

from summarizer.reading.inputs import aread, asurvey, read
from summarizer.reading.results import OnProgress, Progress, Reading, ReadSettings, Upload

__all__ = ["OnProgress", "Progress", "ReadSettings", "Reading", "Upload", "aread", "asurvey", "read"]
