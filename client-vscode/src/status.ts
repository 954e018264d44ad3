/** The status bar item: how the holes of the file at hand stand, and how the provers fare. */

import * as vscode from "vscode";
import { count, LOOKS } from "./holes";
import { isProofFile, type Standing } from "./protocol";
import { healthLines } from "./render";
import type { Server, ServerState } from "./server";
import type { HoleStore } from "./store";

const SERVER_LOOKS: Readonly<Record<Exclude<ServerState, "running">, { icon: string; words: string }>> = {
  stopped: { icon: "circle-slash", words: "the server does not run" },
  starting: { icon: "loading~spin", words: "the server is starting" },
  waiting: { icon: "loading~spin", words: "the server ended by itself and is started again" },
  failed: { icon: "error", words: "the server could not be kept running" },
  missing: { icon: "warning", words: "the server is not installed" },
};
/** What is counted, and which holes as what: whatever has to be done is open. */
const COUNTED: readonly [Standing, ...Standing[]][] = [
  ["proving"],
  ["proved"],
  ["open", "failed", "skipped"],
  ["refuted"],
];

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("unsorry.status", vscode.StatusBarAlignment.Right, 90);

  constructor(
    private readonly server: Server,
    private readonly store: HoleStore,
  ) {
    this.item.name = "Unsorry";
    this.item.command = "unsorry.menu";
  }

  dispose(): void {
    this.item.dispose();
  }

  show(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isProofFile(document.languageId, document.uri.path)) {
      this.item.hide();
      return;
    }
    if (this.server.state === "running") {
      this.showFile(document.uri);
    } else {
      const { icon, words } = SERVER_LOOKS[this.server.state];
      this.put(`$(${icon}) Unsorry`, words, []);
    }
    this.item.show();
  }

  private showFile(uri: vscode.Uri): void {
    const holes = this.store.of(uri);
    const parts = COUNTED.map((states) => ({ state: states[0], number: count(holes, ...states) }))
      .filter(({ number }) => number > 0)
      .map(({ state, number }) => ({ icon: LOOKS[state].icon, words: `${number} ${state}` }));
    const shown = parts.length > 0 ? parts : [{ icon: "check", words: "no holes" }];
    this.put(
      shown.map(({ icon, words }) => `$(${icon}) ${words}`).join("  "),
      shown.map(({ words }) => words).join(", "),
      vscode.workspace.isTrusted ? healthLines(this.store.health) : ["No prover runs: not trusted."],
    );
  }

  private put(text: string, words: string, lines: readonly string[]): void {
    const wrong = this.server.state === "failed" || this.server.state === "missing";
    this.item.text = text;
    this.item.tooltip = [`Unsorry: ${words}`, ...lines, "Click for a menu."].join("\n");
    this.item.accessibilityInformation = { label: `Unsorry: ${words}`, role: "button" };
    this.item.backgroundColor = wrong ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  }
}
