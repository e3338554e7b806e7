import type { AddressInfo } from 'node:net';
import { type Catalogue, createRandom } from '@ialp/env';
import {
  collectPreferences,
  createListwiseSource,
  createRandomSampler,
  type Preference,
  sampleCatalogueStates,
} from '@ialp/llm-user';
import { createCustomModel } from './custom-model.js';
import { startCustomServer } from './custom-server.js';

const KINDS = ['tea', 'coffee', 'cocoa', 'juice'];
const WAYS = ['cold', 'hot', 'spiced', 'sweet', 'plain', 'strong'];

/** A drinks menu. */
export const MENU: Catalogue = {
  items: KINDS.flatMap((kind) =>
    WAYS.map((way) => ({
      id: `${way}-${kind}`,
      title: `${way} ${kind}`,
      text: `${way} ${kind}`,
      attributes: { kind: [kind] },
    })),
  ),
};

/** Asks your own language model what guests would like. */
export async function run(
  url: string,
): Promise<{ readonly preferences: readonly Preference[]; readonly failed: number }> {
  const random = createRandom(1);
  const { preferences, failures } = await collectPreferences({
    states: sampleCatalogueStates({ catalogue: MENU, count: 40, random: random.fork(1) }),
    candidates: [{ sampler: createRandomSampler(MENU.items.length), count: 6 }],
    source: createListwiseSource({ model: createCustomModel(url), catalogue: MENU }),
    concurrency: 4,
    random: random.fork(2),
  });
  return { preferences, failed: failures.length };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (process.argv[1] === import.meta.filename) {
  const server = await startCustomServer();
  const { preferences, failed } = await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  server.close();
  const [{ state, candidates, probabilities }] = preferences;
  const title = (item: number): string => MENU.items[item].title;
  print(
    `${preferences.length} questions answered, ${failed} failed. A guest who took ${state.items.map(title).join(', ')}`,
  );
  print(
    `would take ${
      candidates
        .filter((_, k) => probabilities[k] === 1)
        .map(title)
        .join(', ') || 'nothing'
    }.`,
  );
}
