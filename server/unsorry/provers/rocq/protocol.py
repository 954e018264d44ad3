"""The XML that ``coqidetop`` speaks: calls as bytes, and an incremental decoder that makes typed messages.

Elements come back to back without a root and may be split over reads. Both forms of a failure are understood:
``loc_s``/``loc_e`` attributes (up to 8.19) and a ``loc`` element (from 8.20). Starts no process.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from html import escape, unescape
from xml.etree.ElementTree import Element, ParseError, fromstring

from attrs import frozen

from unsorry.errors import ProverError
from unsorry.provers.rocq.memo import remembered

# XML 1.0 has no way to write these, and a prover may well print them; they would end the parse.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONG = 1 << 16
_OVERLAP = len(b"</feedback>")
_LARGEST_MESSAGE = 64 << 20


@frozen
class Location:
    """UTF-8 bytes from the start of the text that was sent; the end is exclusive."""

    start: int
    end: int


AXIOM = "axiom"


@frozen
class Notice:
    """Something the prover says beside its answer; ``level`` is debug, info, notice, warning, error, or
    ``AXIOM``, without a text, for each thing that it takes without proof."""

    level: str
    text: str
    location: Location | None = None


@frozen
class Value:
    """The answer to one call. ``state`` is the last good state that a failure names (0: nothing changed). What a
    good answer holds is read when it is asked for: much of it never is."""

    good: bool
    data: bytes = b""
    state: int = 0
    message: str = ""
    location: Location | None = None


@frozen
class Status:
    """``proof`` is the innermost open proof's name; ``open_proofs`` counts them all."""

    path: tuple[str, ...]
    proof: str
    open_proofs: int


@frozen
class RawGoal:
    """One goal as printed: a line for each hypothesis, and the conclusion."""

    id: str
    hypotheses: tuple[str, ...]
    conclusion: str


@frozen
class RawGoals:
    """The goals of an open proof: focused, unfocused (innermost first), shelved, and given up."""

    foreground: tuple[RawGoal, ...] = ()
    background: tuple[RawGoal, ...] = ()
    shelved: tuple[RawGoal, ...] = ()
    given_up: tuple[RawGoal, ...] = ()

    @property
    def remaining(self) -> tuple[RawGoal, ...]:
        """What is still to be shown before the proof may close."""
        return self.foreground + self.background + self.shelved

    @property
    def count(self) -> int:
        return len(self.remaining) + len(self.given_up)


def _string(text: str) -> str:
    # Lone surrogates have no UTF-8; the prover would choke on what stands for them.
    return f"<string>{escape(text.encode('utf-8', 'replace').decode(), quote=False)}</string>"


def _call(name: str, argument: str) -> bytes:
    return f'<call val="{name}">{argument}</call>'.encode()


def _state(state: int) -> str:
    return f'<state_id val="{state}"/>'


def init() -> bytes:
    return _call("Init", '<option val="none"/>')


def about() -> bytes:
    return _call("About", "<unit/>")


def add(sentence: str, tip: int) -> bytes:
    """Adds one sentence on top of the last state. Only its first sentence is read: split first."""
    text = f"<pair>{_string(sentence)}<int>-1</int></pair>"
    where = f'<pair>{_state(tip)}<bool val="false"/></pair>'
    return _call(
        "Add", f"<pair><pair><pair>{text}{where}</pair><int>0</int></pair><pair><int>0</int><int>0</int></pair></pair>"
    )


def is_add(call: bytes) -> bool:
    return call.startswith(b'<call val="Add">')


def edit_at(state: int) -> bytes:
    return _call("Edit_at", _state(state))


def query(text: str, state: int) -> bytes:
    """Runs sentences, each from ``state`` anew, and takes every effect back."""
    return _call("Query", f'<pair><route_id val="1"/><pair>{_string(text)}{_state(state)}</pair></pair>')


def goals() -> bytes:
    return _call("Goal", "<unit/>")


def status() -> bytes:
    return _call("Status", '<bool val="false"/>')


def quit_() -> bytes:
    return _call("Quit", "<unit/>")


# Two of three messages only tell of progress; they are dropped before anything is made of them. Text is escaped, so
# that such bytes are never part of another message.
_PROGRESS = re.compile(
    rb'(?:\s*<feedback object="state" route="\d+"><state_id val="-?\d+"/>'
    rb'<feedback_content val="(?:processingin|processed|filedependency|fileloaded|workerstatus)"'
    rb"(?:/>|>.*?</feedback_content>)</feedback>)*",
    re.DOTALL,
)
_GOOD = re.compile(rb'\s*<value val="good"')
# Most of what is said: in one piece, of plain text. Anything else takes the longer way.
_SAID = re.compile(
    rb'<feedback object="state" route="\d+"><state_id val="-?\d+"/><feedback_content val="message"><message>'
    rb'<message_level val="(?P<level>\w+)"/><option val="(?:none"/>|some">'
    rb'<loc start="(?P<start>\d+)" stop="(?P<stop>\d+)"[^<>]*/></option>)<richpp><_><pp>'
    rb"(?P<text>.*)"
    rb"</pp></_></richpp></message></feedback_content></feedback>",
    re.DOTALL,
)
_FAILED = re.compile(
    rb'<value val="fail"(?: loc_s="(?P<start>\d+)" loc_e="(?P<end>\d+)")?><state_id val="(?P<state>\d+)"/>'
    rb"<richpp><_><pp>(?P<text>.*)</pp></_></richpp></value>",
    re.DOTALL,
)
_AXIOM = re.compile(
    rb'<feedback object="state" route="\d+"><state_id val="-?\d+"/><feedback_content val="addedaxiom"/></feedback>'
)
_TAG = re.compile(rb"<[^<>]*>")
# What kind of thing each part of a printed term is: nobody needs it, and it is most of what is to be parsed.
_MARKUP = re.compile(rb"</?constr\.\w+>")
_STATE = re.compile(rb'<state_id val="(\d+)"/>')
_STATUS = re.compile(
    rb'<value val="good"><status><list>(?P<path>(?:<string>[^<&]*</string>)*)</list>'
    rb'<option val="(?:none"/>|some"><string>(?P<proof>[^<&]*)</string></option>)<list(?:/>|>(?P<all>.*?)</list>)',
    re.DOTALL,
)
_GOAL = re.compile(
    rb"<goal><string>(?P<id>[^<]*)</string>(?:<list/>|<list>(?P<hypotheses>.*?)</list>)"
    rb'<richpp>(?P<conclusion>.*?)</richpp><option val="none"/></goal>',
    re.DOTALL,
)
_RICH = re.compile(rb"<richpp>(.*?)</richpp>", re.DOTALL)
# What is around goals, each of which stands as one letter: focused, unfocused as pairs of lists, shelved, given up.
_AROUND = re.compile(
    rb'<value val="good"><option val="some"><goals>(?:<list/>|<list>(?P<foreground>G*)</list>)'
    rb"(?:<list/>|<list>(?P<background>(?:<pair>(?:<list/>|<list>G*</list>){2}</pair>)*)</list>)"
    rb"(?:<list/>|<list>(?P<shelved>G*)</list>)(?:<list/>|<list>(?P<given_up>G*)</list>)"
    rb"</goals></option></value>\s*"
)
_STRING = re.compile(rb"<string>([^<]*)</string>")
_END = re.compile(rb"</(?:value|feedback)>")
_ALONE = re.compile(rb"\s*<value\b[^<>]*/>")
_BEGINNINGS = (b"<value", b"<feedback")
_BEGUN = re.compile(rb"<(?:value|feedback)(?:\s[^<>]*)?(?:>|\Z)")


class Decoder:
    """Bytes in, messages out, in order: a ``Value`` for each call, any number of ``Notice``s before it. ``at`` counts
    the bytes up to the end of the last message."""

    def __init__(self) -> None:
        self.at = 0
        self._fed = 0
        self._rest = b""
        self._searched = 0  # no end of a message begins before
        self._more: list[bytes] = []  # of a long message whose end has not come: joined once
        self._tail = b""
        self._size = 0

    def feed(self, data: bytes) -> Iterator[Value | Notice]:
        """The messages that these bytes complete.

        Raises:
            ProverError: they are not the protocol, or one message does not end.
        """
        self._fed += len(data)
        if len(self._rest) > _LONG:
            self._tail += data
            if not _END.search(self._tail):
                self._tail = self._tail[-_OVERLAP:]
                self._more.append(data)
                self._limit(len(data))
                return
        buffer = b"".join((self._rest, *self._more, data)) if self._rest else data
        self._more.clear()
        start = self._fed - len(buffer)
        at = _after_progress(buffer, 0)
        end = _ALONE.match(buffer, at) or _END.search(buffer, max(at, self._searched))
        while end is not None:
            message = _read(buffer[at : end.end()])
            if message is not None:
                self.at = start + end.end()
                yield message
            at = _after_progress(buffer, end.end())
            end = _ALONE.match(buffer, at) or _END.search(buffer, at)
        self._rest = buffer[at:].lstrip()
        self._searched = max(0, len(self._rest) - len(b"</feedback>"))
        if not (_BEGUN.match(self._rest) or any(begin.startswith(self._rest) for begin in _BEGINNINGS)):
            raise ProverError(
                f"the prover's answer is not the protocol: {self._rest[:60].decode('utf-8', 'replace')!r}"
            )
        self._tail = self._rest[-_OVERLAP:]
        self._size = 0
        self._limit(len(self._rest))

    def _limit(self, more: int) -> None:
        self._size += more
        if self._size > _LARGEST_MESSAGE:
            raise ProverError("the prover's answer does not end")


def is_feedback(data: bytes) -> bool:
    """Whether this is nothing but whole messages other than answers: they can wait until an answer comes."""
    return data.startswith(b"<feedback") and data.endswith(b"</feedback>") and b"<value" not in data


def _after_progress(buffer: bytes, at: int) -> int:
    match = _PROGRESS.match(buffer, at)
    return match.end() if match else at


def _read(data: bytes) -> Value | Notice | None:
    """One whole message."""
    if _GOOD.match(data):
        return Value(True, data)
    said = _SAID.fullmatch(data)
    if said is not None:
        where = None if said["start"] is None else Location(int(said["start"]), int(said["stop"]))
        return Notice(said["level"].decode(), _unescaped(said["text"]), where)
    failed = _FAILED.fullmatch(data)
    if failed is not None:
        where = None if failed["start"] is None else Location(int(failed["start"]), int(failed["end"]))
        return Value(False, state=int(failed["state"]), message=_unescaped(failed["text"]), location=where)
    if _AXIOM.fullmatch(data):
        return Notice(AXIOM, "")
    return _message(_element(data))


def _element(data: bytes) -> Element:
    text = _MARKUP.sub(b"", data).decode("utf-8", "replace").replace("&nbsp;", "\xa0")
    try:
        return fromstring(_FORBIDDEN.sub("\ufffd", text))  # noqa: S314 - from a program that we started
    except ParseError as error:
        raise ProverError(f"the prover's answer is not the protocol: {error}") from error


@remembered
def _unescaped(data: bytes) -> str:
    """What ``plain`` makes of the element, which need not be parsed for it."""
    text = _TAG.sub(b"", data).replace(b"&nbsp;", b" ").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    shown = _FORBIDDEN.sub("\ufffd", text.decode("utf-8", "replace"))
    return (unescape(shown) if "&" in shown else shown).replace("\xa0", " ").strip()


def plain(element: Element | None) -> str:
    """An element's text without its markup."""
    return "" if element is None else "".join(element.itertext()).replace("\xa0", " ").strip()


def _location(element: Element) -> Location | None:
    """Of a ``value`` or a ``message``, in either form."""
    if "loc_s" in element.attrib:
        return Location(int(element.attrib["loc_s"]), int(element.attrib.get("loc_e", element.attrib["loc_s"])))
    loc = element.find("./option/loc")
    return None if loc is None else Location(int(loc.get("start", 0)), int(loc.get("stop", 0)))


def _message(element: Element) -> Value | Notice | None:
    """``None`` for feedback that nobody needs (progress, loaded files, …)."""
    if element.tag == "feedback":
        if element.find("./feedback_content[@val='addedaxiom']") is not None:
            return Notice(AXIOM, "")
        message = element.find("./feedback_content[@val='message']/message")
        if message is None:
            return None
        level = message.find("message_level")
        return Notice("" if level is None else level.get("val", ""), plain(message.find("richpp")), _location(message))
    if element.tag != "value":
        raise ProverError(f"the prover's answer is not the protocol: unexpected <{element.tag}>")
    state = element.find("state_id")
    valid = 0 if state is None else int(state.get("val", 0))
    return Value(False, state=valid, message=plain(element.find("richpp")), location=_location(element))


def read_state(value: Value) -> int:
    """The state that ``Init`` or ``Add`` made."""
    state = _STATE.search(value.data)
    if state is None:
        raise ProverError("the prover's answer names no state")
    return int(state[1])


def read_version(value: Value) -> str:
    return plain(_element(value.data).find(".//string")) if value.data else ""


def read_status(value: Value) -> Status:
    quick = _STATUS.match(value.data)
    if quick is not None:
        modules = tuple(part.decode("utf-8", "replace") for part in _STRING.findall(quick["path"]))
        return Status(
            modules, (quick["proof"] or b"").decode("utf-8", "replace"), (quick["all"] or b"").count(b"<string>")
        )
    status_ = _element(value.data).find("status") if value.data else None
    if status_ is None or len(status_) < 3:
        raise ProverError("the prover's answer is no status")
    path, proof, proofs = status_[0], status_[1], status_[2]
    return Status(tuple(plain(part) for part in path), plain(proof), len(proofs))


def read_goals(value: Value) -> RawGoals | None:
    """``None`` where no proof is open."""
    goals_: list[RawGoal] = []

    def take(found: re.Match[bytes]) -> bytes:
        goals_.append(_quick_goal(found))
        return b"G"

    around = _AROUND.fullmatch(_GOAL.sub(take, value.data))
    if around is not None:
        read = iter(goals_)
        counts = [(part or b"").count(b"G") for part in around.groups()]
        return RawGoals(*(tuple(itertools.islice(read, count)) for count in counts))
    found = _element(value.data).find("./option/goals") if value.data else None
    if found is None:
        return None
    parts = [list(part) for part in found][:4]
    parts += [[] for _ in range(4 - len(parts))]
    background = [goal for pair in parts[1] for side in pair for goal in side]
    return RawGoals(*(tuple(_goal(goal) for goal in part) for part in (parts[0], background, parts[2], parts[3])))


def _quick_goal(found: re.Match[bytes]) -> RawGoal:
    hypotheses = tuple(_unescaped(line) for line in _RICH.findall(found["hypotheses"] or b""))
    return RawGoal(found["id"].decode("utf-8", "replace"), hypotheses, _unescaped(found["conclusion"]))


def _goal(element: Element) -> RawGoal:
    identity, hypotheses, conclusion = element[0], element[1], element[2]
    return RawGoal(plain(identity), tuple(plain(each) for each in hypotheses), plain(conclusion))
