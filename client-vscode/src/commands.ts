/** What the palette, the keys, the tree and the menus run. Whatever proves or fills is the server's. */

import * as vscode from "vscode";
import type { ExecuteCommandSignature } from "vscode-languageclient/node";
import { type Hole, neighbour } from "./holes";
import { install } from "./install";
import { isProofFile } from "./protocol";
import type { Server } from "./server";
import type { HoleStore } from "./store";

/** Commands that search, with what their progress is called. */
const SEARCHES: Readonly<Record<string, string>> = {
  "unsorry.prove": "Proving",
  "unsorry.proveAll": "Proving the file's holes",
};
/** What the status bar's menu has of the palette's commands: these while the server runs, the others always. */
const MENU_RUNNING = ["proveAll", "fillAll", "cancel", "nextHole", "restartProver", "showHoles"];
const MENU = ["restartServer", "install", "showVersions", "showLog", "showSettings"];

export function registerCommands(context: vscode.ExtensionContext, server: Server, store: HoleStore): void {
  const { executeCommand } = vscode.commands;
  const { id } = context.extension;
  const remote = vscode.env.remoteName === undefined ? "" : "Remote";
  const commands: Record<string, () => unknown> = {
    nextHole: () => go(store, 1),
    previousHole: () => go(store, -1),
    restartServer: () => server.restart(),
    showLog: () => {
      server.output.show();
    },
    install: () => install(server),
    showVersions: () => showVersions(server),
    showHoles: () => executeCommand("unsorry.tree.focus"),
    // In a remote window those that choose the server are among the remote machine's.
    showSettings: () => executeCommand(`workbench.action.open${remote}Settings`, { query: `@ext:${id}` }),
    menu: () => showMenu(server),
    walkthrough: () => executeCommand("workbench.action.openWalkthrough", `${id}#start`),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`unsorry.${name}`, run));
  }
}

/** A command of the server's: code lenses and actions bring its argument; the palette and the tree do not. */
export async function runServerCommand(
  server: Server,
  name: string,
  [given]: unknown[],
  next: ExecuteCommandSignature,
): Promise<unknown> {
  const made = given === undefined || given instanceof vscode.Uri || isHole(given);
  const argument = made ? await argumentOf(given) : given;
  const title = SEARCHES[name];
  return title === undefined ? next(name, [argument]) : search(server, name, argument, title);
}

function isHole(value: unknown): value is Hole {
  return typeof value === "object" && value !== null && "declaration" in value && "range" in value;
}

/** What says to the server which hole or file of the tree is meant, or which place the cursor is at. */
async function argumentOf(given: Hole | vscode.Uri | undefined): Promise<object> {
  const editor = vscode.window.activeTextEditor;
  const hole = isHole(given) ? given : undefined;
  const uri = hole?.uri ?? (given as vscode.Uri | undefined);
  if (uri !== undefined) {
    await vscode.workspace.openTextDocument(uri); // the server proves and fills what is open in the editor
  } else if (editor === undefined || !isProofFile(editor.document)) {
    return {};
  }
  const at = hole?.range.start ?? editor?.selection.active;
  return {
    uri: (uri ?? editor?.document.uri)?.toString(),
    position: at && { line: at.line, character: at.character },
    hole: hole?.id,
  };
}

/** Runs a search under a progress that can be cancelled. */
async function search(server: Server, command: string, argument: unknown, title: string): Promise<unknown> {
  const client = server.running;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const { ProgressType } = await import("vscode-languageclient/node");
  const progressType = new ProgressType<{ message?: string; percentage?: number }>();
  return vscode.window.withProgress(options, async (progress, token) => {
    const workDoneToken = crypto.randomUUID();
    let done = 0;
    const listener = client?.onProgress(progressType, workDoneToken, ({ message = "", percentage = done }) => {
      progress.report({ message, increment: percentage - done });
      done = percentage;
    });
    try {
      const params = { command, arguments: [argument], workDoneToken };
      return await client?.sendRequest<unknown>("workspace/executeCommand", params, token);
    } catch (error) {
      if (!token.isCancellationRequested) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
      return undefined;
    } finally {
      listener?.dispose();
    }
  });
}

/** To the next hole of the file at hand, or to the workspace's first where that has none. */
async function go(store: HoleStore, step: 1 | -1): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const here = editor && neighbour(store.of(editor.document.uri), editor.selection.active, step);
  const hole = here ?? store.files[0]?.[0];
  if (hole === undefined) {
    void vscode.window.showInformationMessage("No holes.");
    return;
  }
  // At once where it can be: who presses the key twice means the hole after the next one.
  const shown = here === undefined ? await vscode.window.showTextDocument(hole.uri) : editor;
  if (shown !== undefined) {
    shown.selection = new vscode.Selection(hole.range.start, hole.range.start);
    shown.revealRange(hole.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

async function showVersions(server: Server): Promise<void> {
  const health = await server.ask<{ provers: { summary: string }[] }>("unsorry.health", {});
  const version = server.running?.initializeResult?.serverInfo?.version ?? "not running";
  const detail = [`Server ${version}: ${server.command}`, ...(health?.provers ?? []).map(({ summary }) => summary)];
  const title = `Unsorry's extension ${server.manifest.version}`;
  await vscode.window.showInformationMessage(title, { modal: true, detail: detail.join("\n") });
}

async function showMenu({ manifest, running }: Server): Promise<void> {
  const names = running === undefined ? MENU : [...MENU_RUNNING, ...MENU];
  const items = manifest.contributes.commands
    .filter(({ command }) => names.includes(command.replace("unsorry.", "")))
    .map(({ command, title, icon = "" }) => ({ command, label: `${icon} ${title}` }));
  const chosen = await vscode.window.showQuickPick(items, { title: "Unsorry" });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
