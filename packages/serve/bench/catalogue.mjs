/** A made-up catalogue: ids, titles and attributes of a shop. */
import { writeFileSync } from 'node:fs';
import { createRandom } from '@ialp/core';

const KINDS = 40;
const BRANDS = 200;
const WORDS = 3;
const VOCABULARY = 500;

export function makeItems(count) {
  const random = createRandom(1);
  return Array.from({ length: count }, (_, k) => ({
    id: `item-${k}`,
    title: Array.from({ length: WORDS }, () => `word${random.integer(VOCABULARY)}`).join(' '),
    attributes: { kind: [`kind${random.integer(KINDS)}`], brand: [`brand${random.integer(BRANDS)}`] },
  }));
}

export function writeCatalogue(file, items) {
  const lines = items.map(({ id, title, attributes: { kind, brand } }) => `${id},${title},${kind},${brand}`);
  writeFileSync(file, `id,title,kind,brand\n${lines.join('\n')}\n`);
}
