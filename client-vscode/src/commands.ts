/** What the palette, the keys, the tree and the menus run. Whatever proves or fills is the server's. */

import * as vscode from "vscode";
import { holesOf } from "./holes";
import { install } from "./install";
import { isProofFile } from "./protocol";
import type { Server } from "./server";

/** What the status bar's menu has of the palette's commands: these while the server runs, the others always. */
const MENU_RUNNING = ["proveAll", "fillAll", "cancel", "nextHole", "restartProver", "showHoles"];
const MENU = ["restartServer", "install", "showVersions", "showLog", "showSettings"];

export function registerCommands(context: vscode.ExtensionContext, server: Server): void {
  const { executeCommand } = vscode.commands;
  const { id } = context.extension;
  const remote = vscode.env.remoteName === undefined ? "" : "Remote";
  const commands: Record<string, () => unknown> = {
    nextHole: () => {
      go(1);
    },
    previousHole: () => {
      go(-1);
    },
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

/** What tells the server's commands of the place at the cursor, where that is in a proof file. */
export function atCursor(): object | undefined {
  const editor = vscode.window.activeTextEditor;
  return isProofFile(editor?.document)
    ? { uri: editor.document.uri.toString(), position: editor.selection.active }
    : undefined;
}

/** To the hole after the cursor, or before it, around the ends of the file. */
function go(step: 1 | -1): void {
  const editor = vscode.window.activeTextEditor;
  const starts = editor === undefined ? [] : holesOf(editor.document.uri).map(({ range }) => range.start);
  const ahead = starts.filter((start) => start.compareTo(editor?.selection.active ?? start) === step);
  const start = (ahead.length > 0 ? ahead : starts).at(step === 1 ? 0 : -1);
  if (editor === undefined || start === undefined) {
    void vscode.window.showInformationMessage("No holes in this file.");
    return;
  }
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
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
