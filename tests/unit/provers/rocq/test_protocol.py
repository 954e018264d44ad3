"""The prover's XML, both ways: calls as it wants them, and its answers however they are cut."""

from __future__ import annotations

import itertools
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unsorry.errors import ProverError
from unsorry.provers.rocq import protocol
from unsorry.provers.rocq.protocol import AXIOM, Decoder, Location, Notice, Value

GOALS = (
    '<value val="good"><option val="some"><goals><list><goal><string>6</string><list><richpp><_><pp>'
    "n,&nbsp;m&nbsp;:&nbsp;<constr.variable>nat</constr.variable></pp></_></richpp></list><richpp><_><pp>n&nbsp;=&nbsp;m"
    '</pp></_></richpp><option val="none"/></goal></list><list><pair><list/><list><goal><string>9</string><list/>'
    '<richpp><_><pp>True</pp></_></richpp><option val="none"/></goal></list></pair></list><list/><list/></goals>'
    "</option></value>"
)
NOTICE = (
    '<feedback object="state" route="3"><state_id val="5"/><feedback_content val="message"><message><message_level '
    'val="notice"/><option val="some"><loc start="2" stop="4"/></option><richpp><_><pp>it&apos;s&nbsp;∀&nbsp;𝔸</pp></_>'
    "</richpp></message></feedback_content></feedback>"
)
PROCESSED = '<feedback object="state" route="0"><state_id val="1"/><feedback_content val="processed"/></feedback>'
ADDED = '<feedback object="state" route="0"><state_id val="1"/><feedback_content val="addedaxiom"/></feedback>'
OLD_FAIL = (
    '<value val="fail" loc_s="7" loc_e="8"><state_id val="4"/><richpp><_><pp>No&nbsp;good.</pp></_></richpp></value>'
)
NEW_FAIL = (
    '<value val="fail"><state_id val="4"/><option val="some"><loc start="7" stop="8" line_nb="1" bol_pos="0" '
    'line_nb_last="1" bol_pos_last="0"/></option><richpp><_><pp>No&nbsp;good.</pp></_></richpp></value>'
)
NO_PLACE = (
    '<value val="fail"><state_id val="4"/><option val="none"/><richpp><_><pp>No&nbsp;good.</pp></_></richpp></value>'
)


def decoded(text: str) -> list[Value | Notice]:
    return list(Decoder().feed(text.encode()))


def only(text: str) -> Value:
    (value,) = decoded(text)
    assert isinstance(value, Value)
    return value


@pytest.mark.parametrize("text", [OLD_FAIL, NEW_FAIL])
def test_failures_of_all_versions(text: str) -> None:
    """The place of an error is found in the attributes of old versions and in the element of new ones."""
    value = only(text)
    assert (value.good, value.state, value.message, value.location) == (False, 4, "No good.", Location(7, 8))


def test_a_failure_without_place() -> None:
    """An error without a place is an error all the same."""
    assert only(NO_PLACE).location is None


def test_goals_are_read_in_all_their_groups() -> None:
    """Focused and unfocused goals are told apart; markup and hard spaces are gone."""
    goals = protocol.read_goals(only(GOALS))
    assert goals is not None
    assert [g.hypotheses for g in goals.foreground] == [("n, m : nat",)]
    assert goals.foreground[0].conclusion == "n = m"
    assert [g.conclusion for g in goals.background] == ["True"]
    assert len(goals.remaining) == 2


def test_no_open_proof_is_no_empty_list() -> None:
    """Outside a proof there are no goals at all, which is not the same as none left."""
    assert protocol.read_goals(only('<value val="good"><option val="none"/></value>')) is None


def test_notices_and_assumptions_are_kept_and_progress_is_not() -> None:
    """What was said and what was taken without proof is kept; the rest of the feedback is not."""
    messages = decoded(PROCESSED + NOTICE + ADDED)
    assert messages == [Notice("notice", "it's ∀ 𝔸", Location(2, 4)), Notice(AXIOM, "")]


@given(st.lists(st.integers(0, 4000), max_size=40))
def test_where_reads_cut_makes_no_difference(cuts: list[int]) -> None:
    """The same bytes give the same messages, wherever they are cut, even inside a character."""
    data = (GOALS + NOTICE + OLD_FAIL + ADDED + NEW_FAIL).encode()
    places = sorted({0, len(data), *(cut % len(data) for cut in cuts)})
    decoder = Decoder()
    found = [m for start, end in itertools.pairwise(places) for m in decoder.feed(data[start:end])]
    whole = list(Decoder().feed(data))
    assert [type(m) for m in found] == [type(m) for m in whole]
    assert [m for m in found if isinstance(m, Notice)] == [m for m in whole if isinstance(m, Notice)]


def test_characters_that_xml_forbids() -> None:
    """A prover that prints control characters does not end the conversation."""
    text = OLD_FAIL.replace("good", "go\x01\x0cod")
    assert only(text).message == "No go\ufffd\ufffdod."


@pytest.mark.parametrize("text", ["<value", "<<<", "</value>", "<oops/>", "Fatal error: <x & y>\n"])
def test_garbage_is_an_error(text: str) -> None:
    """What is not the protocol is refused, unless it may yet become it."""
    decoder = Decoder()
    with pytest.raises(ProverError):
        list(decoder.feed((text + "<<<").encode()))


def test_calls_escape_what_xml_needs() -> None:
    """A raw ``>`` would get no answer; lone surrogates have no bytes."""
    call = protocol.add("intros; [> a | b ]. (* & < *)\ud800", 3).decode()
    assert "[&gt; a | b ]. (* &amp; &lt; *)?" in call
    assert '<state_id val="3"/>' in call


def test_statuses() -> None:
    """The innermost proof is named, and all open ones counted."""
    text = (
        '<value val="good"><status><list><string>Top</string><string>M</string></list><option val="some"><string>l'
        "</string></option><list><string>l</string><string>k</string></list><int>0</int></status></value>"
    )
    status = protocol.read_status(only(text))
    assert (status.path, status.proof, status.open_proofs) == (("Top", "M"), "l", 2)


@pytest.mark.parametrize("text", ['<value val="good"><unit/></value>', '<value val="good"/>'])
def test_an_answer_of_the_wrong_kind_is_an_error(text: str) -> None:
    """A lying prover's answer is not taken for what was asked."""
    with pytest.raises(ProverError):
        protocol.read_state(only(text))
    with pytest.raises(ProverError):
        protocol.read_status(only(text))


@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=40),
    level=st.sampled_from(["notice", "info"]),
)
def test_what_is_read_quickly_is_read_rightly(text: str, level: str) -> None:
    """A message of the common form means the same as one that takes the longer way, whatever it says."""
    said = escape(text).replace(" ", "&nbsp;").replace("-", "<diff>-</diff>").replace("'", "&apos;")
    message = f'<message_level val="{level}"/><option val="none"/><richpp><_><pp>{said}</pp></_></richpp>'
    quick = (
        '<feedback object="state" route="1"><state_id val="5"/><feedback_content val="message"><message>'
        f"{message}</message></feedback_content></feedback>"
    )
    longer = quick.replace('object="state" route="1"', 'route="1" object="state"')
    assert decoded(quick) == decoded(longer) == [Notice(level, text.replace("\xa0", " ").strip())]


def test_progress_is_skipped_in_any_number() -> None:
    """Progress of every kind, with or without content, in any number and cut anywhere, hides no message."""
    loaded = PROCESSED.replace(
        '"processed"/>', '"fileloaded"><string>M</string><string>/m.vo</string></feedback_content>'
    )
    stream = (loaded + PROCESSED + NOTICE + loaded * 2 + GOALS + PROCESSED).encode()
    for cut in range(len(stream)):
        decoder = Decoder()
        found = [*decoder.feed(stream[:cut]), *decoder.feed(stream[cut:])]
        assert [type(each) for each in found] == [Notice, Value]


@pytest.mark.parametrize("proofs", [(), ("l",), ("l", "k")])
def test_status(proofs: tuple[str, ...]) -> None:
    """How many proofs are open, and which is the innermost."""
    names = "".join(f"<string>{name}</string>" for name in proofs)
    current = f'<option val="some"><string>{proofs[0]}</string></option>' if proofs else '<option val="none"/>'
    parts = f"<list><string>Top</string></list>{current}<list>{names}</list><int>0</int>"
    text = f'<value val="good"><status>{parts}</status></value>'
    status = protocol.read_status(only(text))
    assert (status.path, status.proof, status.open_proofs) == (("Top",), proofs[0] if proofs else "", len(proofs))
    spaced = protocol.read_status(only(text.replace("<status>", "<status >")))
    assert spaced == status


@given(st.lists(st.integers(min_value=1, max_value=70_000), min_size=1, max_size=30))
@settings(max_examples=30)
def test_a_long_answer_is_read_however_it_comes_apart(sizes: list[int]) -> None:
    """A goal of a megabyte comes in many pieces; its end may be cut anywhere."""
    message = b'<value val="good"><string>' + b"x" * 300_000 + b"</string></value>"
    whole, decoder, found, at = message * 2, Decoder(), [], 0
    for size in itertools.chain(sizes, itertools.repeat(1 << 16)):
        found.extend(decoder.feed(whole[at : at + size]))
        at += size
        if at >= len(whole):
            break
    assert len(found) == 2
    assert list(decoder.feed(b'<value val="good"><unit/></value>')) != []


def test_the_end_of_a_long_answer_may_come_byte_by_byte() -> None:
    """No end is missed between two pieces."""
    decoder = Decoder()
    assert not list(decoder.feed(b'<value val="good"><string>' + b"x" * 100_000))
    found = [message for byte in b"</string></value>" for message in decoder.feed(bytes([byte]))]
    assert len(found) == 1


@given(st.text("ab \n\r\xa0<>&\x01'\"é", max_size=30), st.sampled_from(["", ' loc_s="3" loc_e="9"']))
def test_the_quick_way_reads_a_failure_as_the_parser_does(text: str, place: str) -> None:
    """Most failures are read without a parser, to the same effect."""
    shown = escape(text).replace("\xa0", "&nbsp;")
    quick = f'<value val="fail"{place}><state_id val="7"/><richpp><_><pp>{shown}</pp></_></richpp></value>'
    value = only(quick)
    assert value == only(quick.replace("<richpp>", "<!-- the parser's --><richpp>"))
    assert (value.state, value.location) == (7, Location(3, 9) if place else None)


@given(
    st.lists(st.lists(st.lists(st.text("ab <&\xa0é?:=", max_size=8), min_size=1, max_size=3), max_size=2), max_size=5),
    st.integers(min_value=0, max_value=5),
)
def test_the_quick_way_reads_goals_as_the_parser_does(groups: list[list[list[str]]], foreground: int) -> None:
    """Goals are read without a parser, to the same effect: each in its group, with its hypotheses."""

    def rich(text: str) -> str:
        return f"<richpp><_><pp>{escape(text).replace(' ', '&nbsp;<constr.n>')}</pp></_></richpp>".replace(
            "<constr.n>", "<constr.n></constr.n>"
        )

    def listed(items: list[str]) -> str:
        return f"<list>{''.join(items)}</list>" if items else "<list/>"

    def goal(lines: list[str]) -> str:
        hypotheses, conclusion = listed([rich(line) for line in lines[1:]]), rich(lines[0])
        return f'<goal><string>7</string>{hypotheses}{conclusion}<option val="none"/></goal>'

    first, *rest = [listed([goal(lines) for lines in group]) for group in groups] or ["<list/>"]
    pairs = [f"<pair>{each}{first}</pair>" for each in rest]
    text = f"{first}{listed(pairs)}{first if foreground else '<list/>'}<list/>"
    quick = f'<value val="good"><option val="some"><goals>{text}</goals></option></value>'
    found = protocol.read_goals(only(quick))
    assert found is not None
    assert found == protocol.read_goals(only(quick.replace("<goals>", "<goals >")))
    assert len(found.background) == sum(len(group) for group in groups[1:]) + len(rest) * len((groups or [[]])[0])


def test_a_message_counts_where_it_ends() -> None:
    """With each message it is known how many bytes it took to tell."""
    decoder = Decoder()
    ends = [decoder.at for _ in decoder.feed((PROCESSED + NOTICE + OLD_FAIL + PROCESSED).encode())]
    assert ends == [len((PROCESSED + NOTICE).encode()), len((PROCESSED + NOTICE + OLD_FAIL).encode())]


def test_a_status_with_no_proof_open() -> None:
    """Outside a proof there is no proof's name, and none to count."""
    said = '<value val="good"><status><list><string>Top</string></list><option val="none"/><list/><int>0</int></status>'
    status = protocol.read_status(only(said + "</value>"))
    assert (status.path, status.proof, status.open_proofs) == (("Top",), "", 0)
