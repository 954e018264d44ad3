/** What helps when the server is not there: where else to look, installing it, and messages whose buttons help. */

import { execFile } from "node:child_process";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import * as vscode from "vscode";
import type { Server } from "./server";

const PYTHON_MS = 5_000;
const INSTALL = `import subprocess, sys, venv
venv.create(sys.argv[1], with_pip=True)
subprocess.check_call([sys.argv[1] + "/bin/python", "-m", "pip", "install", "--upgrade", sys.argv[2]])`;

/** Says something went wrong; its buttons run commands of the extension's. */
export async function tell(message: string, buttons: Readonly<Record<string, string>>): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, ...Object.keys(buttons));
  const command = buttons[chosen ?? ""];
  await (command && vscode.commands.executeCommand(`unsorry.${command}`));
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
  const environment = path.join(context.globalStorageUri.fsPath, "server");
  const program = path.join(environment, "bin", "unsorry");
  const args = ["-c", INSTALL, environment, `unsorry~=${manifest.version}`];
  const progress = { location: vscode.ProgressLocation.Notification, title: "Installing Unsorry's server" };
  try {
    // In our own folder: Python would load modules from the one that it is started in.
    const options = { cwd: context.extensionPath };
    await vscode.window.withProgress(progress, () => promisify(execFile)("python3", args, options));
  } catch (error) {
    output.error(String(error));
    const problem = "Unsorry's server could not be installed. It needs Python 3.11 or later; the log says more.";
    await tell(problem, { "Show Log": "showLog", "Try Again": "install" });
    return;
  }
  const settings = vscode.workspace.getConfiguration("unsorry.server");
  await (settings.get("path") === program
    ? vscode.commands.executeCommand("unsorry.restartServer")
    : settings.update("path", program, true)); // which restarts it too
}
