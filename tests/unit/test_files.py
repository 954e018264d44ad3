"""Reading, replacing and finding files, and their URIs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unsorry.errors import FileError
from unsorry.files import canonical_uri, decode, discover, path_of, read, replace, uri_of, write_atomically

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=60)
_LINES = st.lists(st.one_of(_TEXT, st.sampled_from(["\r\n", "\n", "\r", "\t", "𝒜", ""])), max_size=12).map("".join)


@settings(max_examples=60, deadline=None)
@given(text=_LINES, new=_LINES, bom=st.booleans())
def test_replacing_keeps_every_byte_but_the_new_text(
    tmp_path_factory: pytest.TempPathFactory, text: str, new: str, bom: bool
) -> None:
    """Line ends, the byte order mark and a missing final newline come back as they were read or given."""
    mark = b"\xef\xbb\xbf" if bom else b""
    path = tmp_path_factory.mktemp("f") / "A.v"
    path.write_bytes(mark + text.encode())
    file = read(path)
    assert (file.text, file.bom) == (text, bom)
    after = replace(file, new)
    assert path.read_bytes() == mark + new.encode()
    assert after == read(path)


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """What somebody else wrote since the file was read is never lost, and no temporary file stays."""
    path = tmp_path / "A.v"
    path.write_text("old")
    file = read(path)
    path.write_text("theirs")
    with pytest.raises(FileError, match="changed on disk"):
        replace(file, "ours")
    assert path.read_text() == "theirs"
    assert _names(tmp_path) == ["A.v"]


def test_a_file_that_vanished_meanwhile_does_not_come_back(tmp_path: Path) -> None:
    """Deleting a file while its holes are searched is the user's decision."""
    path = tmp_path / "A.v"
    path.write_text("old")
    file = read(path)
    path.unlink()
    with pytest.raises(FileError, match="nothing was written"):
        replace(file, "ours")
    assert _names(tmp_path) == []


def test_a_symbolic_link_stays_one_and_its_target_is_replaced(tmp_path: Path) -> None:
    """A link into a shared directory is not turned into a private copy."""
    target, link = tmp_path / "real.v", tmp_path / "link.v"
    target.write_text("old")
    link.symlink_to(target)
    replace(read(link), "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664])
def test_the_mode_stays(tmp_path: Path, mode: int) -> None:
    """An executable or private file is as executable and as private afterwards."""
    path = tmp_path / "A.v"
    path.write_text("old")
    path.chmod(mode)
    replace(read(path), "new")
    assert path.stat().st_mode & 0o777 == mode


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    """Even root does not overwrite what was made read-only."""
    path = tmp_path / "A.v"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(FileError, match="read-only"):
        replace(read(path), "new")
    assert path.read_text() == "old"
    assert _names(tmp_path) == ["A.v"]


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    """A file that Unsorry makes follows the umask, as any other program's would."""
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "unsorry.toml", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "unsorry.toml").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Lemma a.\nLemma \xff", r"not UTF-8 text \(line 2, byte 0xff\)"),
        (b"ok\n\0\0", "zero byte in line 2"),
        ("Lemma".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_not_utf8_text_is_refused_with_its_place(data: bytes, message: str) -> None:
    """The error says where the first bad byte is, and what to do."""
    with pytest.raises(FileError, match=message) as caught:
        decode(Path("A.v"), data)
    assert caught.value.next_step


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """Missing files, directories and named pipes (which would wait for a writer) end in a clear error."""
    os.mkfifo(tmp_path / "pipe.v")
    for path, message in [
        (tmp_path / "none.v", "no such file"),
        (tmp_path, "a directory"),
        (tmp_path / "pipe.v", "not a regular file"),
    ]:
        with pytest.raises(FileError, match=message):
            read(path)


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    """A log that happens to be called ``.v`` does not fill the memory."""
    path = tmp_path / "A.v"
    path.write_text("x" * 100)
    with pytest.raises(FileError, match="more than"):
        read(path, limit=99)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_without_permission_the_error_says_so(tmp_path: Path) -> None:
    """A file that may not be read, and a directory that may not be listed."""
    path = tmp_path / "A.v"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(FileError, match="permission denied"):
        read(path)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    assert discover(closed, lambda name: True).problems


def _tree(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


def _found(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in discover(root, lambda name: name.endswith(".v")).files]


def test_outside_git_hidden_and_built_directories_are_left_out(tmp_path: Path) -> None:
    """Copies that build tools keep are not the user's files."""
    _tree(tmp_path, "a.v", "src/b.v", "src/c.txt", "_build/d.v", ".lake/e.v", "node_modules/f.v", "target/g.v")
    assert _found(tmp_path) == ["a.v", "src/b.v"]


def test_in_a_work_tree_git_decides(tmp_path: Path) -> None:
    """Tracked and untracked files count, ignored and deleted ones do not; a repository within has its own say."""
    _git(tmp_path, "init", "-q")
    _tree(tmp_path, "a.v", "b c.v", "ünï.v", "gone.v", "out/d.v", "sub/e.v", "sub/skip/f.v", "_build/g.v")
    (tmp_path / ".gitignore").write_text("/out/\n")
    _git(tmp_path, "add", "a.v", "gone.v")
    (tmp_path / "gone.v").unlink()
    _git(tmp_path / "sub", "init", "-q")
    (tmp_path / "sub/.gitignore").write_text("skip\n")
    assert _found(tmp_path) == ["_build/g.v", "a.v", "b c.v", "sub/e.v", "ünï.v"]
    assert _found(tmp_path / "sub") == ["e.v"]


def test_a_repositorys_monitor_program_is_not_run(tmp_path: Path) -> None:
    """Listing the files of a stranger's repository starts nothing that its configuration names."""
    _git(tmp_path, "init", "-q")
    _tree(tmp_path, "a.v")
    hook = tmp_path / "hook.sh"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    _git(tmp_path, "config", "core.fsmonitor", str(hook))
    assert _found(tmp_path) == ["a.v"]
    assert not (tmp_path / "ran").exists()


def test_links_are_listed_when_they_lead_to_files_and_not_followed_otherwise(tmp_path: Path) -> None:
    """A link to a parent directory does not make the search endless; a broken one is no file."""
    _tree(tmp_path, "a/b.v")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "a/broken.v").symlink_to(tmp_path / "none.v")
    (tmp_path / "a/c.v").symlink_to(tmp_path / "a/b.v")
    assert _found(tmp_path) == ["a/b.v", "a/c.v"]
    _git(tmp_path, "init", "-q")
    assert _found(tmp_path) == ["a/b.v", "a/c.v"]


def _names(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


def _git(directory: Path, *arguments: str) -> None:
    directory.mkdir(exist_ok=True)
    subprocess.run(["git", *arguments], cwd=directory, check=True, timeout=20)


@given(st.lists(_TEXT.filter(lambda t: t not in ("", ".", "..") and "/" not in t), min_size=1, max_size=4))
def test_a_path_comes_back_from_its_uri(parts: list[str]) -> None:
    """Spaces, percent signs, question marks and any character survive the way to a URI and back."""
    path = Path("/", *parts)
    uri = uri_of(path)
    assert uri.isascii()
    assert path_of(uri) == path
    assert canonical_uri(uri) == canonical_uri(canonical_uri(uri))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("file:///c%3A/a%20b.v", "file:///C:/a b.v"),
        ("file:///home/%C3%A9.v", "file:///home/é.v"),
        ("file:///a/b%2Bc.v", "file:///a/b+c.v"),
        ("file://localhost/a.v", "file:///a.v"),
        ("FILE:/a.v", "file:///a.v"),
    ],
)
def test_both_spellings_of_a_uri_have_one_key(one: str, other: str) -> None:
    """Editors that escape more or less than others mean the same file."""
    assert canonical_uri(one) == canonical_uri(other)


def test_other_schemes_name_no_file() -> None:
    """An unsaved buffer has no path, and keeps its URI."""
    assert path_of("untitled:Untitled-1") is None
    assert canonical_uri("untitled:Untitled-1") == "untitled:Untitled-1"
