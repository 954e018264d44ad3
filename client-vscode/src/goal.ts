/** The goal panel: the hole at the cursor, as the server writes of it. It follows the cursor. */

import * as fs from "node:fs";
import * as vscode from "vscode";
import { isProofFile } from "./protocol";
import type { Server } from "./server";

const PAUSE_MS = 60;
const OTHER_FILE = '<p class="quiet">Open a proof file to see its goals.</p>';
const NO_SERVER = '<p class="quiet">Unsorry\'s server is not running.</p>';

/** What the server answers; `argument` says to its commands which hole is meant. */
interface Goal {
  html: string;
  argument: object | null;
}

export class GoalPanel implements vscode.WebviewViewProvider {
  private view: vscode.WebviewView | undefined;
  private shown: Goal | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly server: Server,
  ) {}

  resolveWebviewView(view: vscode.WebviewView): void {
    const media = vscode.Uri.joinPath(this.extensionUri, "media");
    this.view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [media] };
    view.webview.onDidReceiveMessage(({ action, proof }: { action: string; proof: number }) => {
      if (action === "ready") {
        this.shown = undefined; // the page has just loaded
        this.show();
      } else {
        void vscode.commands.executeCommand(`unsorry.${action}`, { ...this.shown?.argument, proof });
      }
    });
    view.onDidChangeVisibility(() => {
      this.show();
    });
    view.onDidDispose(() => {
      this.view = undefined;
    });
    view.webview.html = page(view.webview, media);
  }

  /** Shows the hole that the cursor is at once it rests there, or says why there is none. */
  show(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.view?.visible === true) {
        void this.goal().then((goal) => {
          if (goal !== undefined && goal.html !== this.shown?.html) {
            void this.view?.webview.postMessage(goal.html);
          }
          this.shown = goal ?? this.shown;
        });
      }
    }, PAUSE_MS);
  }

  private async goal(): Promise<Goal | undefined> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !isProofFile(editor.document)) {
      return { html: OTHER_FILE, argument: null };
    }
    if (this.server.running === undefined) {
      return { html: NO_SERVER, argument: null };
    }
    const { line, character } = editor.selection.active;
    const place = { uri: editor.document.uri.toString(), position: { line, character } };
    return this.server.ask<Goal>("unsorry.goal", place).catch(() => undefined); // closed or ended meanwhile
  }
}

function page(webview: vscode.Webview, media: vscode.Uri): string {
  return fs
    .readFileSync(vscode.Uri.joinPath(media, "goal.html").fsPath, "utf8")
    .replaceAll("{source}", webview.cspSource)
    .replaceAll("{media}", webview.asWebviewUri(media).toString());
}
