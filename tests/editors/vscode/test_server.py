"""The server's life as the user sees it: killed, crashing, missing, broken, and in folders that nobody trusts."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from editors.vscode.conftest import Open
from editors.vscode.workbench import CodeServer, until
from unsorry import __version__
from unsorry.lsp.names import Command

pytestmark = [
    pytest.mark.vscode,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("vscode"),
    pytest.mark.asyncio(loop_scope="session"),
]
Example = Callable[[str], Path]
UNTRUSTED = {"security.workspace.trust.enabled": True, "security.workspace.trust.startupPrompt": "never"}


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def greeting(version: str) -> str:
    """A part of a script that answers `initialize`: about the least that can be called a server."""
    commands = json.dumps({"executeCommandProvider": {"commands": list(Command)}})
    return (
        f'body=\'{{"jsonrpc":"2.0","id":0,"result":{{"capabilities":{commands},"serverInfo":{{"name":"unsorry",'
        f'"version":"{version}"}}}}}}\'\n'
        "head -c 20 >/dev/null\n"
        'printf \'Content-Length: %d\\r\\n\\r\\n%s\' "${#body}" "$body"\n'
    )


DYING = greeting(__version__) + "sleep 0.3\necho 'out of luck' >&2\nexit 1"


def wheel(folder: Path, program: Path) -> None:
    """What pip finds in place of the real distribution: one whose program runs another."""
    info = f"unsorry-{__version__}.dist-info"
    files = {
        "stand_in.py": f"import os, sys\n\ndef main():\n    os.execv({str(program)!r}, sys.argv)\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: unsorry\nVersion: {__version__}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nunsorry = stand_in:main\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(folder / f"unsorry-{__version__}-py3-none-any.whl", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def python_extension(path: Path) -> Path:
    """What this test needs of the Python extension: it selects the environment that lies in the folder."""
    manifest = {
        "name": "python",
        "publisher": "ms-python",
        "version": "1.0.0",
        "engines": {"vscode": "^1.91.0"},
        "main": "./main.js",
        "activationEvents": ["onCommand:python.interpreterPath"],
        "capabilities": {"untrustedWorkspaces": {"supported": True}},
    }
    main = """const { commands, Uri } = require("vscode");
    const select = ({ workspaceFolder }) => Uri.parse(workspaceFolder).fsPath + "/.venv/bin/python";
    exports.activate = () => commands.registerCommand("python.interpreterPath", select);"""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("extension/package.json", json.dumps(manifest))
        archive.writestr("extension/main.js", main)
    return path


@pytest.mark.agda
async def test_a_killed_server_comes_back(window: Open, example: Example, code_server: CodeServer) -> None:
    """The next server finds the same proofs; what was typed meanwhile is there, and nobody is bothered."""
    workbench = await window(example("agda/Natural.agda"))
    await workbench.until_status("5 proved")
    (server,) = code_server.servers()
    server.kill()
    await workbench.go_to(1, 1)
    await workbench.type("-- still here ")
    await until(lambda: [p.pid for p in code_server.servers()] not in ([], [server.pid]), "another server")
    await workbench.until_status("5 proved")
    assert (await workbench.text).startswith("-- still here -- Natural")
    await expect(workbench.notifications()).to_have_count(0)
    await workbench.go_to(17, 15)
    await workbench.quick_fix("Fill with `refl`")
    await workbench.until_status("4 proved")


async def test_a_server_that_crashes_again_and_again(
    window: Open, example: Example, code_server: CodeServer, tmp_path: Path
) -> None:
    """It is started four times, no more; then one message tells its last words, with a button that tries again."""
    real, starts = code_server.settings["unsorry.server.path"], tmp_path / "starts"
    well = tmp_path / "well"
    dying = script(tmp_path / "dying", f'echo x >>"{starts}"\n[ -e "{well}" ] && exec "{real}" "$@"\n{DYING}')
    code_server.configure(**{**code_server.settings, "unsorry.server.path": str(dying)})
    workbench = await window(example("agda/Natural.agda"))
    message = workbench.notifications()
    await expect(message).to_have_count(1)
    await expect(message).to_contain_text("ended by itself again and again: out of luck")
    assert starts.read_text().count("x") == 4
    await expect(workbench.status()).to_have_attribute("aria-label", "Unsorry: server failed")
    well.touch()
    await message.get_by_role("button", name="Try Again").click()
    await workbench.until_status("(proved|proving|open)")
    assert starts.read_text().count("x") == 5


async def test_a_server_that_does_not_start(
    window: Open, example: Example, code_server: CodeServer, tmp_path: Path
) -> None:
    """One message with what it said, and the log one click away; it is not tried again by itself."""
    starts = tmp_path / "starts"
    broken = script(tmp_path / "broken", f'echo x >>"{starts}"\necho "no module named pygls" >&2\nexit 1')
    code_server.configure(**{**code_server.settings, "unsorry.server.path": str(broken)})
    workbench = await window(example("agda/Natural.agda"))
    message = workbench.notifications()
    await expect(message).to_contain_text("could not be started: no module named pygls")
    await expect(message).to_have_count(1)
    await message.get_by_role("button", name="Show Log").click()
    await expect(workbench.page.locator(".part.panel")).to_contain_text("no module named pygls")
    assert starts.read_text() == "x\n"


async def test_a_server_that_is_not_there(window: Open, example: Example, code_server: CodeServer) -> None:
    """The message says what is missing, and its button leads to where it can be mended."""
    code_server.configure(**{**code_server.settings, "unsorry.server.path": "/nowhere/unsorry"})
    workbench = await window(example("agda/Natural.agda"))
    message = workbench.notifications()
    await expect(message).to_contain_text("names /nowhere/unsorry, which is not there")
    await message.get_by_role("button", name="Open Settings").click()
    await expect(workbench.page.locator(".settings-editor")).to_contain_text("The program unsorry")


@pytest.mark.parametrize("version", ["0.0.9", "99.0.0"])
async def test_a_server_that_does_not_fit(
    window: Open, example: Example, code_server: CodeServer, tmp_path: Path, version: str
) -> None:
    """Whether server or extension is the older one: the message's button installs a server that fits, and it is used
    from then on."""
    other = script(tmp_path / "other", f"{greeting(version)}cat >/dev/null")
    wheel(code_server.wheels, Path(code_server.settings["unsorry.server.path"]))
    code_server.configure(**{**code_server.settings, "unsorry.server.path": str(other)})
    workbench = await window(example("agda/Natural.agda"))
    message = workbench.notifications()
    await expect(message).to_contain_text(f"server ({version}")
    await expect(message).to_contain_text(f"does not fit its extension ({__version__})")
    await message.get_by_role("button", name="Install a Fitting Server").click()
    await workbench.until_status("(proved|proving|open)")
    await expect(workbench.notifications()).to_have_count(0)
    assert len(code_server.servers()) == 1


@pytest.mark.agda
async def test_versions_and_health(window: Open, example: Example) -> None:
    """One dialogue tells the versions of extension, server and provers, and how these fare."""
    workbench = await window(example("agda/Natural.agda"))
    await workbench.until_status("5 proved")
    await workbench.run("Unsorry: Show Versions and Health")
    dialogue = workbench.page.locator(".monaco-dialog-box")
    await expect(dialogue).to_contain_text(f"Unsorry's extension {__version__}")
    await expect(dialogue).to_contain_text(f"Server {__version__}: ")
    await expect(dialogue).to_contain_text("Agda 2.7.0 is healthy")


@pytest.mark.agda
async def test_the_selected_python_environment(
    window: Open, example: Example, code_server: CodeServer, folder: Path, tmp_path: Path
) -> None:
    """Its server is used, but what came with the folder is not, as long as nobody trusts the folder. The Python
    extension cannot be had here: one that answers as it does stands in."""
    code_server.install(python_extension(tmp_path / "python.vsix"))
    used, environment = tmp_path / "used", folder / ".venv" / "bin"
    environment.mkdir(parents=True)
    real = code_server.settings["unsorry.server.path"]
    script(environment / "unsorry", f'touch "{used}"\nexec "{real}" "$@"')
    code_server.configure(**UNTRUSTED)
    path = example("agda/Natural.agda")
    workbench = await window(path)
    await expect(workbench.status()).not_to_have_attribute("aria-label", re.compile("stopped|starting"))
    assert not used.exists()
    await workbench.trust()
    await workbench.open_file(path)
    await workbench.until_status("5 proved")
    assert used.exists()


@pytest.mark.agda
async def test_a_folder_that_is_not_trusted(window: Open, example: Example, code_server: CodeServer) -> None:
    """Holes are found but no prover starts, whatever the user asks for; once the folder is trusted, proofs come."""
    code_server.configure(**{**code_server.settings, **UNTRUSTED})
    path = example("agda/Natural.agda")
    workbench = await window(path)
    await expect(workbench.squiggles()).to_have_count(5)
    await workbench.until_status("^ ?5 open")
    await workbench.run("Unsorry: Prove All Holes of File")
    await workbench.show_view()
    goal = (await workbench.goal()).locator("main")
    await expect(goal).to_contain_text("No prover runs in a folder that is not trusted")
    await workbench.until_status("^ ?5 open")
    assert [p.name() for p in code_server.descendants() if "agda" in p.name()] == []
    await workbench.trust()
    await workbench.open_file(path)
    await workbench.until_status("5 proved")
