/** Marks in the gutter, one for each hole, by how it stands. */

import * as vscode from "vscode";
import { holesOf, inState, STATES } from "./holes";

/** Answers with what shows them anew. */
export function makeGutter({ extensionUri, subscriptions }: vscode.ExtensionContext): () => void {
  const marks = STATES.map((state) => {
    const gutterIconPath = vscode.Uri.joinPath(extensionUri, "media", `gutter-${state}.svg`);
    return { state, type: vscode.window.createTextEditorDecorationType({ gutterIconPath, gutterIconSize: "75%" }) };
  });
  subscriptions.push(...marks.map(({ type }) => type));
  return () => {
    for (const editor of vscode.window.visibleTextEditors) {
      const holes = holesOf(editor.document.uri);
      for (const { state, type } of marks) {
        const starts = inState(holes, state).map(({ range: { start } }) => new vscode.Range(start, start));
        editor.setDecorations(type, starts);
      }
    }
  };
}
