"""Reading: whatever people have, as Documents. One module per kind of input.

    files, folders, standard input, JSONL, pages, addresses, feeds, PDF, DOCX, mail
        → places (what is there) → one reader each (Document, Gap or Link) → copies → Reading

What is read is what a reader would see, to the character: see `decoding` for what is taken out of a text.
"""

from summarizer.reading.inputs import aread, asurvey, read
from summarizer.reading.results import OnProgress, Progress, Reading, ReadSettings, Upload

__all__ = ["OnProgress", "Progress", "ReadSettings", "Reading", "Upload", "aread", "asurvey", "read"]
