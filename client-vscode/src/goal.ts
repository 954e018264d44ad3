/** The goal panel: the hole at the cursor, as the server writes of it. */

import * as fs from "node:fs";
import * as vscode from "vscode";

/** Answers with what shows the hole at the cursor; the page itself says when no server runs. */
export function makeGoalPanel({ extensionUri, subscriptions }: vscode.ExtensionContext): () => Promise<void> {
  const media = vscode.Uri.joinPath(extensionUri, "media");
  let view: vscode.WebviewView | undefined;
  const show = async (): Promise<void> => {
    if (view?.visible === true) {
      const asked = vscode.commands.executeCommand("unsorry.goal");
      await view.webview.postMessage(await asked.then(undefined, () => null)); // null where no server runs
    }
  };
  const resolveWebviewView = (resolved: vscode.WebviewView): void => {
    view = resolved;
    view.webview.options = { enableScripts: true, localResourceRoots: [media] };
    view.webview.onDidReceiveMessage(({ action, argument }: { action: string; argument: object }) =>
      action === "ready" ? show() : vscode.commands.executeCommand(`unsorry.${action}`, argument),
    );
    view.onDidChangeVisibility(show);
    view.onDidDispose(() => (view = undefined));
    view.webview.html = fs
      .readFileSync(vscode.Uri.joinPath(media, "goal.html").fsPath, "utf8")
      .replaceAll("{source}", view.webview.cspSource)
      .replaceAll("{media}", view.webview.asWebviewUri(media).toString());
  };
  subscriptions.push(vscode.window.registerWebviewViewProvider("unsorry.goal", { resolveWebviewView }));
  return show;
}
