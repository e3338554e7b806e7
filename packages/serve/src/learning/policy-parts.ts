import { type Checkpoint, CheckpointError } from '@ialp/core';
import { CheckpointReader, partOf } from '@ialp/core/checkpoint';
import { type Learner, publishedState } from '@ialp/policy';
import { decodeCheckpoint, encodeCheckpoint } from '@ialp/policy/checkpoint-file';
import type { ModelStore } from '../model-store.js';
import { decodePolicy, MODELS } from './stored.js';

/** Version of the stored parts. */
const FORMAT = 1;

/** Parts of a policy state by their paths, such as `learner/pretrained`. */
export type PolicyParts = Readonly<Record<string, Checkpoint>>;

/** The policy state of a learner, without the parts that seldom change if there are any: null stands in their places. */
export function stateWithoutParts(learner: Learner): Checkpoint {
  const names = Object.keys(learner.policyStateRevisions?.() ?? {});
  return names.length === 0 ? publishedState(learner) : learner.policyState!(new Set(names));
}

/** The parts of a learner's policy state that seldom change, as bytes. */
export function encodeParts(learner: Learner): Uint8Array {
  const state = publishedState(learner);
  const parts: Record<string, Checkpoint> = {};
  for (const path of Object.keys(learner.policyStateRevisions?.() ?? {})) {
    parts[path] = path.split('/').reduce((parent, name) => partOf(parent, name) as Checkpoint, state);
  }
  return encodeCheckpoint({ format: FORMAT, parts });
}

/** The arrays are views of `bytes`. @throws {CheckpointError} {CheckpointFileError} */
export function decodeParts(bytes: Uint8Array): PolicyParts {
  const reader = new CheckpointReader(
    decodeCheckpoint(bytes, { name: MODELS.parts, copy: false, verify: false }),
    MODELS.parts,
  );
  if (reader.number('format') === FORMAT) return reader.part('parts').whole() as PolicyParts;
  throw new CheckpointError(
    `${MODELS.parts}: expected format ${FORMAT}; found ${reader.number('format')}. Use the version of @ialp/serve that wrote it.`,
  );
}

/** Puts parts in their places in a policy state. @throws {CheckpointError} if it has no such place */
export function withParts(state: Checkpoint, parts: PolicyParts): Checkpoint {
  return Object.entries(parts).reduce((whole, [path, part]) => withPart(whole, path.split('/'), part), state);
}

function withPart(state: Checkpoint, [name, ...below]: readonly string[], part: Checkpoint): Checkpoint {
  if (name === undefined) return part;
  const own = below.length === 0 ? {} : (partOf(state, name) as Checkpoint);
  return { ...state, [name]: withPart(own, below, part) };
}

/** Whether a store has a policy, and the parts that it refers to. @throws {ModelStoreError} {CheckpointError} {CheckpointFileError} */
export async function hasWholePolicy(store: Pick<ModelStore, 'latest' | 'version'>): Promise<boolean> {
  const policy = await store.latest(MODELS.policy);
  return policy !== undefined && (await store.version(MODELS.parts)) >= decodePolicy(policy.bytes).parts;
}

/** Whether two readings of `policyStateRevisions` are the same. */
export function areSame(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
