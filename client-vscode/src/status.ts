/** The status bar item: how the holes of the file at hand stand, and how its prover fares. */

import * as vscode from "vscode";
import { type FileStatus, type Health, isProofFile } from "./protocol";
import { healthLine } from "./render";
import type { Server, ServerState } from "./server";

const SERVER_TEXTS: Readonly<Record<Exclude<ServerState, "running">, string>> = {
  stopped: "$(circle-slash) Unsorry",
  starting: "$(loading~spin) Unsorry",
  waiting: "$(loading~spin) Unsorry",
  failed: "$(error) Unsorry",
  missing: "$(warning) Unsorry",
};
const SERVER_WORDS: Readonly<Record<Exclude<ServerState, "running">, string>> = {
  stopped: "the server does not run",
  starting: "the server is starting",
  waiting: "the server ended by itself and is started again",
  failed: "the server could not be kept running",
  missing: "the server is not installed",
};

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("unsorry.status", vscode.StatusBarAlignment.Right, 90);
  private readonly statuses = new Map<string, FileStatus>();
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly server: Server,
    private readonly health: () => Health | undefined,
  ) {
    this.item.name = "Unsorry";
    this.item.command = "unsorry.menu";
    this.subscription = server.onStatus((status) => {
      this.statuses.set(vscode.Uri.parse(status.uri).toString(), status);
      this.show();
    });
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  show(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isProofFile(document.languageId, document.uri.path)) {
      this.item.hide();
      return;
    }
    if (this.server.state === "running") {
      this.showFile(this.statuses.get(document.uri.toString()));
    } else {
      this.put(SERVER_TEXTS[this.server.state], `Unsorry: ${SERVER_WORDS[this.server.state]}`, []);
    }
    this.item.show();
  }

  private showFile(status: FileStatus | undefined): void {
    const { open = 0, proving = 0, proved = 0, refuted = 0, failed = 0 } = status?.holes ?? {};
    const parts = [
      proving > 0 ? `$(sync~spin) ${proving} proving` : "",
      proved > 0 ? `$(pass-filled) ${proved} proved` : "",
      open + failed > 0 ? `$(circle-large-outline) ${open + failed} open` : "",
      refuted > 0 ? `$(warning) ${refuted} refuted` : "",
    ].filter((part) => part !== "");
    const text = parts.length > 0 ? parts.join("  ") : "$(check) no holes";
    const words = text.replace(/\$\([^)]*\) /g, "").replaceAll("  ", ", ");
    const names = status?.provers.map(({ name }) => name) ?? [];
    const lines = this.health()?.provers.filter(({ prover }) => names.includes(prover)).map(healthLine) ?? [];
    this.put(text, `Unsorry: ${words}`, vscode.workspace.isTrusted ? lines : ["No prover runs: not trusted."]);
  }

  private put(text: string, words: string, lines: readonly string[]): void {
    this.item.text = text;
    this.item.tooltip = [words, ...lines, "Click for a menu."].join("\n");
    this.item.accessibilityInformation = { label: words, role: "button" };
    this.item.backgroundColor =
      this.server.state === "failed" || this.server.state === "missing"
        ? new vscode.ThemeColor("statusBarItem.warningBackground")
        : undefined;
  }
}
