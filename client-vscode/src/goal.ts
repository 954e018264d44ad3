/** The goal panel: the hole at the cursor, what was tried, what can be inserted. It follows the cursor. */

import * as vscode from "vscode";
import { nearest } from "./holes";
import { type Hole, isProofFile } from "./protocol";
import { renderHole, renderNothing } from "./render";
import type { Server } from "./server";
import type { HoleStore } from "./store";

interface Click {
  action: "ready" | "fill" | "prove" | "cancel";
  proof: number;
}

export class GoalPanel implements vscode.WebviewViewProvider {
  private view: vscode.WebviewView | undefined;
  private shown = "";
  private hole: Hole | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly server: Server,
    private readonly store: HoleStore,
  ) {}

  resolveWebviewView(view: vscode.WebviewView): void {
    const media = vscode.Uri.joinPath(this.extensionUri, "media");
    this.view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [media] };
    view.webview.onDidReceiveMessage((click: Click) => void this.on(click));
    view.onDidChangeVisibility(() => {
      this.show();
    });
    view.onDidDispose(() => {
      this.view = undefined;
    });
    this.shown = "";
    view.webview.html = page(view.webview, media);
  }

  /** Shows the hole that the cursor is at, or says why there is none. */
  show(): void {
    if (this.view?.visible !== true) {
      return;
    }
    const html = this.contents();
    if (html !== this.shown) {
      this.shown = html;
      void this.view.webview.postMessage(html);
    }
  }

  private contents(): string {
    const editor = vscode.window.activeTextEditor;
    this.hole = undefined;
    if (editor === undefined || !isProofFile(editor.document.languageId, editor.document.uri.path)) {
      return renderNothing("Open a proof file to see its goals.");
    }
    if (this.server.running === undefined) {
      return renderNothing("Unsorry's server is not running.");
    }
    this.hole = nearest(this.store.of(editor.document.uri), editor.selection.active);
    return this.hole === undefined ? renderNothing("No holes in this file.") : renderHole(this.hole, this.store.health);
  }

  private async on(click: Click): Promise<void> {
    if (click.action === "ready") {
      this.shown = ""; // the page has just loaded
      this.show();
    } else if (this.hole !== undefined) {
      await vscode.commands.executeCommand(`unsorry.${click.action}`, this.hole, click.proof);
    }
  }
}

function page(webview: vscode.Webview, media: vscode.Uri): string {
  const at = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(media, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src ${webview.cspSource}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Goal</title>
<link rel="stylesheet" href="${at("goal.css")}">
</head>
<body>
<main aria-label="Goal at the cursor" aria-live="polite"></main>
<script src="${at("goal.js")}"></script>
</body>
</html>`;
}
