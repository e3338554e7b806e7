import { type Checkpoint, CheckpointError } from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';
import { decodeCheckpoint, encodeCheckpoint } from '@ialp/policy/checkpoint-file';
import type { DeploymentSnapshot } from '../deployment/snapshot.js';
import type { LogPosition } from '../event-log.js';
import type { ServedItem } from '../events.js';
import type { RecommenderStatus } from '../recommender.js';
import type { ArmsSnapshot } from './arms.js';
import type { JoinerSnapshot } from './joiner.js';

/** Names of the models in a store. */
export const MODELS = {
  /** The newest policy, for processes that decide. */
  policy: 'policy',
  /** The parts of the policy that seldom change. */
  parts: 'policy-parts',
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
  /** How `ialp-serve` embeds the texts of items. */
  embedding: 'embedding',
} as const;

/** Version of the stored models. */
const FORMAT = 1;
/** Version of stored policies: those of version 1 are whole. */
const POLICY_FORMAT = 2;

/** What a learner publishes for processes that decide. */
export interface PublishedPolicy {
  /** The index of the items, `ItemIndex.checkpoint` as bytes: a process that decides reads it only if it has changed. */
  readonly index: Uint8Array;
  /** The version of the catalogue in the store that describes them. */
  readonly catalogue: number;
  /** The version in the store of the parts that seldom change; 0 if the policy is whole. */
  readonly parts: number;
  /** As `publishedState` of `@ialp/policy`, with null in the place of the parts. */
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
  /** Time of the newest event in the checkpoint. Absent in older checkpoints. */
  readonly readUntil?: number;
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
function decode(
  bytes: Uint8Array,
  name: string,
  copy: boolean,
  formats: readonly number[] = [FORMAT],
): CheckpointReader {
  // Stores have compared a digest already, and the digest of a large policy would stop a process from deciding for a while.
  const reader = new CheckpointReader(decodeCheckpoint(bytes, { name, copy, verify: false }), name);
  if (formats.includes(reader.number('format'))) return reader;
  throw new CheckpointError(
    `${name}: expected format ${formats.join(' or ')}; found ${reader.number('format')}. Use the version of @ialp/serve that wrote it.`,
  );
}

export function encodePolicy(policy: Omit<PublishedPolicy, 'index'> & { readonly index: Checkpoint }): Uint8Array {
  return encodeCheckpoint({ ...policy, format: POLICY_FORMAT, index: encodeCheckpoint(policy.index) });
}

/** The index of a published policy. @throws {CheckpointFileError} */
export function decodeIndex(bytes: Uint8Array): Checkpoint {
  return decodeCheckpoint(bytes, { name: 'index', verify: false });
}

/** The arrays are views of `bytes`. @throws {CheckpointError} {CheckpointFileError} */
export function decodePolicy(bytes: Uint8Array): PublishedPolicy {
  const reader = decode(bytes, MODELS.policy, false, [FORMAT, POLICY_FORMAT]);
  const isWhole = reader.number('format') === FORMAT;
  return {
    index: isWhole ? encodeCheckpoint(reader.part('index').whole()) : reader.array('index', Uint8Array),
    catalogue: reader.count('catalogue'),
    parts: isWhole ? 0 : reader.count('parts'),
    policy: reader.part('policy').whole(),
  };
}

export function encodeLearner(checkpoint: LearnerCheckpoint): Uint8Array {
  const { index, embeddings, joiner, learner, position, arms, learned, updates, damaged, marks } = checkpoint;
  const { deployment, ...others } = joiner.json;
  return encodeCheckpoint({
    ...{ format: FORMAT, index, learner },
    deployment: encodeParts({ ...deployment, position }),
    joiner: encodeParts(others),
    progress: encodeParts({ arms, learned, updates, damaged, marks, ids: embeddings.ids }),
    embeddings: embeddings.data,
    recorders: joiner.recorders,
  });
}

/** @throws {CheckpointError} {CheckpointFileError} */
export function decodeLearner(bytes: Uint8Array): LearnerCheckpoint {
  const reader = decode(bytes, MODELS.learner, true);
  const content = reader.whole();
  const { position, ...deployment } = decodeParts<DeploymentSnapshot & { position?: LogPosition }>(
    content,
    'deployment',
  );
  const joiner = decodeParts<Omit<JoinerSnapshot, 'deployment'>>(content, 'joiner');
  const { ids, ...progress } = decodeParts<LearnerCheckpoint & { ids: readonly string[] }>(content, 'progress');
  return {
    ...progress,
    position,
    index: reader.part('index').whole(),
    learner: reader.part('learner').whole(),
    embeddings: { ids, data: reader.array('embeddings', Float32Array) },
    joiner: { json: { ...joiner, deployment }, recorders: content['recorders'] as readonly Checkpoint[] },
  };
}

/** What a process that decides continues from: the part of a learner's checkpoint that is not about learning. */
export interface DeploymentCheckpoint {
  readonly position: LogPosition | undefined;
  readonly index: Checkpoint;
  readonly deployment: DeploymentSnapshot;
  /** Numbers in an embedding of an item; undefined if no item has one. */
  readonly embeddingWidth: number | undefined;
}

/** @throws {CheckpointError} {CheckpointFileError} */
export function decodeDeployment(bytes: Uint8Array): DeploymentCheckpoint {
  const reader = decode(bytes, MODELS.learner, false);
  const content = reader.whole();
  const { position, ...deployment } = decodeParts<DeploymentSnapshot & { position?: LogPosition }>(
    content,
    'deployment',
  );
  const { ids } = decodeParts<{ readonly ids: readonly string[] }>(content, 'progress');
  const embeddingWidth = ids.length === 0 ? undefined : reader.array('embeddings', Float32Array).length / ids.length;
  return { position, deployment, embeddingWidth, index: reader.part('index').whole() };
}

/** Entries of a list in one part: a text may not have more than half a billion characters. */
const PART_LENGTH = 5_000;

/** Plain data as parts in JSON, of which each has a piece of the lists. */
function encodeParts(value: object): Uint8Array[] {
  const lists = Object.entries(value).filter(([, list]) => Array.isArray(list)) as [string, readonly unknown[]][];
  const others = Object.entries(value).filter(([, each]) => !Array.isArray(each));
  const parts = [encodeJson(Object.fromEntries(others))];
  for (const [name, list] of lists) {
    // A list without entries is a list, too.
    for (let from = 0; from === 0 || from < list.length; from += PART_LENGTH) {
      parts.push(encodeJson({ [name]: list.slice(from, from + PART_LENGTH) }));
    }
  }
  return parts;
}

/** The data of `encodeParts`. The digest has said that it wrote these bytes. */
function decodeParts<Content>(content: Checkpoint, name: string): Content {
  const whole: Record<string, unknown> = {};
  for (const bytes of content[name] as readonly Uint8Array[]) {
    for (const [key, value] of Object.entries(decodeJson<object>(bytes))) {
      const before = whole[key];
      if (Array.isArray(before) && Array.isArray(value)) for (const entry of value) before.push(entry);
      else whole[key] = value;
    }
  }
  return whole as Content;
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
