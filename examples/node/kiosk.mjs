// A kiosk that takes out one certificate: card, center, PDF, outcome. See README.md.
import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { Center } from "./center.mjs";
import { CannotRun, explained, json, read, toml } from "./files.mjs";
import { differences, missingFromPaper, paperText } from "./record.mjs";

const DIFFERS = 1;
const IMAGE = join(import.meta.dirname, "../../proto/released/kofu-0.1.0.binpb");
const EXPECTED = '{"items": {"name": "…"}, "strings": ["…"]}';
const USAGE = "usage: node kiosk.mjs --profile RUN/profile.toml --card CARD_ID --out FILE.pdf";

const OPTIONS = {
  profile: { type: "string" }, // profile.toml of a running chain
  card: { type: "string" }, // a card of the profile's card box
  out: { type: "string" }, // where the PDF goes
  kind: { type: "string", default: "residence_certificate" }, // a field of kofu.v1.Application
  options: { type: "string", default: "{}" }, // that field's message, JSON
  expected: { type: "string" }, // {"items": …, "strings": […]}, what the record says
  terminal: { type: "string", default: "KOFU-0001" },
  image: { type: "string", default: IMAGE }, // descriptor image of the protos
};

/** What was typed, every option known and the needed ones there. */
function chosen() {
  let values;
  try {
    ({ values } = parseArgs({ options: OPTIONS }));
  } catch (error) {
    throw new CannotRun(`${error.message.split(". ")[0]}; ${USAGE}`);
  }
  const lacking = ["profile", "card", "out"].filter((name) => !values[name]);
  if (lacking.length) throw new CannotRun(`--${lacking[0]}: is needed; ${USAGE}`);
  const options = json("--options", values.options, '{"show_domicile": true}');
  return { ...values, options, expected: expectation(values.expected) };
}

function expectation(file) {
  if (file === undefined) return undefined;
  const expected = json(`--expected: ${file}`, read("--expected", file, "utf-8"), EXPECTED);
  if (!Array.isArray(expected.strings) || typeof expected.items !== "object")
    throw new CannotRun(`--expected: ${file}: must hold items and strings, like ${EXPECTED}`);
  return expected;
}

/** The card as it lies in the box: certificate and key. The PIN guards the key in a real card, here nothing does. */
function cardFrom(box, cardId) {
  const remedy = "name a card of the box that holds a certificate";
  const certificate = read("--card", join(box, cardId, "auth.der"), undefined, remedy);
  const pem = read("--card", join(box, cardId, "auth.key"), undefined, remedy);
  let key;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new CannotRun(`--card: ${cardId}: auth.key is no private key; ${remedy}`);
  }
  return {
    certificate,
    sign: (challenge) => sign("sha256", challenge, key), // an RSA key signs with RSASSA-PKCS1-v1_5
  };
}

/** Does `work`, then `finish`; where both fail, the failure of the work is the one that counts. */
async function finished(work, finish) {
  let result;
  try {
    result = await work();
  } catch (error) {
    await finish().catch(() => {});
    throw error;
  }
  await finish();
  return result;
}

/** From session to outcome. Returns the lines to print, each with whether it tells of a difference. */
async function takeOut(typed, municipality_code, card, center) {
  const { session_id, challenge } = await center.call("OpenSession", { terminal_id: typed.terminal });
  const close = () => center.call("CloseSession", { session_id });
  return finished(async () => {
    const signature = card.sign(Buffer.from(challenge, "base64"));
    await center.call("Authenticate", { session_id, certificate: card.certificate, signature });
    return apply(typed, municipality_code, session_id, center);
  }, close);
}

async function apply(typed, municipality_code, session_id, center) {
  const { offers = [] } = await center.call("ListOffers", { session_id, municipality_code });
  const kind = `CERTIFICATE_KIND_${typed.kind.toUpperCase()}`;
  if (!offers.some((offer) => offer.kind === kind))
    throw new CannotRun(`--kind: ${typed.kind} is not offered now; choose another, or come in its hours`);

  const request_id = randomUUID();
  const application = { [typed.kind]: typed.options };
  const request = { session_id, request_id, municipality_code, application, copies: 1 };
  const { document, fee_yen = 0 } = await center.call("Apply", request);

  let outcome = { outcome: "OUTCOME_PRINT_FAILED" };
  const report = () => center.call("ReportOutcome", { session_id, request_id, ...outcome });
  return finished(() => {
    explained("--out", () => writeFileSync(typed.out, Buffer.from(document.pdf, "base64")));
    const found = [
      ...told(differences({ request_id: document.request_id, kind: document.kind }, { request_id, kind }, "document")),
      ...compared(document, typed),
    ];
    if (!found.some(({ differs }) => differs))
      outcome = { outcome: "OUTCOME_PRINTED", copies_printed: 1, charged_yen: fee_yen };
    return [{ line: `${typed.out}: ${typed.kind}, ${document.pages.length} page(s), ${fee_yen} yen` }, ...found];
  }, report);
}

const told = (lines) => lines.map((line) => ({ line, differs: true }));

/** What differs from the record, or that nothing does. Names never stand in it, only fields and code points. */
function compared(document, { kind, expected, out }) {
  if (expected === undefined) return [{ line: "not compared with a record; --expected names one" }];
  const text = paperText(out);
  const wrong = [
    ...differences(document[kind], expected.items, "items"),
    ...(text === null ? [] : missingFromPaper(text, expected.strings)),
  ];
  if (wrong.length) return told(wrong);
  const onPaper = ` and ${expected.strings.length} strings on paper`;
  const paper = text === null ? "; its text was not read, pdftotext is not installed" : onPaper;
  return [{ line: `as the record says: items${paper}` }];
}

async function main() {
  const typed = chosen();
  const profile = toml("--profile", typed.profile);
  const center = new Center(profile, typed.image);
  try {
    center.checkApplication(typed.kind, typed.options);
    const card = cardFrom(profile.cards.folder, typed.card);
    const found = await takeOut(typed, profile.city.municipality_code, card, center);
    for (const { line, differs } of found) (differs ? console.error : console.log)(line);
    if (found.some(({ differs }) => differs)) process.exitCode = DIFFERS;
  } finally {
    center.close();
  }
}

try {
  await main();
} catch (error) {
  if (error.exitStatus === undefined) throw error; // a fault of this program
  console.error(`kiosk: ${error.message}`);
  process.exitCode = error.exitStatus;
}
