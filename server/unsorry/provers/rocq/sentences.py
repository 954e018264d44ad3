"""Splits Rocq text into sentences, as Rocq's own lexer does; knows nothing of what sentences mean.

Rocq ends a sentence at a lone ``.`` or ``...`` before a blank or the end of the text. Bullets, braces and selected
braces (``2: {``) are sentences too. Comments nest, and a string hides what it holds, even inside a comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import nested_end
from unsorry.text import Span

BLANK = r"[ \t\n\r]"
_STRING = r'"[^"]*+"'
# A comment with at most one level of comments inside is matched at C speed; deeper ones go the slow way.
_FLAT = rf'\(\*(?:[^*("]++|\*(?!\))|\((?!\*)|{_STRING})*+\*\)'
_COMMENT = rf'\(\*(?:[^*("]++|\*(?!\))|\((?!\*)|{_STRING}|{_FLAT})*+\*\)'
TRIVIA = rf"(?:{BLANK}++|{_COMMENT})*+"
END = rf"\.(?:\.\.)?(?:(?={BLANK})|\Z)"
# What a sentence is made of up to its end; it cannot pass a comment or string that is not closed.
BODY = rf'[^."(]*+(?:(?:{_STRING}|{_COMMENT}|\((?!\*)|(?!{END})\.++)[^."(]*+)*+'
_SELECTOR = rf"(?:(?:\d++|\[{BLANK}*+[^\W\d][\w']*+{BLANK}*+\]){BLANK}*+:{BLANK}*+)"
_CONTROL = rf"(?:(?:Fail|Succeed|Time|Timeout{BLANK}++\d++){BLANK}++)"
# A bullet or a brace, which ends itself. Neither ``{|`` nor a number alone is one.
SELF_ENDING = rf"(?:-++|\+++|\*++|{_CONTROL}*+{_SELECTOR}?+\{{(?!\|)|\}})"
SENTENCE_REST = rf"(?:(?![a-z]){SELF_ENDING}|{BODY}{END})"  # most start with a small letter

_TRIVIA = compiled(TRIVIA)
_REST = compiled(SENTENCE_REST)
_BODY_ONLY = compiled(BODY)
_END_ONLY = compiled(END)
COMMENT_TOKEN = compiled(r'[(*"](?:(?<=\()(?P<open>\*)|(?<=\*)(?P<close>\))|(?<=")[^"]*+(?:"|(?P<unclosed>\Z)))')


@frozen
class Sentence:
    """One sentence with its period. ``finished`` is false only for a last one whose end is missing."""

    span: Span
    finished: bool = True


def skip_trivia(text: str, at: int) -> int:
    """Past the blanks and comments from ``at`` on; an unclosed comment reaches to the end of the text."""
    while True:
        match = _TRIVIA.match(text, at)
        at = match.end() if match else at
        if not text.startswith("(*", at):
            return at
        at = nested_end(text, at, COMMENT_TOKEN)


def sentence_end(text: str, start: int) -> tuple[int, bool]:
    """Where the sentence ends that starts at ``start`` (on its first character, not on trivia), and whether it is
    finished there; one that is not reaches to the end of the text."""
    match = _REST.match(text, start)
    if match:
        return match.end(), True
    at = start
    while True:  # a comment is in the way that only counting can pass, or nothing ends the sentence
        body = _BODY_ONLY.match(text, at)
        at = body.end() if body else at
        end = _END_ONLY.match(text, at)
        if end:
            return end.end(), True
        if not text.startswith("(*", at):
            return len(text), False
        at = nested_end(text, at, COMMENT_TOKEN)


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Sentence]:
    """The sentences that start in ``text[start:end]``, without the blanks and comments before each.

    ``start`` must lie between sentences, not inside one.
    """
    limit = len(text) if end is None else end
    at = skip_trivia(text, start)
    while at < limit:
        stop, finished = sentence_end(text, at)
        yield Sentence(Span(at, stop), finished)
        at = skip_trivia(text, stop)
