/** Our side, in a process of its own, so that its memory is its own: `node ours.mjs ope|ranking <folder>`; one line of JSON. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { doublyRobust, ips, snips } from '../dist/ope/index.js';
import { averagePrecision, hitRate, ndcg, precision, recall, reciprocalRank } from '../dist/ranking/index.js';
import { COLUMNS, PLACES } from './data.mjs';

const K = 20;
const [task, folder] = process.argv.slice(2);

function bytesOf(name) {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, name));
  return byteOffset % 4 === 0
    ? { buffer, byteOffset, byteLength }
    : { buffer: buffer.slice(byteOffset), byteOffset: 0, byteLength };
}

function ope() {
  const columns = COLUMNS.map((name) => {
    const { buffer, byteOffset, byteLength } = bytesOf(name);
    return [name, new Float32Array(buffer, byteOffset, byteLength / 4)];
  });
  const log = Object.fromEntries(columns);
  const started = performance.now();
  const found = { IPS: ips(log), SNIPS: snips(log), DR: doublyRobust(log) };
  const seconds = (performance.now() - started) / 1000;
  const values = Object.entries(found).map(([name, { value, lower, upper }]) => [name, [value, lower, upper]]);
  return { seconds, values: Object.fromEntries(values) };
}

function ranking() {
  const { buffer, byteOffset, byteLength } = bytesOf('grades');
  const grades = new Uint8Array(buffer, byteOffset, byteLength);
  const lists = grades.length / PLACES;
  const sums = { ndcg: 0, precision: 0, recall: 0, map: 0, mrr: 0, hit: 0 };
  const started = performance.now();
  for (let k = 0; k < lists; k++) {
    const list = grades.subarray(k * PLACES, (k + 1) * PLACES);
    sums.ndcg += ndcg(list, { k: K }) ?? 0;
    sums.precision += precision(list, { k: K });
    sums.recall += recall(list, { k: K }) ?? 0;
    sums.map += averagePrecision(list, { k: K }) ?? 0;
    sums.mrr += reciprocalRank(list, { k: K });
    sums.hit += hitRate(list, { k: K });
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, values: Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, [sum / lists]])) };
}

const result = task === 'ope' ? ope() : ranking();
// In kilobytes, by Node's documentation.
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ ...result, peakMegabytes, version: process.version })}\n`);
