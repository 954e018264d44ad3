/** The status bar item: how the holes of the file at hand stand, and how its prover fares. */

import * as vscode from "vscode";
import { isProofFile } from "./protocol";
import type { Server } from "./server";

/** Answers with what shows it anew. */
export function makeStatusItem({ subscriptions }: vscode.ExtensionContext, server: Server): () => void {
  const item = vscode.window.createStatusBarItem("unsorry.status", vscode.StatusBarAlignment.Right, 90);
  subscriptions.push(item);
  item.name = "Unsorry";
  item.command = "unsorry.menu";
  return () => {
    const document = vscode.window.activeTextEditor?.document;
    if (!isProofFile(document)) {
      item.hide();
      return;
    }
    const { state } = server;
    const summary = server.summaries.get(document.uri.toString()) ?? "no holes";
    const words = state === "running" ? summary : `server ${state}`;
    const wrong = state === "failed" || state === "missing";
    const icon = wrong ? "warning" : state === "starting" ? "loading~spin" : "checklist";
    item.text = `$(${icon}) ${words.split("\n", 1).join("")}`;
    item.tooltip = `Unsorry: ${words}\nClick for a menu.`;
    item.accessibilityInformation = { label: `Unsorry: ${words}`, role: "button" };
    item.backgroundColor = wrong ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    item.show();
  };
}
