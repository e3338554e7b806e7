import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError } from '@ialp/core';

/** What the learners of a deployment have in common, wherever they run. It is stored with the deployment's state. */
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

const NAME = 'setup.json';

/** Reads the setup of a state folder; undefined if it has none. @throws {FileError} */
export async function readSetup(folder: string): Promise<ServerSetup | undefined> {
  const file = join(folder, NAME);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const found = (cause as Error).message.split(',')[0];
    throw new FileError(
      { file, found, expected: 'a file that can be read', remedy: 'Check its permissions.' },
      { cause },
    );
  }
  try {
    const setup: unknown = JSON.parse(text);
    if ((setup as ServerSetup | null)?.format === 1) return setup as ServerSetup;
  } catch {}
  const remedy = 'Use the version of @ialp/serve that wrote it, or another --state folder.';
  throw new FileError({ file, found: 'another file', expected: 'the setup of a deployment, format 1', remedy });
}

/** Stores the setup of a state folder, which exists. */
export async function writeSetup(folder: string, setup: ServerSetup): Promise<void> {
  await writeFile(join(folder, NAME), `${JSON.stringify(setup, undefined, 2)}\n`);
}

/** Least number of items that can be added. */
const LEAST_GROWTH = 256;

/** The capacity for a catalogue that may grow. */
export function capacityFor(items: number): number {
  return items + Math.max(LEAST_GROWTH, Math.ceil(items / 2));
}
