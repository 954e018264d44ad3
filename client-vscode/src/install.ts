/** Where to look for the server in this window, and installing it into an environment of the extension's own. */

import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { binaries, type Surroundings, which } from "./discovery";

const PYTHON_SECONDS = 5;

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
  return {
    setting,
    extraArgs: settings.get<string[]>("args", []),
    python: setting === "" ? await selectedPython() : undefined,
    ownEnvironment: ownEnvironment(context),
    searchPath: process.env["PATH"] ?? "",
  };
}

/** The Python extension's choice. It may lie in the folder, so that it is not for folders that nobody trusts. */
async function selectedPython(): Promise<string | undefined> {
  const api = vscode.workspace.isTrusted ? await pythonApi() : undefined;
  const chosen = api?.environments.getActiveEnvironmentPath().path;
  return chosen !== undefined && fs.existsSync(chosen) && fs.statSync(chosen).isDirectory()
    ? path.join(binaries(chosen), "python")
    : chosen;
}

async function pythonApi(): Promise<PythonEnvironments | undefined> {
  const extension = vscode.extensions.getExtension<PythonEnvironments>("ms-python.python");
  if (extension === undefined) {
    return undefined;
  }
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PYTHON_SECONDS * 1000, undefined));
  return Promise.race([Promise.resolve(extension.activate()).catch(() => undefined), late]);
}

/** Calls back when another Python environment is selected. */
export async function onPythonSelected(callback: () => void): Promise<vscode.Disposable | undefined> {
  return vscode.workspace.isTrusted
    ? (await pythonApi())?.environments.onDidChangeActiveEnvironmentPath(callback)
    : undefined;
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
  const offer = bySetting ? "Open Settings" : button;
  const choice = await vscode.window.showWarningMessage(problem, offer);
  if (choice === undefined) {
    return;
  }
  if (bySetting) {
    // Such settings belong to the machine that the server runs on.
    const where = vscode.env.remoteName === undefined ? "openSettings" : "openRemoteSettings";
    await vscode.commands.executeCommand(`workbench.action.${where}`, { query: "unsorry.server.path" });
  } else if (await install(context)) {
    await installed();
  }
}

/** Makes the environment and installs the server into it, in a terminal where the user can watch. Whether it worked. */
export async function install(context: vscode.ExtensionContext): Promise<boolean> {
  const searchPath = process.env["PATH"] ?? "";
  const python = which("python3", searchPath) ?? which("python", searchPath);
  if (python === undefined) {
    const address = vscode.Uri.parse("https://www.python.org/downloads/");
    const message = "Unsorry needs Python 3.11 or later, and no Python was found.";
    if ((await vscode.window.showErrorMessage(message, "Get Python")) !== undefined) {
      await vscode.env.openExternal(address);
    }
    return false;
  }
  const environment = ownEnvironment(context);
  fs.mkdirSync(context.globalStorageUri.fsPath, { recursive: true });
  const made =
    (await runTask("make an environment", python, ["-m", "venv", environment])) &&
    (await runTask("install the server", path.join(binaries(environment), "python"), [
      "-m",
      "pip",
      "install",
      "--upgrade",
      "unsorry",
    ]));
  if (!made) {
    void vscode.window.showErrorMessage("Unsorry was not installed. The terminal says why; then run Install again.");
  }
  return made;
}

async function runTask(name: string, program: string, args: string[]): Promise<boolean> {
  const execution = new vscode.ProcessExecution(program, args, { cwd: path.dirname(program) });
  const task = new vscode.Task({ type: "process" }, vscode.TaskScope.Global, name, "Unsorry", execution, []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Shared };
  const ended = new Promise<boolean>((resolve) => {
    const listener = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution.task.name === name && event.execution.task.source === "Unsorry") {
        listener.dispose();
        resolve(event.exitCode === 0);
      }
    });
  });
  await vscode.tasks.executeTask(task);
  return ended;
}
