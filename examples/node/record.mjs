// Document and paper against the record, code point by code point: names are never normalised.
import { spawnSync } from "node:child_process";

import { CannotRun } from "./files.mjs";

const BLANKS = /\s/gu; // layout on paper, U+3000 among them
const SELECTOR = /^[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/u;

/** Where two plain messages differ: paths of fields and code points, never what they hold. */
export function differences(observed, due, path) {
  if (typeof observed === "string" && typeof due === "string") return textDifference(observed, due, path);
  if (!isObject(observed) || !isObject(due)) return observed === due ? [] : [`${path}: is not what the record says`];
  const names = [...new Set([...Object.keys(due), ...Object.keys(observed)])];
  return names.flatMap((name) => {
    const here = Array.isArray(due) ? `${path}[${name}]` : `${path}.${name}`;
    if (!(name in observed)) return [`${here}: is missing`];
    if (!(name in due)) return [`${here}: is not due`];
    return differences(observed[name], due[name], here);
  });
}

function textDifference(observed, due, path) {
  const [ours, theirs] = [[...due], [...observed]];
  const at = ours.findIndex((point, index) => point !== theirs[index]);
  if (at < 0 && ours.length === theirs.length) return [];
  const place = at < 0 ? ours.length : at;
  return [`${path}: code point ${place + 1} is ${codeOf(theirs[place])}, the record has ${codeOf(ours[place])}`];
}

const isObject = (value) => typeof value === "object" && value !== null;

function codeOf(point) {
  if (point === undefined) return "none";
  return `U+${point.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The text of all pages without blanks; null where pdftotext is not installed. */
export function paperText(file) {
  const typed = ["-q", "-raw", "-enc", "UTF-8", file, "-"];
  const done = spawnSync("pdftotext", typed, { encoding: "utf-8", maxBuffer: 1 << 26 });
  if (done.error?.code === "ENOENT") return null;
  if (done.status !== 0) throw new CannotRun(`${file}: pdftotext ends with ${done.status}; is it a PDF?`);
  return done.stdout.replace(BLANKS, "");
}

/** Which of the strings the paper does not show as often as they are due, told by their place. */
export function missingFromPaper(text, strings) {
  const due = strings.map((string) => string.replace(BLANKS, ""));
  return due.flatMap((string, index) => {
    const times = due.slice(0, index + 1).filter((other) => other === string).length;
    return shown(text, string) >= times ? [] : [`paper: string ${index + 1} of ${due.length} is not there`];
  });
}

/** How often a string stands in a text; one that goes on with a variation selector is another. */
function shown(text, string) {
  return text.split(string).slice(1).filter((after) => !SELECTOR.test(after)).length;
}
