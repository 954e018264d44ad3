"""What a candidate may be made of: statements that prove and do not compute, or clauses of a loop or declaration.

A candidate is code. It is looked at before it reaches Dafny, so that it cannot end the body that it stands in, change
what a method does, or bring along what nobody asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from unsorry.errors import EditError
from unsorry.provers.dafny.declarations import CLAUSES, KINDS
from unsorry.provers.dafny.tokens import NotCode, Token, balanced, closing, tokens
from unsorry.provers.patterns import compiled

_GOOD_ATTRIBUTES = frozenset({"trigger", "induction", "fuel"})
_PROVING = frozenset({"assert", "calc", "forall", "reveal"})
_NEVER = frozenset({"assume", "expect", "include", "import", "export", "modify", "print", "yield", *KINDS})
# After these an expression goes on, so that a brace is a set's and opens no block.
_GOES_ON = frozenset({"in", "!in", "==", "!=", "<=", "<", "&&", "||", "==>", "<==", "<==>", "+", "-", "then", "else"})
# What others take for the end of a line; Dafny takes the lone return for one too.
_ODD_LINE_END = compiled(r"\r(?!\n)|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_LEAVING = frozenset({"return", "break", "continue", "goto"})
_ONLY_STATEMENTS = frozenset({"var", "while", "return", "assert", "calc", "reveal", "case", "new", "method", "by"})


def read_statements(text: str, *, ghost: bool, lemmas: Collection[str]) -> Sequence[Token]:
    """The tokens of a candidate that is to be a sequence of statements. Where ``ghost`` is false the statements
    around it are run, so that only assertions and calls of the given ``lemmas`` may stand among them.

    Raises:
        EditError: it is something else.
    """
    code = _code(text)
    if not ghost:
        at = 0
        while at < len(code):
            at = _proving_end(code, at, lemmas)
    elif code and code[0].text in CLAUSES:
        raise EditError(f"{code[0].text} is no statement")
    elif code and code[-1].text not in (";", "}", "=>"):
        raise EditError("the candidate does not end a statement")
    return code


def check_beside(code: Sequence[Token], around: Collection[str]) -> None:
    """Refuses, among statements of a proof, what would let them pass by without proving them: leaving the body before
    they are reached, giving variables other values, or giving other meanings to the words ``around``.

    Raises:
        EditError: it does one of these.
    """
    own: set[str] = set()
    for index, token in enumerate(code):
        if token.text in _LEAVING and token.kind == "word":
            raise EditError(f"{token.text} leaves what is to be shown")
        if token.text == "var" and token.kind == "word":
            own |= _names_after(code, index)
    if taken := own & set(around):
        raise EditError(f"{', '.join(sorted(taken))} already means something here")
    for index, token in enumerate(code):
        if token.text in (":=", ":|") and (given := _names_before(code, index) - own):
            raise EditError(f"{', '.join(sorted(given))} would get another value")


def _names_after(code: Sequence[Token], at: int) -> set[str]:
    """The variables that a ``var`` declares: all words up to its value."""
    end = next((i for i in range(at, len(code)) if code[i].text in (":=", ":|", ";", "{", "}")), len(code))
    return {token.text for token in code[at + 1 : end] if token.kind == "word"}


def _names_before(code: Sequence[Token], at: int) -> set[str]:
    """All words between the start of a statement and the sign that assigns."""
    start = at
    while start and code[start - 1].text not in (";", "{", "}", "=>"):
        start -= 1
    return {token.text for token in code[start:at] if token.kind == "word"} - {"var", "ghost"}


def read_clauses(text: str, words: Collection[str]) -> Sequence[Token]:
    """The tokens of a candidate that is to be one or more clauses, each with one of the ``words``.

    Raises:
        EditError: it is something else.
    """
    code = _code(text)
    if not code or code[0].text not in words:
        raise EditError(f"the candidate is not one of: {', '.join(sorted(words))}")
    for index, token in enumerate(code):
        if token.kind == "word" and token.text in (CLAUSES | _ONLY_STATEMENTS) - set(words):
            raise EditError(f"{token.text} has no place in a clause")
        if token.text in ("{", ";", ":=", ":|"):
            raise EditError(f"{token.text} has no place in a clause")
        if token.text == "*" and code[index - 1].text in CLAUSES:
            raise EditError("what may go on forever is not proved to end")
    return code


def _code(text: str) -> Sequence[Token]:
    if _ODD_LINE_END.search(text):
        raise EditError("the candidate has a character that may end a line or not")
    try:
        code = tokens(text)
    except NotCode as error:
        raise EditError(f"the candidate is not whole: {error}") from None
    if not balanced(code):
        raise EditError("the candidate's brackets do not match")
    for index, token in enumerate(code):
        if token.kind == "word" and token.text in _NEVER:
            raise EditError(f"{token.text} has no place in a proof")
        if token.text == "@" or (token.text == "{" and _attribute(code, index) not in (None, *_GOOD_ATTRIBUTES)):
            raise EditError("the candidate has an attribute")
        if token.text == "decreases" and code[index + 1 : index + 2] and code[index + 1].text == "*":
            raise EditError("what may go on forever is not proved to end")
    return code


def _attribute(code: Sequence[Token], brace: int) -> str | None:
    """The name of the attribute that opens at a brace, if one does."""
    after = [token.text for token in code[brace + 1 : brace + 3]]
    return after[1] if len(after) == 2 and after[0] == ":" else "" if after[:1] == [":"] else None


def _proving_end(code: Sequence[Token], at: int, lemmas: Collection[str]) -> int:
    """The index after the statement that starts at ``at``, which must be one that only proves."""
    first = code[at]
    call = first.text in lemmas and at + 1 < len(code) and code[at + 1].text == "("
    if not (first.text in _PROVING or call):
        raise EditError(f"{first.text} is no statement that only proves")
    index = at
    while index < len(code):
        token = code[index]
        if token.text == ";":
            return index + 1
        if token.text in (":=", ":|"):
            raise EditError("a statement that only proves assigns nothing")
        if token.text in ("(", "[", "{"):
            end = closing(code, index)
            if token.text == "{" and _is_block(code, index, first.text):
                if any(each.text in (":=", ":|") for each in code[index:end]):
                    raise EditError("a statement that only proves assigns nothing")
                return end + 1
            index = end
        index += 1
    raise EditError("the candidate does not end a statement")


def _is_block(code: Sequence[Token], brace: int, statement: str) -> bool:
    """Whether a brace opens the block with which a statement ends. Where that is not certain it does: then what
    follows has to be a statement that only proves as well."""
    before = code[brace - 1].text
    if statement in ("forall", "calc"):
        return _attribute(code, brace) is None and (statement == "calc" or before not in _GOES_ON)
    return before == "by"
