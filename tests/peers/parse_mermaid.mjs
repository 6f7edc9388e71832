// Parses each file given with the mermaid package and prints the kind of diagram it found.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>");
globalThis.window = window;
globalThis.document = window.document;

const { default: mermaid } = await import("mermaid");
for (const file of process.argv.slice(2)) {
  const { diagramType } = await mermaid.parse(readFileSync(file, "utf8"));
  console.log(diagramType);
}
