// The benchmark's bundle through js-yaml and ajv, as a Node server would load it.
//
// usage: node peer.js DIR    prints the milliseconds of parsing and checking; reading the files is not counted
'use strict';
const fs = require('fs');
const path = require('path');
const Ajv = require('ajv');
const yaml = require('js-yaml');

const text = (minLength, maxLength) => ({ type: 'string', minLength, ...(maxLength && { maxLength }) });
const int = (minimum, maximum) => ({ type: 'integer', minimum, ...(maximum && { maximum }) });
const object = (properties) => ({
  type: 'object', properties, required: Object.keys(properties), additionalProperties: false,
});

const room = object({
  kind: { const: 'Room' },
  name: text(1, 63),
  id: int(0),
  title_short: text(3, 64),
  type: { enum: ['lobby', 'match', 'arena', 'duel'] },
  enabled: { type: 'boolean' },
  max_players: int(2, 64),
  tick_hz: { enum: [20, 30, 60] },
  region: text(1),
  weight: { type: 'number', minimum: 0, maximum: 1 },
  owner: text(1),
  title: text(0, 100),
  text: text(0, 1000),
  tags: { type: 'array', minItems: 1, maxItems: 8, items: text(1) },
  limits: object({ rate: int(1, 1000), burst: int(1, 1000) }),
});

const dir = process.argv[2];
if (!dir) {
  console.error('usage: node peer.js DIR');
  process.exit(2);
}
const validate = new (Ajv.default || Ajv)().compile(room);
const texts = fs.readdirSync(dir).filter((f) => f.endsWith('.yaml')).sort()
  .map((f) => fs.readFileSync(path.join(dir, f), 'utf8'));
const names = new Set();
const start = process.hrtime.bigint();
for (const t of texts) {
  for (const doc of yaml.loadAll(t)) {
    if (!validate(doc)) throw new Error(JSON.stringify(validate.errors));
    if (names.has(doc.name)) throw new Error(`${doc.name}: twice`);
    names.add(doc.name);
  }
}
console.log(`node documents=${names.size} ms=${(Number(process.hrtime.bigint() - start) / 1e6).toFixed(1)}`);
