import { type Checkpoint, CheckpointError } from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';
import { decodeCheckpoint, encodeCheckpoint } from '@ialp/policy/checkpoint-file';
import type { LogPosition } from '../event-log.js';
import type { ServedItem } from '../events.js';
import type { RecommenderStatus } from '../recommender.js';
import type { ArmsSnapshot } from './arms.js';
import type { JoinerSnapshot } from './joiner.js';

/** Names of the models in a store. */
export const MODELS = {
  /** The newest policy, for processes that decide. */
  policy: 'policy',
  /** The learner's last checkpoint: all that it continues from. */
  learner: 'learner',
  /** Descriptions of the items. */
  catalogue: 'catalogue',
  /** Figures of the learner. */
  progress: 'progress',
  /** The key of decision ids, and the items that the deployment began with. */
  deployment: 'deployment',
  /** What the learners of a deployment of `ialp-serve` have in common. */
  setup: 'setup',
} as const;

/** Version of the stored models. */
const FORMAT = 1;

/** What a learner publishes for processes that decide. */
export interface PublishedPolicy {
  /** The index of the items, as `ItemIndex.checkpoint`. */
  readonly index: Checkpoint;
  /** The version of the catalogue in the store that describes them. */
  readonly catalogue: number;
  /** As `publishedState` of `@ialp/policy`. */
  readonly policy: Checkpoint;
}

/** What a learner continues from. */
export interface LearnerCheckpoint {
  /** Events up to here are in the checkpoint. */
  readonly position: LogPosition | undefined;
  readonly index: Checkpoint;
  readonly embeddings: { readonly ids: readonly string[]; readonly data: Float32Array };
  readonly joiner: { readonly json: JoinerSnapshot; readonly recorders: readonly Checkpoint[] };
  readonly learner: Checkpoint;
  readonly arms: ArmsSnapshot;
  readonly learned: number;
  readonly updates: number;
  readonly damaged: number;
  /** Times and positions from which old events are dropped, oldest first. */
  readonly marks: readonly (readonly [at: number, position: LogPosition])[];
}

/** Figures of a learner, as JSON. */
export interface LearnerProgress {
  /** Time of the newest event that was read, and whether it was the last in the log. */
  readonly readUntil: number;
  readonly isCaughtUp: boolean;
  readonly at: number;
  readonly learned: number;
  readonly updates: number;
  readonly weight: number | null;
  readonly arms: RecommenderStatus['arms'];
  readonly figures: Readonly<Record<string, number | null>>;
  readonly damagedEvents: number;
}

/** @throws {CheckpointError} for bytes of another version. */
function decode(bytes: Uint8Array, name: string, copy: boolean): CheckpointReader {
  // Stores have compared a digest already, and the digest of a large policy would stop a process from deciding for a while.
  const reader = new CheckpointReader(decodeCheckpoint(bytes, { name, copy, verify: false }), name);
  if (reader.number('format') === FORMAT) return reader;
  throw new CheckpointError(
    `${name}: expected format ${FORMAT}; found ${reader.number('format')}. Use the version of @ialp/serve that wrote it.`,
  );
}

export function encodePolicy({ index, catalogue, policy }: PublishedPolicy): Uint8Array {
  return encodeCheckpoint({ format: FORMAT, index, catalogue, policy });
}

/** The arrays are views of `bytes`. @throws {CheckpointError} {CheckpointFileError} */
export function decodePolicy(bytes: Uint8Array): PublishedPolicy {
  const reader = decode(bytes, MODELS.policy, false);
  return {
    index: reader.part('index').whole(),
    catalogue: reader.count('catalogue'),
    policy: reader.part('policy').whole(),
  };
}

export function encodeLearner(checkpoint: LearnerCheckpoint): Uint8Array {
  const { index, embeddings, joiner, learner, position, arms, learned, updates, damaged, marks } = checkpoint;
  const json = JSON.stringify({
    position,
    arms,
    learned,
    updates,
    damaged,
    marks,
    ids: embeddings.ids,
    joiner: joiner.json,
  });
  return encodeCheckpoint({
    ...{ format: FORMAT, json, index, learner },
    embeddings: embeddings.data,
    recorders: joiner.recorders,
  });
}

/** @throws {CheckpointError} {CheckpointFileError} */
export function decodeLearner(bytes: Uint8Array): LearnerCheckpoint {
  const reader = decode(bytes, MODELS.learner, true);
  const content = reader.whole();
  // The digest has said that encodeLearner wrote these bytes.
  const { ids, joiner, ...others } = JSON.parse(content['json'] as string);
  return {
    ...others,
    index: reader.part('index').whole(),
    learner: reader.part('learner').whole(),
    embeddings: { ids, data: reader.array('embeddings', Float32Array) },
    joiner: { json: joiner, recorders: content['recorders'] as readonly Checkpoint[] },
  };
}

/** Descriptions of items. */
export interface StoredCatalogue {
  readonly items: readonly ServedItem[];
}

export function encodeJson(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

export function decodeJson<Content>(bytes: Uint8Array): Content {
  return JSON.parse(new TextDecoder().decode(bytes)) as Content;
}
