"""A real VS Code for tests: code-server, and its workbench in a headless Chromium, driven through the keyboard as far
as that goes. Every wait is for something that the user could see; none is for a time."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psutil
from playwright.async_api import Browser, Frame, Locator, Page, expect

SERVER = Path(__file__).parents[3] / "server"
SECONDS = 60
expect.set_options(timeout=SECONDS * 1000)
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SETTINGS: dict[str, Any] = {
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.enableExperiments": False,
    "extensions.ignoreRecommendations": True,
    "extensions.autoCheckUpdates": False,
    "update.mode": "none",
    "editor.minimap.enabled": False,
    "editor.hover.delay": 100,
    "git.enabled": False,
}


def find_chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class CodeServer:
    """One code-server with one extension installed, in folders of its own. ``settings`` are the user's; pip finds what
    is in ``wheels``, and nothing else."""

    def __init__(self, installation: Path, home: Path) -> None:
        self._entry = installation / "node_modules" / "code-server" / "out" / "node" / "entry.js"
        self._home = home
        self._folders = [f"--user-data-dir={home / 'data'}", f"--extensions-dir={home / 'extensions'}"]
        self._process: subprocess.Popen[bytes] | None = None
        self.wheels = home / "wheels"
        self.wheels.mkdir(parents=True, exist_ok=True)
        self.address = ""
        self.settings: dict[str, Any] = {}
        self.configure()

    def configure(self, **settings: Any) -> None:
        """Writes the user's settings: what tests want, with some on top. Windows that are open read them whenever the
        file changes, so that it must never be there in part."""
        self.settings = settings
        # A setting of a machine counts where the machine is told of it; among the user's it may be passed over.
        machines = {key: value for key, value in settings.items() if key.startswith("unsorry.")}
        for folder, content in (("Machine", machines), ("User", {**SETTINGS, **settings})):
            path = self._home / "data" / folder / "settings.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_text(json.dumps(content, indent=1), encoding="utf-8")
            new.replace(path)

    def install(self, vsix: Path) -> None:
        command = ["node", str(self._entry), *self._folders, "--install-extension", str(vsix)]
        done = subprocess.run(
            command, env=self._environment(), capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "successfully installed" in done.stdout

    async def start(self) -> Self:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        command = ["node", str(self._entry), *self._folders, "--auth=none", f"--bind-addr=127.0.0.1:{port}"]
        command += ["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"]
        log = (self._home / "code-server.log").open("wb")
        self._process = subprocess.Popen(
            command, env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        await until(lambda: _answers(port), "code-server to listen")
        return self

    def _environment(self) -> dict[str, str]:
        own = {
            "HOME": str(self._home),
            "XDG_CONFIG_HOME": str(self._home / "config"),
            "XDG_DATA_HOME": str(self._home / "share"),
            "PYTHONPATH": str(SERVER),
            "EXTENSIONS_GALLERY": "{}",  # nothing is looked up in a marketplace
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
        }
        return {**os.environ, **own}

    def descendants(self) -> list[psutil.Process]:
        """What runs below code-server: extension hosts, Unsorry's servers, provers."""
        assert self._process is not None
        return psutil.Process(self._process.pid).children(recursive=True)

    def servers(self) -> list[psutil.Process]:
        """The Unsorry servers that run."""
        return [process for process in self.descendants() if _is_unsorry(process)]

    async def stop(self) -> list[str]:
        """Ends it as its user would; answers with what was left running 15 seconds later (and ends that too)."""
        if self._process is None:
            return []
        everything = self.descendants()
        self._process.send_signal(signal.SIGTERM)
        _, left = await asyncio.to_thread(psutil.wait_procs, everything, 15)
        names = [" ".join(process.cmdline()) for process in left if process.is_running()]
        for process in left:
            process.kill()
        await asyncio.to_thread(self._process.wait, 15)
        return names


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _is_unsorry(process: psutil.Process) -> bool:
    try:
        return "serve" in process.cmdline() and any("unsorry" in part for part in process.cmdline())
    except psutil.Error:
        return False


async def until(condition: Callable[[], bool | Awaitable[bool]], what: str, seconds: float = SECONDS) -> None:
    """Waits until something holds."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        holds = condition()
        if holds if isinstance(holds, bool) else await holds:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"waited in vain for {what}")
        await asyncio.sleep(0.1)


class Workbench:
    """One window on one folder."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, browser: Browser, server: CodeServer, folder: Path) -> Workbench:
        context = await browser.new_context(viewport={"width": 1200, "height": 750})
        context.set_default_timeout(SECONDS * 1000)
        page = await context.new_page()
        await page.goto(f"{server.address}/?folder={quote(str(folder))}")
        await page.wait_for_selector(".monaco-workbench .part.editor")
        workbench = cls(page)
        # The palette only knows its commands once the extension host is there.
        await page.wait_for_selector("#status\\.host")
        return workbench

    async def close(self) -> None:
        await self.page.context.close()

    async def run(self, command: str) -> None:
        """Runs a command by its title in the palette."""
        box = self.page.locator(".quick-input-widget input[type=text]").first
        await self.page.keyboard.press("F1")
        await box.wait_for(state="visible")
        await box.fill(f">{command}")
        entry = self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=command).first
        await entry.wait_for(state="visible")
        await entry.click()

    async def trust(self) -> None:
        """Says that the folder is to be trusted."""
        await self.run("Workspaces: Manage Workspace Trust")
        await self.page.get_by_role("button", name="Trust", exact=True).click()

    async def open_file(self, path: Path, before: Callable[[], object] = lambda: None) -> None:
        """Opens a file of the folder by its name; ``before`` is called right before it is chosen."""
        box = self.page.locator(".quick-input-widget input[type=text]").first
        entry = self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=path.name).first

        async def listed() -> bool:
            await self.page.keyboard.press("Escape")
            await self.page.keyboard.press("Control+p")
            await box.fill(path.name)
            try:
                await entry.wait_for(state="visible", timeout=3000)
            except Exception:
                return False
            return True

        await until(listed, f"{path.name} in the list of files")
        before()
        await entry.click()
        tab = self.page.locator(".tab.active").filter(has_text=path.name)
        await tab.wait_for(state="visible")
        await self.page.locator(".editor-instance .monaco-editor .view-line").first.wait_for(state="visible")

    async def go_to(self, line: int, column: int = 1) -> None:
        """Puts the cursor somewhere; lines and columns count from 1, as the editor shows them."""
        box = self.page.locator(".quick-input-widget input[type=text]").first
        await self.page.keyboard.press("Control+g")
        await box.wait_for(state="visible")
        await box.fill(f":{line}:{column}")
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("#status\\.editor\\.selection")).to_contain_text(f"Ln {line}, Col {column}")

    async def until_line(self, line: int) -> None:
        await expect(self.page.locator("#status\\.editor\\.selection")).to_contain_text(f"Ln {line},")

    async def focus_editor(self) -> None:
        await self.page.keyboard.press("Control+1")
        await self.page.locator(".editor-instance .monaco-editor.focused").wait_for(state="visible")

    async def save(self) -> None:
        """Saves the file at hand."""
        await self.focus_editor()
        await self.page.keyboard.press("Control+s")

    async def type(self, text: str) -> None:
        await self.page.keyboard.type(text)

    @property
    def text(self) -> Awaitable[str]:
        """The visible lines of the editor."""
        return self._text()

    async def _text(self) -> str:
        script = """() => [...document.querySelectorAll('.editor-instance .view-lines .view-line')]
            .map(e => [parseFloat(e.style.top), e.innerText]).sort((a, b) => a[0] - b[0]).map(e => e[1]).join('\\n')"""
        shown: str = await self.page.evaluate(script)
        return shown.replace("\u00a0", " ")

    def squiggles(self) -> Locator:
        """The underlines of diagnostics that are in view."""
        return self.page.locator(".editor-instance .cdr.squiggly-info, .editor-instance .cdr.squiggly-warning")

    def status(self) -> Locator:
        return self.page.locator("#unsorry\\.unsorry\\.unsorry\\.status")

    def notifications(self) -> Locator:
        return self.page.locator(".notifications-toasts .notification-list-item")

    async def until_status(self, pattern: str, seconds: float = SECONDS) -> None:
        """Waits for what the status bar says of the file at hand."""
        await expect(self.status()).to_have_text(re.compile(pattern), timeout=seconds * 1000)

    async def quick_fix(self, title: str) -> None:
        """Opens the light bulb's menu at the cursor and takes the first entry with this in its title, by keys: the
        menu lets no pointer through that it does not know."""
        entry = self.page.locator(".action-widget .monaco-list-row.action").filter(has_text=title).first

        async def offered() -> bool:
            await self.page.keyboard.press("Escape")
            await self.page.keyboard.press("Control+.")
            try:
                await entry.wait_for(state="visible", timeout=3000)
            except Exception:
                return False
            return True

        await until(offered, f"the quick fix {title!r}")
        while "focused" not in (await entry.get_attribute("class") or ""):
            await self.page.keyboard.press("ArrowDown")
        await self.page.keyboard.press("Enter")

    async def show_view(self) -> None:
        """Shows Unsorry's own view."""
        await self.run("View: Show Unsorry")
        await self.page.locator(".pane-header").filter(has_text="Holes").first.wait_for(state="visible")

    def tree(self) -> Locator:
        return self.page.locator(".split-view-view:has(.pane-header[aria-label^='Holes']) .monaco-list-row")

    async def goal(self) -> Frame:
        """The goal panel's page."""

        async def found() -> bool:
            return await self._goal() is not None

        await until(found, "the goal panel")
        frame = await self._goal()
        assert frame is not None
        return frame

    async def _goal(self) -> Frame | None:
        for frame in self.page.frames:
            try:
                if await frame.locator("main[aria-label='Goal at the cursor']").count():
                    return frame
            except Exception:
                continue
        return None

    async def without_distractions(self) -> None:
        """Hides what has nothing to do with Unsorry."""
        style = ".notifications-toasts, .part.titlebar .action-toolbar-container { visibility: hidden !important; }"
        await self.page.add_style_tag(content=style)

    async def screenshot(self, path: Path) -> None:
        await self.page.screenshot(path=str(path))
