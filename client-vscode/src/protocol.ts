/** What the server says, and the names both sides use. The contract is docs/reference/lsp.md. */

import type { State } from "./holes";
import { ids, others, suffixes } from "./languages.json";

/** What a diagnostic's `data` tells of its hole; `off`: the settings want no diagnostic for it. */
export interface DiagnosticData {
  hole: string;
  status: State;
  declaration: string | null;
  proof: string | null;
  off?: boolean;
}

/** `unsorry/status`: how many holes of an open file stand how, and its prover's health in words. */
export interface Status {
  uri: string;
  holes: Partial<Record<State, number>>;
  provers: { summary: string }[];
}
export const STATUS_NOTIFICATION = "unsorry/status";

export const LANGUAGES = ids;
export const PROOF_FILES = `**/*.{${suffixes.join(",")}}`;

/** Whether a document is the server's business: by its language, or else by its name. */
export function isProofFile(document: { languageId: string; uri: { path: string } } | undefined): boolean {
  return (
    document !== undefined &&
    (ids.includes(document.languageId) ||
      (!others.includes(document.languageId) && suffixes.some((suffix) => document.uri.path.endsWith(`.${suffix}`))))
  );
}
