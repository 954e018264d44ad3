/** Where to look for the server in this window, and installing it into an environment of the extension's own. */

import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { binaries, type Surroundings, which } from "./discovery";

const PYTHON_SECONDS = 5;
const INSTALL = `import subprocess, sys, venv
venv.create(sys.argv[1], with_pip=True)
subprocess.check_call([sys.argv[2], "-m", "pip", "install", "--upgrade", "unsorry"])`;

/** The part of the Python extension's interface that is used here. */
interface PythonEnvironments {
  environments: {
    getActiveEnvironmentPath(): { path: string };
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

export async function surroundings(context: vscode.ExtensionContext): Promise<Surroundings> {
  const settings = vscode.workspace.getConfiguration("unsorry.server");
  const setting = settings.get<string>("path", "").trim();
  const python = setting === "" ? (await pythonEnvironments())?.getActiveEnvironmentPath().path : undefined;
  return {
    setting,
    extraArgs: settings.get<string[]>("args", []),
    python: python !== undefined && isDirectory(python) ? path.join(binaries(python), "python") : python,
    ownEnvironment: ownEnvironment(context),
    searchPath: process.env["PATH"] ?? "",
  };
}

function isDirectory(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The Python extension's choice may lie in the folder, so that it is not for folders that nobody trusts. */
async function pythonEnvironments(): Promise<PythonEnvironments["environments"] | undefined> {
  const extension = vscode.extensions.getExtension<PythonEnvironments>("ms-python.python");
  if (extension === undefined || !vscode.workspace.isTrusted) {
    return undefined;
  }
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PYTHON_SECONDS * 1000, undefined));
  return (await Promise.race([Promise.resolve(extension.activate()).catch(() => undefined), late]))?.environments;
}

/** Calls back when another Python environment is selected. */
export async function onPythonSelected(context: vscode.ExtensionContext, callback: () => void): Promise<void> {
  const listener = (await pythonEnvironments())?.onDidChangeActiveEnvironmentPath(callback);
  context.subscriptions.push(...(listener === undefined ? [] : [listener]));
}

function ownEnvironment(context: vscode.ExtensionContext): string {
  return path.join(context.globalStorageUri.fsPath, "server");
}

/** One message with the button that helps; `installed` is called once the server is there. */
export async function offerInstallation(
  context: vscode.ExtensionContext,
  problem: string,
  installed: () => Promise<void>,
  button = "Install",
): Promise<void> {
  const bySetting = vscode.workspace.getConfiguration("unsorry.server").get<string>("path", "") !== "";
  const choice = await vscode.window.showWarningMessage(problem, bySetting ? "Open Settings" : button);
  if (choice === "Open Settings") {
    // Such settings belong to the machine that the server runs on.
    const where = vscode.env.remoteName === undefined ? "openSettings" : "openRemoteSettings";
    await vscode.commands.executeCommand(`workbench.action.${where}`, { query: "unsorry.server.path" });
  } else if (choice !== undefined && (await install(context))) {
    await installed();
  }
}

/** Makes the environment and installs the server into it, in a terminal where the user can watch. Whether it worked. */
export async function install(context: vscode.ExtensionContext): Promise<boolean> {
  const searchPath = process.env["PATH"] ?? "";
  const python = which("python3", searchPath) ?? which("python", searchPath);
  if (python === undefined) {
    const message = "Unsorry needs Python 3.11 or later, and no Python was found.";
    if ((await vscode.window.showErrorMessage(message, "Get Python")) !== undefined) {
      await vscode.env.openExternal(vscode.Uri.parse("https://www.python.org/downloads/"));
    }
    return false;
  }
  const environment = ownEnvironment(context);
  fs.mkdirSync(context.globalStorageUri.fsPath, { recursive: true });
  const args = ["-c", INSTALL, environment, path.join(binaries(environment), "python")];
  const execution = new vscode.ProcessExecution(python, args, { cwd: path.dirname(python) });
  const name = "install the server";
  const task = new vscode.Task({ type: "process" }, vscode.TaskScope.Global, name, "Unsorry", execution, []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Shared };
  const status = await new Promise((resolve) => {
    const listener = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution.task.name === name && event.execution.task.source === "Unsorry") {
        listener.dispose();
        resolve(event.exitCode);
      }
    });
    void vscode.tasks.executeTask(task);
  });
  if (status !== 0) {
    void vscode.window.showErrorMessage("Unsorry was not installed. The terminal says why; then run Install again.");
  }
  return status === 0;
}
