// node judge.mjs SCHEMA.json < documents (one JSON value a line) > verdicts (one a line: null, or ajv's first error)
import fs from "node:fs";
import readline from "node:readline";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const ajv = new Ajv2020({ strict: false, allErrors: false });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(fs.readFileSync(process.argv[2], "utf8")));
const out = [];
for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (validate(JSON.parse(line))) out.push("null");
  else out.push(JSON.stringify(`${validate.errors[0].instancePath} ${validate.errors[0].message}`));
}
process.stdout.write(out.join("\n") + "\n");
