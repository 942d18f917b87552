// Reading what the kiosk is given; everything that is wrong with it becomes one line.
import { readFileSync } from "node:fs";

import { parse } from "smol-toml";

/** Wrong use or configuration; the message is one line `field: rule; remedy`. */
export class CannotRun extends Error {
  exitStatus = 2;
}

const REASONS = {
  ENOENT: "is not there",
  ENOTDIR: "is not there",
  EACCES: "may not be read or written",
  EISDIR: "is a folder",
};
const NEEDED = [
  "city.municipality_code",
  "tls.authority",
  "tls.peers.kiosk.certificate",
  "tls.peers.kiosk.key",
  "cards.folder",
  "waits.center_seconds",
  "systems.center.address",
  "systems.center.identity",
];

/** Does `work`; what the system refuses is told in one line. */
export function explained(field, work, remedy = "name another path") {
  try {
    return work();
  } catch (error) {
    if (error.syscall === undefined) throw error;
    throw new CannotRun(`${field}: ${error.path ?? ""} ${REASONS[error.code] ?? error.code}; ${remedy}`);
  }
}

/** The file's content, bytes unless an encoding is given. */
export function read(field, file, encoding, remedy) {
  return explained(field, () => readFileSync(file, encoding), remedy);
}

/** A JSON object. */
export function json(field, text, example) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {} // said below
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new CannotRun(`${field}: is no JSON object; write it like ${example}`);
  return value;
}

/** The profile: tables as objects. */
export function toml(field, file) {
  const text = read(field, file, "utf-8", "start the chain with `kofu serve all --dir RUN`, name RUN/profile.toml");
  let profile;
  try {
    profile = parse(text);
  } catch (error) {
    throw new CannotRun(`${field}: ${file}: line ${error.line} is no TOML; let kofu serve write it`);
  }
  const valueAt = (path) => path.split(".").reduce((table, name) => table?.[name], profile);
  const lacking = NEEDED.find((path) => valueAt(path) === undefined);
  if (lacking) throw new CannotRun(`${field}: ${file}: ${lacking} is missing; let kofu serve write it`);
  return profile;
}
