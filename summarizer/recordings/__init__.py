"""Replies kept and replayed: a transport under the client, and one JSON file for each request.

    client ── RecordingTransport ── the network
                 │        │
               read      write        folders of recordings

The fixtures of the tests and the everyday store are the same thing in two folders. A recording is named by
its key: the SHA-256 of the address's tail and of the whole body, without `user` and `metadata`; host, headers
and keys are in neither the key nor the file. While recording, the caller is handed the reply as it will be
replayed, since a re-ask quotes the reply and its own key counts every byte of it.
"""

from summarizer.recordings.compare import Check, check
from summarizer.recordings.files import Recordings, Size, file_name, write_whole
from summarizer.recordings.format import (
    BATCH,
    CHAT,
    EXCHANGE,
    FORMAT,
    Exchange,
    asked,
    completion,
    recorded,
    request_key,
    sha256_of,
)
from summarizer.recordings.transport import RecordingTransport

__all__ = [
    "BATCH",
    "CHAT",
    "EXCHANGE",
    "FORMAT",
    "Check",
    "Exchange",
    "RecordingTransport",
    "Recordings",
    "Size",
    "asked",
    "check",
    "completion",
    "file_name",
    "recorded",
    "request_key",
    "sha256_of",
    "write_whole",
]
