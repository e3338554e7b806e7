import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadWeights, saveWeights } from '@ialp/policy/weights-file';
import { type Cell, keyOf, SETTINGS_KEY } from './cells.js';
import type { Pretrained } from './pretraining.js';
import type { Run } from './worker.js';

/** A finished deployment. */
export interface StoredRun {
  /** The settings that it was made under. */
  readonly settings: string;
  readonly cell: Cell;
  readonly run: Run;
}

/**
 * What a study has done so far, in its output folder: a line for each finished deployment, a file for each pre-trained
 * policy. What is there is not done again; a line that was cut short by a kill is.
 */
export class RunStore {
  readonly #file: string;
  readonly #folder: string;
  readonly #runs = new Map<string, StoredRun>();

  /** Opens a folder that exists. */
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
    // A line of its own also where the last one was cut short.
    await appendFile(this.#file, `\n${JSON.stringify(stored)}`);
  }

  /** The weights of a pre-training, or undefined where some are not there or damaged. */
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

/** What the deployments of a pre-training begin with. */
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
