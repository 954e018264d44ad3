"""One real VS Code for all tests of its extension: the VSIX is built and installed once, each test has a window and a
folder of its own. When the last test is over, nothing that VS Code started may still run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from editors.vscode.workbench import CHROMIUM, CodeServer, Workbench, find_chromium

ROOT = Path(__file__).parents[3]
UNSORRY = Path(sys.executable).with_name("unsorry")
Open = Callable[..., Awaitable[Workbench]]


@pytest.fixture(scope="session")
def vsix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension as users get it, made from the sources at hand."""
    path = tmp_path_factory.mktemp("vsix") / "unsorry.vsix"
    command = ["npm", "run", "--silent", "package", "--", "-o", str(path)]
    done = subprocess.run(
        command, cwd=ROOT / "client-vscode", capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_code_server(vsix: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CodeServer]:
    server = CodeServer(Path(sys.prefix, "code-server"), tmp_path_factory.mktemp("vscode"))
    server.install(vsix)
    await server.start()
    yield server
    assert await server.stop() == []


@pytest.fixture
def code_server(shared_code_server: CodeServer) -> CodeServer:
    """With this tree's server, and what a test may have set before forgotten."""
    shared_code_server.configure(**{"unsorry.server.path": str(UNSORRY)})
    return shared_code_server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the window opens; its name has what names may have."""
    path = tmp_path / "my proofs é"
    path.mkdir()
    return path


@pytest.fixture
def example(folder: Path) -> Callable[[str], Path]:
    """Copies one of the examples into the folder."""
    return lambda name: Path(shutil.copy(ROOT / "examples" / name, folder))


@pytest_asyncio.fixture(loop_scope="session")
async def window(browser: Browser, code_server: CodeServer, folder: Path) -> AsyncIterator[Open]:
    """Opens windows on the folder; takes a picture of each when its test ends, for whoever has to find out why."""
    opened: list[Workbench] = []

    async def open_window(path: Path | None = None) -> Workbench:
        workbench = await Workbench.open(browser, code_server, folder)
        opened.append(workbench)
        if path is not None:
            await workbench.open_file(path)
        return workbench

    yield open_window
    for number, workbench in enumerate(opened):
        await workbench.screenshot(folder.parent / f"window-{number}.png")
        await workbench.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures for the documentation go: ``make screenshots`` names the place that they are committed in."""
    chosen = os.environ.get("UNSORRY_SCREENSHOTS")
    return Path(chosen) if chosen else tmp_path_factory.mktemp("pictures")
