/** What the palette, the keys, the tree and the menus run. Whatever proves or fills is the server's. */

import * as vscode from "vscode";
import type { ExecuteCommandSignature } from "vscode-languageclient/node";
import { install } from "./install";
import { nearest, neighbour } from "./holes";
import type { Hole } from "./protocol";
import { healthLines } from "./render";
import type { Server } from "./server";
import type { HoleStore } from "./store";

/** Commands that search, with what their progress is called. */
const SEARCHES: Readonly<Record<string, string>> = {
  "unsorry.prove": "Proving",
  "unsorry.proveAll": "Proving the file's holes",
};
/** What the status bar's menu has of the palette's commands. */
const MENU = {
  running: ["fillAll", "proveAll", "cancel", "nextHole", "showHoles", "restartProver"],
  missing: ["install"],
  always: ["restartServer", "showLog", "showVersions", "showSettings"],
};

export function registerCommands(context: vscode.ExtensionContext, server: Server, store: HoleStore): void {
  const register = (name: string, run: (...args: never[]) => unknown): void => {
    context.subscriptions.push(vscode.commands.registerCommand(`unsorry.${name}`, run));
  };
  server.runCommand = (name, args, next) => runServerCommand(server, store, name, args, next);
  register("fill", (hole?: Hole, proof = 0) => fill(store, hole, proof));
  register("open", open);
  register("nextHole", () => go(store, 1));
  register("previousHole", () => go(store, -1));
  register("refresh", () => {
    store.markAll();
  });
  register("restartServer", () => server.restart());
  register("showLog", () => {
    server.output.show();
  });
  register("install", async () => {
    if (await install(context)) {
      await server.restart();
    }
  });
  register("showVersions", () => showVersions(server, store));
  register("showHoles", () => vscode.commands.executeCommand("unsorry.tree.focus"));
  register("showSettings", () =>
    vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
  );
  register("menu", () => showMenu(server));
  register("walkthrough", () =>
    vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`),
  );
}

/** A command of the server's: code lenses and actions bring its argument; the palette and the tree do not. */
async function runServerCommand(
  server: Server,
  store: HoleStore,
  name: string,
  args: unknown[],
  next: ExecuteCommandSignature,
): Promise<unknown> {
  const given = args[0];
  const argument = isHole(given) || given instanceof vscode.Uri || given === undefined ? make(store, name, given) : given;
  if (argument === undefined) {
    return undefined;
  }
  if (isHole(given) || given instanceof vscode.Uri) {
    // The server proves and fills what is open in the editor.
    await vscode.workspace.openTextDocument(isHole(given) ? vscode.Uri.parse(given.uri) : given);
  }
  const title = SEARCHES[name];
  return title === undefined ? next(name, [argument]) : search(server, name, argument, title);
}

function isHole(value: unknown): value is Hole {
  return typeof value === "object" && value !== null && "declaration" in value && "range" in value;
}

/** The argument of a command for a hole of the tree, a file of the tree, or the place of the cursor. */
function make(store: HoleStore, name: string, given: Hole | vscode.Uri | undefined): unknown {
  const editor = vscode.window.activeTextEditor;
  const uri = isHole(given) ? given.uri : (given ?? editor?.document.uri)?.toString();
  if (uri === undefined) {
    return name === "unsorry.cancel" ? {} : undefined;
  }
  switch (name) {
    case "unsorry.prove": {
      const at = isHole(given) ? given.range.start : editor?.selection.active;
      return at && { uri, position: { line: at.line, character: at.character } };
    }
    case "unsorry.cancel":
      return isHole(given) ? { uri, hole: given.id } : { uri };
    case "unsorry.restartProver": {
      const language = editor && store.of(editor.document.uri)[0]?.language;
      return language && { language };
    }
    default:
      return { uri };
  }
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
    const listener = client?.onProgress(progressType, workDoneToken, ({ message, percentage }) => {
      const increment = percentage === undefined ? 0 : percentage - done;
      done += increment;
      progress.report(message === undefined ? { increment } : { message, increment });
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

async function fill(store: HoleStore, given: Hole | undefined, proof: number): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const hole = given ?? (editor && nearest(store.of(editor.document.uri), editor.selection.active));
  if (hole === undefined || hole.proof === null) {
    void vscode.window.showInformationMessage("There is no proof for this hole yet.");
    return;
  }
  await vscode.workspace.openTextDocument(vscode.Uri.parse(hole.uri));
  await vscode.commands.executeCommand("unsorry.fillAll", { uri: hole.uri, proofs: { [hole.id]: proof } });
}

async function open(hole: Hole): Promise<void> {
  const { start, end } = hole.range;
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  const uri = vscode.Uri.parse(hole.uri);
  const active = vscode.window.activeTextEditor;
  // At once where it can be: who presses the key twice means the hole after the next one.
  const editor = active?.document.uri.toString() === uri.toString() ? active : await vscode.window.showTextDocument(uri);
  editor.selection = new vscode.Selection(selection.start, selection.start);
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** To the next hole of the file at hand, or to the workspace's first where that has none. */
async function go(store: HoleStore, step: 1 | -1): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const here = editor && neighbour(store.of(editor.document.uri), editor.selection.active, step);
  const hole = here ?? neighbour(store.all[0]?.[1] ?? [], { line: -1, character: 0 }, 1);
  if (hole === undefined) {
    void vscode.window.showInformationMessage("No holes.");
  } else {
    await open(hole);
  }
}

async function showVersions(server: Server, store: HoleStore): Promise<void> {
  const from = server.command === undefined ? "" : `, from ${server.command.origin} (${server.command.command})`;
  const lines = [`Server ${server.version ?? "not running"}${from}`, ...healthLines(store.health)];
  const message = `Unsorry's extension ${server.manifest.version}`;
  await vscode.window.showInformationMessage(message, { modal: true, detail: lines.join("\n") });
}

async function showMenu(server: Server): Promise<void> {
  const state = server.state;
  const names = [...(state === "running" || state === "missing" ? MENU[state] : []), ...MENU.always];
  const items = names.flatMap((name) =>
    server.manifest.contributes.commands
      .filter(({ command }) => command === `unsorry.${name}`)
      .map(({ command, title, icon }) => ({ command, label: icon === undefined ? title : `${icon} ${title}` })),
  );
  const chosen = await vscode.window.showQuickPick(items, { title: "Unsorry" });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
