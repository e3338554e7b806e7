import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createListwiseSource } from '@ialp/llm-user';
import { createModelFromSpec } from '@ialp/llm-user/model-spec';
import { exportReplies, openReplyStore } from '@ialp/llm-user/store';
import { recordingOf } from './language-model.js';
import { askLanguageModel } from './preferences.js';
import { buildWorld, type EnvironmentName } from './world.js';

/** Options of a recording. */
export interface RecordOptions {
  readonly environment: EnvironmentName;
  /** Folder of all data sets. */
  readonly data: string;
  /** A model's short name. */
  readonly model: string;
  /** Name of the recording. */
  readonly name: string;
  readonly questions: number;
  readonly seeds: number;
  /** Reply store, so that a recording can be stopped and continued. */
  readonly store: string;
  readonly onSeed: (seed: number) => void;
}

/**
 * Asks a real model the questions of the study, and writes its replies to the study's file of recordings.
 * @returns the number of replies.
 */
export async function record({
  environment,
  data,
  model,
  name,
  questions,
  seeds,
  store: path,
  onSeed,
}: RecordOptions): Promise<number> {
  const world = await buildWorld(environment, data);
  const source = createListwiseSource({ model: await createModelFromSpec(model), catalogue: world.catalogue });
  const store = await openReplyStore(path);
  const file = recordingOf(environment, name);
  await mkdir(dirname(file), { recursive: true });
  try {
    for (let seed = 1; seed <= seeds; seed++) {
      await askLanguageModel(world, { source, questions, seed, store });
      onSeed(seed);
    }
    return await exportReplies(store, file, { prompts: false });
  } finally {
    await store.close();
  }
}
