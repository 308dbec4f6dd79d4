"""Write ledgers as a real Node hashes them: ``python tests/migrations/ledgers/make_vectors.py``.

``javascript_dump.json`` is a dump of the ledger in memory; ``firestore_export.json`` an export as
Firestore gives it, with the keys sorted and the time of every block replaced. Their values are the
ones that JavaScript and Python print differently. Times are fixed: the same Node gives the same
files.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

NODE = r"""
const crypto = require('crypto'), fs = require('fs'), folder = process.argv[1];
const digest = (value) =>
  crypto.createHash('sha256').update(JSON.stringify(value)).digest('hex');
const sorted = (value) => Array.isArray(value) ? value.map(sorted)
  : value && typeof value === 'object'
    ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
    : value;
const save = (name, value) => fs.writeFileSync(folder + '/' + name, JSON.stringify(value, null, 1));
const time = (number) => new Date(1795199264000 + 1500 * number).toISOString();

const rows = [
  ['data_collection', { model_version: '1.2.0', loss: 1.25e-7, big: 1e21, small: 1e-7, zero: -0 }],
  ['training', { 10: 'ten', 9: 'nine', z: 1, a: 2, score: 1.0, rate: 2e-5, many: 2 ** 53 + 2 }],
  [undefined, { text: 'å ä ö 😀 \u2028 \u0007', half: 'x\ud83d', list: [0.1, null, true, {}] }],
  ['audit', {}],
];
const dump = [];
for (const [event_type, data] of rows) {
  const block_id = dump.length, timestamp = time(block_id);
  const previous_hash = block_id ? dump[block_id - 1].current_hash : '0';
  const block = { block_id, timestamp, previous_hash, event_type, data: { ...data, timestamp } };
  const signatures = { data_hash: digest(block.data), validator: 'system' };
  dump.push({ ...block, current_hash: digest(block), signatures });
}
save('javascript_dump.json', dump);

const long = 'x'.repeat(99) + '😀 och mer';
const contents = [
  ['query', { queryId: 'q1', question: long.substring(0, 100) + '...', modelVersion: '1.2.0' }],
  ['training', { trainingId: 't1', trainingType: 'micro', samplesProcessed: 2.5e-7,
    newVersion: '1.2.0' }],
  ['model_update', { oldVersion: '1.2.0', newVersion: '1.2.1', changes: 'Ändringar: å' }],
];
const ledger = {};
let previousHash = '0'.repeat(64), blockNumber = 0;
for (const [type, content] of [['genesis', null], ...contents]) {
  const made = time(blockNumber);
  const data = content ? { type, content, timestamp: made }
    : { type, message: 'Ledger initialized', timestamp: made };
  const timestamp = new Date(Date.parse(made) + blockNumber).toISOString();
  const hash = digest({ blockNumber, previousHash, data, timestamp, nonce: 0 });
  const stored = Date.parse(timestamp) + 3;
  const kept = { _seconds: Math.floor(stored / 1000), _nanoseconds: (stored % 1000) * 1e6 };
  ledger[blockNumber] = { blockNumber, previousHash, data, timestamp: kept, nonce: 0, hash };
  // What an encoder of UTF-8 makes of half a pair.
  if (content && content.question) content.question = content.question.replace('\ud83d', '\ufffd');
  previousHash = hash;
  blockNumber += 1;
}
save('firestore_export.json', { oqt_ledger: sorted(ledger) });
"""

if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else str(HERE)
    subprocess.run(["node", "-e", NODE, folder], check=True)
