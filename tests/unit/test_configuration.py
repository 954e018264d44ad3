"""The layers of settings, their errors, and the files that are written."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.configuration import Settings, find_project_file, generate, load, rows, set_value, show, user_file
from unsorry.errors import ConfigError
from unsorry.model import Language


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without settings; returns the project directory."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    return project


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_without_files_the_defaults_hold(home: Path) -> None:
    """Nothing needs to be configured."""
    configuration = load(home)
    assert configuration.settings == Settings()
    assert configuration.layers == ()


def test_each_layer_overrides_the_one_below(home: Path) -> None:
    """Defaults < user file < project file < command line, key by key."""
    _write(user_file(), "[search]\nbudget = 1\nalternatives = 1\njobs = 1\n[provers.rocq]\npath = '/opt/coqidetop'")
    project = _write(home / "unsorry.toml", "search.alternatives = 2\nsearch.jobs = 2\nprovers.rocq.timeout = 5")
    configuration = load(home / "src", overrides={"search": {"jobs": 3, "budget": None}})
    search = configuration.settings.search
    assert (search.budget, search.alternatives, search.jobs, search.idle_seconds) == (1.0, 2, 3, 300.0)
    rocq = configuration.settings.provers[Language("rocq")]
    assert (rocq.path, rocq.timeout) == ("/opt/coqidetop", 5.0)
    assert configuration.origin("search.alternatives") == str(project)
    assert configuration.origin("search.jobs") == "command line"
    assert configuration.origin("search.idle_seconds") == "default"
    assert configuration.value("search.budget") == 1.0


def test_an_explicit_file_stands_in_for_the_users(home: Path) -> None:
    """``--config`` replaces the user's layer, may set what only users may, and must be there."""
    _write(user_file(), "search.budget = 1")
    mine = _write(home.parent / "mine.toml", "provers.agda.args = ['--safe']")
    settings = load(home, user=mine).settings
    assert settings.search.budget == Settings().search.budget
    assert settings.provers[Language("agda")].args == ("--safe",)
    assert load(home, user=Path("/dev/null")).settings == Settings()
    with pytest.raises(ConfigError, match="no such settings file"):
        load(home, user=home / "none.toml")
    with pytest.raises(ConfigError, match="directory"):
        load(home, user=home)


@pytest.mark.parametrize("key", ["path", "args", "env"])
def test_a_project_may_not_choose_what_runs(home: Path, key: str) -> None:
    """Opening a stranger's folder must not start the stranger's program."""
    value = {"path": "'./evil'", "args": "['-l', 'evil']", "env": "{ LD_PRELOAD = './evil.so' }"}[key]
    _write(home / "unsorry.toml", f"provers.rocq.{key} = {value}")
    with pytest.raises(ConfigError, match=rf"provers\.rocq\.{key}.*may not be set here") as caught:
        load(home)
    assert str(user_file()) in caught.value.next_step


def test_every_setting_that_reaches_a_process_is_the_users_alone() -> None:
    """The list of what projects may not set, spelled out, so that a new setting is decided on."""
    assert {row.name for row in rows().values() if row.user_only} == {
        "path",
        "args",
        "env",
        "url",
        "retention",
        "file",
        "port",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[serch]\nbudget = 1", r"no setting `serch`\. Did you mean `search`\?"),
        ("[search]\nbugdet = 1", r"no setting `search\.bugdet`\. Did you mean `search\.budget`\?"),
        ("[provers.coq]\ntimeout = 1", "no prover `coq`. The provers are: lean4, rocq, "),
        ("[provers.rocq]\ncapabilities = ['tactics', 'magic']", "must be some of dependent_types, tactics"),
        ("[provers.rocq]\ntimeout = -5", r"`provers\.rocq\.timeout` must be .* at least 0.1, not -5.*timeout = 60"),
        ("[provers.rocq]\ntimeout = 0", r"`provers\.rocq\.timeout` must be .* at least 0.1, not 0.*timeout = 60"),
        ("[provers.rocq]\nparallel = -1", r"`provers\.rocq\.parallel` must be .* at least 1, not -1.*parallel = 2"),
        ("[provers.rocq]\npriority = 0", r"`provers\.rocq\.priority` must be .* at least 1, not 0.*priority = 2"),
        ("[provers.rocq]\nfallback = 'native'", r"`provers\.rocq\.fallback` must be a table of texts"),
        (
            "[provers.rocq]\nfallback = { hamer = 'native' }",
            r"`provers\.rocq\.fallback` names `hamer`.*Did you mean `hammer`\? The strategies are: replay, micro, ",
        ),
        (
            "[provers.rocq]\nfallback = { hammer = 'agda' }",
            r"`provers\.rocq\.fallback` names `agda`, and there is no such strategy.*strategies are: replay, micro, ",
        ),
        (
            "[provers.rocq]\nfallback = { hammer = 'native', native = 'hammer' }",
            r"`provers\.rocq\.fallback` goes in a circle: (hammer → native → hammer|native → hammer → native)\. Take",
        ),
        ("[provers.agda]\nfallback = { micro = 'micro' }", r"`provers\.agda\.fallback` .*: micro → micro\."),
        (
            "[provers.rocq]\nfallback = { replay = 'hammer', hammer = 'native', native = 'micro', micro = 'hammer' }",
            r"(: hammer → native → micro → hammer|: native → micro → hammer → native|: micro → .* → native → micro)\.",
        ),
        ("[search]\nstrategies = ['mikro']", r"`search\.strategies` names `mikro`.*Did you mean `micro`\?"),
        ("[search]\nbudget = '1'", r"`search\.budget` must be a number, at least|`search\.budget` must be a number"),
        ("[search]\nbudget = true", "must be a number, not true"),
        ("[search]\nbudget = nan", "must be a number"),
        ("[search]\nbudget = -1", "must be a number, at least 0.1, not -1"),
        ("[search]\njobs = 1.5", "must be a whole number"),
        ("[search]\nstrategies = 'micro'", "must be a list of texts"),
        ("[search]\nstrategies = [1]", "must be a list of texts"),
        ("[editor]\nseverity_refuted = 'loud'", "must be one of error, warning"),
        ("[editor]\nprove_on_open = 1", "must be true or false, not 1"),
        ("search = 3", "`search` is a section"),
        ("[search\nbudget = 1", r"not valid TOML.*line 1"),
        ("budget = 2020-01-01", "no setting `budget`"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(home: Path, text: str, message: str) -> None:
    """The error says which file, which key, what is wrong and what to do."""
    path = _write(home / "unsorry.toml", text)
    with pytest.raises(ConfigError) as caught:
        load(home)
    assert re.search(message, str(caught.value))
    assert str(path) in str(caught.value)


def test_a_fallback_may_be_made_of_several_layers(home: Path) -> None:
    """A table is taken whole from the layer above; the error names that layer."""
    _write(user_file(), "provers.rocq.fallback = { hammer = 'native' }")
    assert load(home).settings.provers[Language("rocq")].fallback == {"hammer": "native"}
    project = _write(home / "unsorry.toml", "provers.rocq.fallback = { native = 'native' }")
    with pytest.raises(ConfigError, match=re.escape(str(project))):
        load(home)


def test_a_file_that_is_no_text_is_a_clear_error(home: Path) -> None:
    """Bytes that are not UTF-8 are no traceback."""
    (home / "unsorry.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(home)


def test_the_nearest_project_file_counts(home: Path) -> None:
    """A nested project has its own settings; the user's own file is no project's, even from its directory."""
    _write(home / "unsorry.toml", "search.jobs = 2")
    inner = _write(home / "src/unsorry.toml", "search.alternatives = 1")
    assert find_project_file(home / "src") == inner
    assert load(home / "src").settings.search.jobs == Settings().search.jobs
    _write(user_file(), "provers.rocq.path = 'coqidetop'")
    assert load(user_file().parent).project_path is None


@pytest.mark.parametrize("user", [False, True])
def test_the_generated_file_sets_nothing_and_explains_everything(home: Path, user: bool) -> None:
    """As written it changes nothing; with every line switched on it says exactly the defaults."""
    text = generate(user=user)
    assert load(_write(home / "unsorry.toml", text).parent).settings == Settings()
    path = _write(home.parent / "on.toml", re.sub(r"(?m)^#(?=\w)", "", text))
    assert load(home.parent, user=path).settings == Settings()
    tomllib.loads(path.read_text())
    shown = {row.key for row in rows().values() if user or not row.user_only}
    assert all(row.doc.split()[0] in text for row in rows().values() if row.key in shown)
    assert ("#path =" in text) is user


def test_setting_a_value_keeps_comments_and_the_rest(home: Path) -> None:
    """A file that somebody wrote by hand stays theirs."""
    path = _write(home / "unsorry.toml", "# mine\n[search] # here\nbudget = 3 # short\n\n[editor]\ndelay = 1.0\n")
    assert set_value(path, "search.budget", "5", trusted=False) == 5.0
    assert set_value(path, "provers.lean4.enable", "false", trusted=False) is False
    text = path.read_text()
    assert text.startswith("# mine\n[search] # here\nbudget = 5 # short\n\n[editor]\ndelay = 1.0\n")
    settings = load(home).settings
    assert settings.search.budget == 5.0
    assert settings.provers[Language("lean4")].enable is False


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("search.strategies", "micro, hammer", ("micro", "hammer")),
        ("search.strategies", '["micro"]', ("micro",)),
        ("provers.rocq.path", "/opt/bin/coqidetop", "/opt/bin/coqidetop"),
        ("provers.rocq.path", "'/opt/a b'", "/opt/a b"),
        ("provers.agda.env", '{ A = "b" }', {"A": "b"}),
        ("editor.prove_on_open", "false", False),
    ],
)
def test_values_may_be_typed_plainly(home: Path, key: str, text: str, value: Any) -> None:
    """A text needs no quotes and a list no brackets; a file is made when there is none."""
    assert set_value(user_file(), key, text, trusted=True) == value
    assert load(home).value(key) == value


@pytest.mark.parametrize(
    ("key", "text", "trusted"),
    [
        ("search.budget", "soon", True),
        ("search.budget", "1\nsearch.jobs=9", True),
        ("search.bud", "1", True),
        ("provers.rocq.path", "x", False),
    ],
)
def test_a_wrong_value_changes_no_file(home: Path, key: str, text: str, trusted: bool) -> None:
    """What ``load`` would refuse is never written."""
    path = _write(home / "unsorry.toml", "search.jobs = 2\n")
    with pytest.raises(ConfigError):
        set_value(path, key, text, trusted=trusted)
    assert path.read_text() == "search.jobs = 2\n"


@given(
    st.recursive(
        st.one_of(st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False, allow_infinity=False))
        | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab =.", max_size=3), inner, max_size=3),
        max_leaves=5,
    )
)
def test_values_are_shown_as_toml(value: Any) -> None:
    """What is printed can be pasted into a file."""
    assert tomllib.loads(f"value = {show(value)}") == {"value": value}
