import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadWeights, saveWeights } from '@ialp/policy/weights-file';
import { type Cell, keyOf, SETTINGS_KEY } from './cells.js';
import type { Pretrained } from './pretraining.js';
import type { Run } from './worker.js';

/** A finished deployment. */
export interface StoredRun {
  /** Hash of the settings of the run. */
  readonly settings: string;
  readonly cell: Cell;
  readonly run: Run;
}

/**
 * Finished runs in the output folder: one line per deployment, one file per pre-trained policy. Finished runs are not
 * repeated; an incomplete line is.
 */
export class RunStore {
  readonly #file: string;
  readonly #folder: string;
  readonly #runs = new Map<string, StoredRun>();

  /** Opens an existing folder. */
  static async open(folder: string): Promise<RunStore> {
    const pretrained = join(folder, 'pretrained');
    await mkdir(pretrained, { recursive: true });
    return new RunStore(join(folder, 'runs.jsonl'), pretrained);
  }

  private constructor(file: string, folder: string) {
    this.#file = file;
    this.#folder = folder;
    for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
      const stored = parse(line);
      if (stored?.settings === SETTINGS_KEY) this.#runs.set(keyOf(stored.cell), stored);
    }
  }

  get(cell: Cell): StoredRun | undefined {
    return this.#runs.get(keyOf(cell));
  }

  async add(stored: StoredRun): Promise<void> {
    this.#runs.set(keyOf(stored.cell), stored);
    // Starts a new line even if the last one is incomplete.
    await appendFile(this.#file, `\n${JSON.stringify(stored)}`);
  }

  /** The weights of a pre-training, or undefined if a file is missing or damaged. */
  async pretrained(key: string): Promise<PretrainedWeights | undefined> {
    const paths = NAMES.map((name) => join(this.#folder, fileOf(key, name)));
    if (!paths.every((path) => existsSync(path))) return undefined;
    return Promise.all(paths.map((path) => loadWeights(path))).then(
      ([policy, start]) => ({ weights: policy.weights, start: start.weights }),
      () => undefined,
    );
  }

  async addPretrained(key: string, pretrained: PretrainedWeights, about: object): Promise<void> {
    const metadata = { about: JSON.stringify(about) };
    for (const name of NAMES) await saveWeights(join(this.#folder, fileOf(key, name)), pretrained[name], { metadata });
  }
}

/** The weights that the deployments of a pre-training use. */
export type PretrainedWeights = Pick<Pretrained, 'weights' | 'start'>;
const NAMES = ['weights', 'start'] as const;
const fileOf = (key: string, name: (typeof NAMES)[number]): string => `${key}.${name}.safetensors`;

function parse(line: string): StoredRun | undefined {
  if (line.trim() === '') return undefined;
  try {
    return JSON.parse(line) as StoredRun;
  } catch {
    return undefined;
  }
}
