/** What helps when the server is not there: where else to look, installing it, and messages whose buttons help. */

import { execFile } from "node:child_process";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { which } from "./discovery";
import type { Server } from "./server";

const PYTHON_MS = 5_000;
const INSTALL = `import subprocess, sys, venv
venv.create(sys.argv[1], with_pip=True)
subprocess.check_call([sys.argv[1] + "/bin/python", "-m", "pip", "install", "--upgrade", sys.argv[2]])`;

/** Says something went wrong; its buttons run commands of the extension's. */
export async function tell(message: string, buttons: Readonly<Record<string, string>>): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, ...Object.keys(buttons));
  const command = buttons[chosen ?? ""];
  if (command !== undefined) {
    await vscode.commands.executeCommand(`unsorry.${command}`);
  }
}

/** The folder of the selected Python environment, which may lie in the folder at hand and needs its trust; then PATH. */
export async function searchPath(): Promise<string> {
  const place = { workspaceFolder: vscode.workspace.workspaceFolders?.[0]?.uri.toString() };
  const asked = vscode.workspace.isTrusted
    ? vscode.commands.executeCommand<string | undefined>("python.interpreterPath", place)
    : undefined;
  // The Python extension may not be there, or take its time.
  const python = await Promise.race([asked, pause(PYTHON_MS, undefined)]).catch(() => undefined);
  return [path.dirname(python ?? ""), process.env["PATH"]].join(path.delimiter);
}

/** Makes an environment of the extension's own, installs a server of its series there, and has the setting name it. */
export async function install({ context, output, manifest }: Server): Promise<void> {
  const programs = process.env["PATH"] ?? "";
  const python = which("python3", programs) ?? which("python", programs);
  if (python === undefined) {
    await tell("Unsorry needs Python 3.11 or later, and no Python was found.", { "Show How": "walkthrough" });
    return;
  }
  const environment = path.join(context.globalStorageUri.fsPath, "server");
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: `Installing Unsorry's server with ${python}`,
  };
  try {
    // In our own folder: Python would load modules from the one that it is started in.
    const args = ["-c", INSTALL, environment, `unsorry~=${manifest.version}`];
    await vscode.window.withProgress(progress, () => promisify(execFile)(python, args, { cwd: context.extensionPath }));
  } catch (error) {
    output.error(String(error));
    await tell("Unsorry's server was not installed.", { "Show Log": "showLog", "Try Again": "install" });
    return;
  }
  const settings = vscode.workspace.getConfiguration("unsorry.server");
  const program = path.join(environment, "bin", "unsorry");
  await (settings.get("path") === program
    ? vscode.commands.executeCommand("unsorry.restartServer")
    : settings.update("path", program, true)); // which restarts it too
}
