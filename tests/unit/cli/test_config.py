"""``unsorry config`` and ``unsorry init``."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.cli.conftest import Run, write
from unsorry.configuration import user_file


def test_what_is_set_is_what_is_got(run: Run) -> None:
    """``set`` writes the user's file, ``get`` reads the value in force, ``list`` says where it comes from."""
    assert run("config", "set", "search.budget", "3").code == 0
    assert run("config", "get", "search.budget").out == "3.0\n"
    assert f"search.budget = 3.0  # {user_file()}\n" in run("config", "list").out
    assert user_file().read_text() == "[search]\nbudget = 3\n"


def test_a_projects_value_goes_into_its_file(run: Run, project: Path) -> None:
    """``--project`` writes the nearest unsorry.toml; what only users may set is refused there."""
    assert run("config", "set", "--project", "search.strategies", "micro,hammer").code == 0
    assert (project / "unsorry.toml").read_text() == '[search]\nstrategies = ["micro", "hammer"]\n'
    ran = run("config", "set", "--project", "provers.rocq.path", "/x")
    assert ran.code == 2
    assert "may not be set here" in ran.err


def test_an_explicit_file_is_read_and_written(run: Run, project: Path) -> None:
    """``--config FILE`` is the user's file for this call."""
    assert run("--config", "my.toml", "config", "set", "provers.rocq.path", "/opt/coqidetop").code == 0
    assert run("--config", "my.toml", "config", "get", "provers.rocq.path").out == "/opt/coqidetop\n"
    assert not user_file().exists()
    assert run("--config", "none.toml", "config", "list").code == 2


def test_everything_is_there_as_json(run: Run, project: Path) -> None:
    """Tools read settings with their types, defaults and origins."""
    write(project, {"unsorry.toml": "search.jobs = 1\n"})
    settings = {row["key"]: row for row in run("config", "list", "--format", "json").json["settings"]}
    assert settings["search.jobs"]["origin"] == str(project / "unsorry.toml")
    assert settings["provers.agda.path"]["scope"] == "user"
    assert run("config", "path", "--format", "json").json == {
        "version": 1,
        "user": str(user_file()),
        "project": str(project / "unsorry.toml"),
    }
    assert run("config", "get", "search.jobs", "--format", "json").json["value"] == 1
    assert run("config", "set", "search.jobs", "2", "--format", "json").json["value"] == 2


def test_the_path_is_told_even_when_the_file_is_broken(run: Run, project: Path) -> None:
    """Whoever has to mend a file must be able to find it."""
    write(project, {"unsorry.toml": "nonsense"})
    assert str(project / "unsorry.toml") in run("config", "path").out
    assert run("config", "list").code == 2


@pytest.mark.parametrize(
    "arguments", [("get",), ("get", "a", "b"), ("set", "search.budget"), ("list", "x"), ("get", "search.budge")]
)
def test_wrong_arguments_are_refused(run: Run, arguments: tuple[str, ...]) -> None:
    """Each mistake gets exit code 2 and a hint."""
    ran = run("config", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("unsorry: error:")


def test_init_writes_a_file_that_changes_nothing(run: Run, project: Path) -> None:
    """A second ``init`` does not overwrite what the user has made of it, unless told to."""
    before = run("config", "list").out
    assert run("init").code == 0
    assert run("config", "list").out == before
    write(project, {"unsorry.toml": "search.jobs = 1\n"})
    ran = run("init")
    assert ran.code == 2
    assert "--force" in ran.err
    assert (project / "unsorry.toml").read_text() == "search.jobs = 1\n"
    assert run("init", "--force").code == 0
    assert "[search]" in (project / "unsorry.toml").read_text()


def test_init_can_write_the_users_file(run: Run) -> None:
    """The user's own file also explains what no project may set."""
    assert run("init", "--user").code == 0
    assert "#path =" in user_file().read_text()
