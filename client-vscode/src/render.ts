/** The goal panel's contents as HTML. Every text from outside is escaped. */

import { LOOKS, standing } from "./holes";
import type { Health, Hole } from "./protocol";

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function renderNothing(message: string): string {
  return `<p class="quiet">${escape(message)}</p>`;
}

export function renderHole(hole: Hole, health: Health | undefined): string {
  const name = hole.declaration === null ? "Hole" : `Hole of <code>${escape(hole.declaration)}</code>`;
  const state = standing(hole);
  return [
    `<h1>${name} <span class="state ${state}">${LOOKS[state].words}</span></h1>`,
    hole.message !== null && hole.proof === null ? `<p>${escape(hole.message)}</p>` : "",
    goals(hole),
    buttons(hole, health?.trusted ?? true),
    proofs(hole),
    section("Tried", list(hole.tried)),
    section("Prover", list(healthLines(health, hole.prover ?? hole.language))),
  ].join("");
}

function goals(hole: Hole): string {
  const shown = hole.goals.map((goal) => `<pre tabindex="0">${escape(goal)}</pre>`).join("");
  return section(hole.goals.length > 1 ? "Goals" : "Goal", shown || renderNothing("Not read yet."));
}

function buttons(hole: Hole, trusted: boolean): string {
  if (!trusted) {
    return renderNothing("No prover runs in a folder that is not trusted.");
  }
  if (standing(hole) === "proving") {
    return `<p><button data-action="cancel">Stop proving</button></p>`;
  }
  return hole.proof === null ? `<p><button data-action="prove">Prove this goal</button></p>` : "";
}

function proofs(hole: Hole): string {
  const texts = hole.proof === null ? [] : [hole.proof, ...hole.alternatives];
  const items = texts.map((text, number) => {
    const title = number === 0 ? "Insert this proof" : `Insert alternative ${number}`;
    const button = `<button data-action="fill" data-proof="${number}" aria-label="${title}">Insert</button>`;
    return `<li><pre tabindex="0">${escape(text)}</pre>${button}</li>`;
  });
  return section(texts.length > 1 ? "Proofs" : "Proof", items.length > 0 ? `<ol>${items.join("")}</ol>` : "");
}

function section(title: string, body: string): string {
  return body === "" ? "" : `<section aria-label="${title}"><h2>${title}</h2>${body}</section>`;
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `<ul>${lines.map((line) => `<li>${escape(line)}</li>`).join("")}</ul>`;
}

/** How each prover fares, or only one; "Rocq 8.16.1 is healthy; 80% of 5 attempts succeeded; median 40 ms, p95 1.2 s". */
export function healthLines(health: Health | undefined, only?: string): string[] {
  const provers = health?.provers.filter(({ prover }) => only === undefined || prover === only) ?? [];
  return provers.map(({ prover, summary }) => summary ?? prover);
}
