/** What is the server's business. The contract with it is docs/reference/lsp.md. */

import { ids, others, suffixes } from "./languages.json";

export const LANGUAGES = ids.map((language) => ({ scheme: "file", language }));
export const PROOF_FILES = `**/*.{${suffixes.join(",")}}`;

/** Whether a document is the server's business: by its language, or else by its name. */
export function isProofFile<D extends { languageId: string; uri: { path: string } }>(document?: D): document is D {
  return (
    document !== undefined &&
    (ids.includes(document.languageId) ||
      (!others.includes(document.languageId) && suffixes.some((suffix) => document.uri.path.endsWith(`.${suffix}`))))
  );
}
