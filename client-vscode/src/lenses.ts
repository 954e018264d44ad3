/** Code lenses: of very many those near what is in view, since VS Code moves each one at each key. */

import * as vscode from "vscode";
import { holesOf } from "./holes";
import type { Server } from "./server";

const MANY = 50;
const MARGIN_LINES = 100;

export function nearView(document: vscode.TextDocument, lenses: vscode.CodeLens[]): vscode.CodeLens[] {
  const editors = vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
  const views = editors.flatMap(({ visibleRanges }) => visibleRanges);
  const isNear = ({ range: { start: at } }: vscode.CodeLens): boolean =>
    views.some(({ start, end }) => start.line - MARGIN_LINES <= at.line && at.line <= end.line + MARGIN_LINES);
  return lenses.length > MANY ? lenses.filter(isNear) : lenses;
}

/** Something else of a document is in view: VS Code is to ask again, which it does in its own time. */
export function refreshLenses(server: Server, document: vscode.TextDocument): void {
  if (holesOf(document.uri).length > MANY) {
    server.running?.getFeature("textDocument/codeLens").getProvider(document)?.onDidChangeCodeLensEmitter.fire();
  }
}
