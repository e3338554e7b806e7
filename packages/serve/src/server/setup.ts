import { decodeJson, encodeJson, MODELS } from '../learning/stored.js';
import type { ModelStore } from '../model-store.js';
import { UsageError } from './usage-error.js';

/** What the learners of a deployment have in common, wherever they run. It is stored beside the deployment's models. */
export interface ServerSetup {
  readonly format: 1;
  /** What is served: `films`, or a catalogue of the user's. */
  readonly catalogue: 'films' | 'own';
  /** Most items. */
  readonly capacity: number;
  readonly historyLength: number;
  /** `a-ialp-ap`: a pre-trained policy and one that learns online; `a2c`: one that learns online from nothing. */
  readonly learner: 'a-ialp-ap' | 'a2c' | 'own';
  readonly seed: number;
}

/** Reads the setup of a deployment; undefined if it has none. @throws {ModelStoreError} {UsageError} */
export async function readSetup(modelStore: ModelStore): Promise<ServerSetup | undefined> {
  const stored = await modelStore.latest(MODELS.setup);
  if (stored === undefined) return undefined;
  const setup = decodeJson<ServerSetup>(stored.bytes);
  if (setup.format === 1) return setup;
  throw new UsageError(
    `The setup of the deployment: expected format 1; found ${setup.format}. Use the version of @ialp/serve that wrote it.`,
  );
}

/** Stores the setup of a deployment that begins. Returns it, or that of another process that was faster. @throws {ModelStoreError} */
export async function storeSetup(modelStore: ModelStore, setup: ServerSetup): Promise<ServerSetup> {
  if (await modelStore.put(MODELS.setup, encodeJson(setup), 0)) return setup;
  return (await readSetup(modelStore)) ?? setup;
}

/** Least number of items that can be added. */
const LEAST_GROWTH = 256;

/** The capacity for a catalogue that may grow. */
export function capacityFor(items: number): number {
  return items + Math.max(LEAST_GROWTH, Math.ceil(items / 2));
}
