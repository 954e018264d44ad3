"""A real VS Code with and without the extension, by turns in one run: milliseconds from a key to the frame that shows
it, in the file of 5,000 lines with 300 holes that is proved in the background. Each window first gets the time and the
keys that VS Code needs to load what it types with; then come twelve keys a second, as from a quick typist. Once more
without code lenses, which VS Code moves at each key, whoever provides them. Then from opening a small file with an easy
hole to its verified proof, in a window that has just opened and in one that is warm; the time that the extension's
activation takes; and the size of the VSIX.

The window is Chromium without a screen, and the files it shows come from code-server on this machine.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.lsp import generate

ROOT = Path(__file__).parents[1]
KEYS, ROUNDS, OPENINGS = 60, 4, 5
FIRST_KEYS, SETTLING_SECONDS = 10, 4.0
PAUSE = 1 / 12
EASY = {
    "rocq": (".v", "Lemma easy (n : nat) : n + 0 = n.\nProof. Admitted.\n"),
    "agda": (
        ".agda",
        (
            "module {name} where\nopen import Agda.Builtin.Nat\nopen import Agda.Builtin.Equality\n\n"
            "easy : 2 + 2 ≡ 4\neasy = ?\n"
        ),
    ),
}
# From the key's event to the moment after the next frame has been drawn.
PROBE = """() => {
    window.keyTimes = [];
    window.addEventListener('keydown', () => {
        const began = performance.now();
        requestAnimationFrame(() => {
            const drawn = new MessageChannel();
            drawn.port1.onmessage = () => window.keyTimes.push(performance.now() - began);
            drawn.port2.postMessage(0);
        });
    }, true);
}"""


def build(folder: Path) -> Path:
    path = folder / "unsorry.vsix"
    command = ["npm", "run", "--silent", "package", "--", "-o", str(path)]
    subprocess.run(
        command, cwd=ROOT / "client-vscode", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )
    return path


async def keystrokes(browser: Any, server: Any, folder: Path, status: str) -> list[float]:
    """Milliseconds for each key, once ``status`` has shown that the extension is at work ("": there is none)."""
    from editors.vscode.workbench import Workbench

    path = folder / "Generated.v"
    path.write_text(generate(), encoding="utf-8")
    window = await Workbench.open(browser, server, folder)
    try:
        await window.open_file(path)
        if status:
            await window.until_status(status)
        await window.go_to(7, 5)
        await asyncio.sleep(SETTLING_SECONDS)
        for number in range(FIRST_KEYS + KEYS):
            if number == FIRST_KEYS:
                await window.page.evaluate(PROBE)
            await window.page.keyboard.press("x")
            await asyncio.sleep(PAUSE)
        times: list[float] = await window.page.evaluate("() => window.keyTimes")
        return times
    finally:
        await window.close()


async def openings(browser: Any, server: Any, folder: Path, language: str) -> tuple[float, list[float], float]:
    """Seconds from the file's name to its proof, in a new window, then in the same one with other files;
    and the milliseconds that the extension took to activate."""
    from editors.vscode.workbench import Workbench

    suffix, text = EASY[language]
    window = await Workbench.open(browser, server, folder)
    times = []
    try:
        for number in range(1 + OPENINGS):
            path = folder / f"Easy{number}{suffix}"
            path.write_text(text.replace("{name}", path.stem), encoding="utf-8")
            # What is watched in the folder comes into the list of files a little later.
            await window.open_file(path, before=lambda: times.append(-time.perf_counter()))
            await window.until_status("^ ?1 proved")
            times[-1] += time.perf_counter()
        await window.run("Developer: Show Running Extensions")
        row = window.page.locator(".extension").filter(has_text="Unsorry").first
        activation = re.search(r"Activation: (\d+)ms", await row.inner_text())
        return times[0], times[1:], float(activation[1]) if activation else float("nan")
    finally:
        await window.close()


async def measure_all(scratch: Path) -> list[dict[str, Any]]:
    from playwright.async_api import async_playwright

    from editors.vscode.workbench import CHROMIUM, CodeServer, find_chromium

    vsix = build(scratch)
    rows: list[dict[str, Any]] = []

    def row(name: str, value: float, unit: str, against: str) -> None:
        rows.append({"name": f"vscode.{name}", "value": value, "unit": unit, "against": against})

    row("vsix_kb", vsix.stat().st_size / 1000, "kB", "aim: 300")
    bare = CodeServer(Path(sys.prefix, "code-server"), scratch / "bare")
    full = CodeServer(Path(sys.prefix, "code-server"), scratch / "full")
    settings = {"unsorry.server.path": str(Path(sys.executable).with_name("unsorry"))}
    full.install(vsix)
    folder = scratch / "folder"
    folder.mkdir()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM)
        await asyncio.gather(bare.start(), full.start())
        try:
            without: list[float] = []
            having: list[float] = []
            lensless: list[float] = []
            for _ in range(ROUNDS):
                without += await keystrokes(browser, bare, folder, "")
                full.configure(**settings)
                having += await keystrokes(browser, full, folder, "open")
                full.configure(**settings, **{"editor.codeLens": False})
                lensless += await keystrokes(browser, full, folder, "open")
            full.configure(**settings)
            for name, measure in (("median", statistics.median), ("p95", lambda t: statistics.quantiles(t, n=20)[-1])):
                against = f"without the extension: {measure(without):.1f} ms; lenses: {measure(lensless):.1f} ms"
                row(f"key_{name}_ms", measure(having), "ms", against)
            (folder / "Generated.v").unlink()
            for language in EASY:
                cold, warm, activation = await openings(browser, full, folder, language)
                against = f"in a window that is warm: median {statistics.median(warm):.2f} s of {len(warm)}"
                row(f"{language}_open_to_proof_s", cold, "s", against)
                row(f"{language}_activation_ms", activation, "ms", "aim: 100")
        finally:
            await browser.close()
            left = [*await bare.stop(), *await full.stop()]
    if left:
        raise RuntimeError(f"still running: {left}")
    return rows


def measure() -> list[dict[str, Any]]:
    if not any(Path(sys.prefix, "code-server").glob(".ready-*")):
        return []
    sys.path.append(str(ROOT / "tests"))
    with tempfile.TemporaryDirectory() as scratch:
        return asyncio.run(measure_all(Path(scratch)))


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']:32} {row['value']:10.2f} {row['unit']:4} {row['against']}")
