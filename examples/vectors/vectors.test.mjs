// The test vectors as unit tests of node:test: one test a vector, its reason as the message of a failure.
// The vectors lie in KOFU_VECTORS, else where this repository has them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "node:test";

import { cardHistory, individualNumber, municipalityCode, printedDate, refusalAt } from "./rules.mjs";

const FOLDER = process.env.KOFU_VECTORS ?? fileURLToPath(new URL("../../spec/kofu_spec/vectors", import.meta.url));

// What each file asks of this implementation: from `given` to what the file calls `expect`.
const ANSWERS = {
  hours: (given) => ({ reason: refusalAt(given) }),
  pin: cardHistory,
  municipality_code: municipalityCode,
  individual_number: individualNumber,
  eras: (given) => ({ printed: printedDate(given) }),
};

// A raised version says that an expectation changed: read CHANGELOG before you raise it here.
const VERSION = "1";

for (const [name, answer] of Object.entries(ANSWERS)) {
  const file = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));
  describe(name, () => {
    test("version", () => assert.equal(file.version, VERSION));
    for (const vector of file.vectors) {
      test(`${vector.id} [${vector.requirement}]`, () => {
        assert.deepEqual(answer(vector.given), vector.expect, `${vector.because_ja} ${vector.because_en}`);
      });
    }
  });
}
