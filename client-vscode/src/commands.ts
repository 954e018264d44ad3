/** What the palette, the keys, the tree and the menus run. Whatever proves or fills is the server's. */

import * as vscode from "vscode";
import { holesOf } from "./holes";
import { install } from "./install";
import type { Server } from "./server";

export function registerCommands(context: vscode.ExtensionContext, server: Server): void {
  const { executeCommand } = vscode.commands;
  const { id } = context.extension;
  const remote = vscode.env.remoteName === undefined ? "" : "Remote";
  const commands: Record<string, () => unknown> = {
    nextHole: () => go(1),
    previousHole: () => go(-1),
    restartServer: () => server.restart(),
    showLog: () => server.output.show(),
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

/** To the hole after the cursor, or before it, around the ends of the file. */
function go(step: 1 | -1): unknown {
  const editor = vscode.window.activeTextEditor;
  const starts = editor === undefined ? [] : holesOf(editor.document.uri).map(({ range }) => range.start);
  const ahead = starts.filter((start) => start.compareTo(editor?.selection.active ?? start) === step);
  const start = (ahead.length > 0 ? ahead : starts).at(step === 1 ? 0 : -1);
  if (editor === undefined || start === undefined) {
    return vscode.window.showInformationMessage("No holes in this file.");
  }
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return undefined;
}

async function showVersions({ state, version, command, manifest }: Server): Promise<void> {
  const asked = vscode.commands.executeCommand<{ provers: { summary: string }[] } | undefined>("unsorry.health", {});
  const provers = (await asked.then(undefined, () => undefined))?.provers ?? []; // none where no server runs
  const server = `Server ${state === "running" ? version : state}: ${command}`;
  const detail = [server, ...provers.map(({ summary }) => summary)].join("\n");
  await vscode.window.showInformationMessage(`Unsorry's extension ${manifest.version}`, { modal: true, detail });
}

/** What can be done now, of the commands that have an icon. */
async function showMenu({ manifest }: Server): Promise<void> {
  const there = await vscode.commands.getCommands(true); // those of the server only while it runs
  const items = manifest.contributes.commands
    .filter(({ command, icon }) => icon !== undefined && there.includes(command))
    .map(({ command, title, icon }) => ({ command, label: `${icon} ${title}` }));
  const chosen = await vscode.window.showQuickPick(items, { title: "Unsorry" });
  await (chosen && vscode.commands.executeCommand(chosen.command));
}
