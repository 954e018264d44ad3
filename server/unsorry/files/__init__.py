"""Files on disk: reading proof files, replacing them safely, finding them, and their URIs."""

from unsorry.files.discovery import Discovery, discover
from unsorry.files.reading import ProofFile, decode, read
from unsorry.files.uris import canonical_uri, path_of, uri_of
from unsorry.files.writing import replace, write_atomically

__all__ = [
    "Discovery",
    "ProofFile",
    "canonical_uri",
    "decode",
    "discover",
    "path_of",
    "read",
    "replace",
    "uri_of",
    "write_atomically",
]
