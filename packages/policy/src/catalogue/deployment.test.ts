/** Items are added and removed in the middle of a deployment. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkpoint, createRandom, type ItemIndex, type Observation, type Random } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import type { InteractionColumns } from '../experience/interaction-recorder.js';
import { runOnline } from '../experience/run-online.js';
import type { Learner } from '../learner.js';
import { createA2C } from '../learners/online/a2c.js';
import { createDqn } from '../learners/online/dqn.js';
import { createDiscreteSac } from '../learners/online/sac-discrete.js';
import type { Head, Network, Weights } from '../network.js';
import { loadCheckpoint, saveCheckpoint } from '../persistence/checkpoint-file/index.js';
import { rowOf } from '../test-support/catalogues.js';
import {
  ADDED,
  embeddingsOf,
  HISTORY_LENGTH,
  makeEnvironment,
  makeIndex,
  REMOVED,
  SIZES,
} from '../test-support/changing-catalogue.js';
import type { ItemNeighbors } from './item-neighbors.js';
import { placeItems } from './place-items.js';
import { remapItems } from './remap-items.js';

const SESSIONS = 64;

/** A learner with all networks in which new items are placed; the first acts. */
interface Deployed {
  readonly learner: Learner;
  readonly networks: readonly Network[];
}

const networkWith = (heads: readonly Head[], seed = 1): Network =>
  createNetwork({ items: SIZES.capacity, historyLength: HISTORY_LENGTH, heads, random: createRandom(seed) });
const replay = { learningStarts: 640, batchSize: 64, bufferSize: 3000 };

const LEARNERS: Record<string, (random: Random) => Deployed> = {
  a2c() {
    const learner = createA2C({ network: networkWith(['actor', 'value']) });
    return { learner, networks: [learner.network] };
  },
  dqn(random) {
    const learner = createDqn({ network: networkWith(['q']), random, ...replay });
    return { learner, networks: learner.networks };
  },
  'sac-discrete'(random) {
    const network = networkWith(['actor', 'q']);
    const learner = createDiscreteSac({
      network,
      twin: networkWith(['q'], 2),
      random,
      targetEntropyScale: 0.6,
      ...replay,
    });
    return { learner, networks: learner.networks };
  },
};

/** What happened when the catalogue changed. */
interface Change {
  /** Interactions before it. */
  readonly at: number;
  readonly items: Int32Array;
  readonly neighbors: ItemNeighbors;
  /** Training states of the network that acts, before the change and after it. */
  readonly before: Weights;
  readonly after: Weights;
  /** States at the change, and those of the first decisions after the next update. */
  readonly states: Observation;
}

interface Options {
  readonly interactions: number;
  readonly checkpointInterval?: number;
  readonly resume?: Saved;
  readonly index?: ItemIndex;
  readonly onCheckpoint?: (saved: Saved) => void;
}

/** A checkpoint of a deployment, with the ids of its items. */
interface Saved {
  readonly run: Checkpoint;
  readonly index: Checkpoint;
  readonly log: InteractionColumns;
  /** Interactions so far. */
  readonly done: number;
}

/** Runs a learner, and changes the catalogue after half of the interactions. */
function deploy(
  { learner, networks }: Deployed,
  { interactions, resume, index = makeIndex(), onCheckpoint, checkpointInterval = 1000 }: Options,
): { readonly log: InteractionColumns; readonly change: Change; readonly index: ItemIndex } {
  const environment = makeEnvironment(index, SESSIONS);
  let change: Change | undefined;
  let done = 0;
  const log = runOnline({
    ...{ environment, learner, interactions, seed: 3, random: createRandom(4), finishSessions: false },
    ...(resume !== undefined && { resume: resume.run, log: resume.log }),
    checkpointInterval,
    ...(onCheckpoint && {
      onCheckpoint: (run, log) => onCheckpoint({ run, index: index.checkpoint(), log: log(), done }),
    }),
    onUpdate(at) {
      done = at;
      if (change !== undefined || at < interactions / 2) return;
      const before = networks[0].trainingState();
      const states = environment.states;
      index.remove(REMOVED);
      const items = index.add(ADDED);
      const placing = { embeddings: embeddingsOf(index), available: index.available };
      const neighbors = networks.map((network) =>
        placeItems(network, items, { ...placing, ...(network.heads.includes('actor') && { states }) }),
      );
      const after = networks[0].trainingState();
      change = { at, items, neighbors: neighbors[0], before, after, states: { ...states, available: index.available } };
    },
  });
  return { log, change: change as Change, index };
}

/** For each new item, its mean propensity in some states over that of its neighbours; sorted. */
function ratios(network: Network, states: Observation, { items, neighbors }: Change): number[] {
  const evaluation = network.evaluate(states);
  const meanOf = (item: number): number =>
    evaluation.propensity(new Int32Array(states.rows).fill(item)).reduce((sum, p) => sum + p, 0) / states.rows;
  const { count } = neighbors;
  return Array.from(items, (item, k) => {
    const around = Array.from(neighbors.items.subarray(k * count, (k + 1) * count), meanOf);
    return meanOf(item) / (around.reduce((sum, p) => sum + p, 0) / count);
  }).sort((a, b) => a - b);
}

describe('50 items are added and 20 removed in the middle of a deployment', () => {
  const random = createRandom(5);
  const deployed = LEARNERS['a2c'](random);
  const [network] = deployed.networks;
  const { log, change, index } = deploy(deployed, { interactions: SESSIONS * 600 });
  const { at, items, before, after } = change;
  const removed = REMOVED.map((id) => index.indexOf(id));

  test('the network is the same, with tensors of the same sizes', () => {
    expect(index.capacity).toBe(network.items);
    for (const [name, { shape }] of Object.entries(network.weights())) expect(shape).toEqual(before[name].shape);
  });

  test('no weight of another item changes, nor any other tensor', () => {
    const tables = network.itemTensors!.map(({ name }) => name);
    const isTable = (tensor: string): boolean => tables.includes(tensor.split('/').at(-1)!);
    for (const tensor of Object.keys(before)) {
      if (!isTable(tensor)) {
        expect(after[tensor], tensor).toEqual(before[tensor]);
        continue;
      }
      for (let item = 0; item < SIZES.capacity; item++) {
        if (!items.includes(item)) expect(rowOf(after, tensor, item)).toEqual(rowOf(before, tensor, item));
      }
    }
  });

  test('the first propensity of each new item is within a factor of two of the mean of its neighbours', () => {
    const then = networkWith(['actor', 'value']);
    const { 'optimizer/steps': _, ...state } = after;
    then.setWeights(Object.fromEntries(Object.entries(state).filter(([name]) => !name.includes('/'))));
    // In other states than those in which the biases were set: of the same policy, in another deployment.
    const others = makeEnvironment(index, 256);
    let observation = others.reset({ seed: 11 });
    for (let turn = 0; turn < 6; turn++) {
      const { items: shown } = then.evaluate(observation).sample(random);
      const step = others.step(shown);
      observation = others.reset({ resetMask: step.terminated.map((left, row) => left | step.truncated[row]) });
    }
    for (const states of [change.states, others.states]) {
      const found = ratios(then, states, change);
      expect(found.length).toBe(SIZES.added);
      expect(found[0]).toBeGreaterThan(0.5);
      expect(found.at(-1)).toBeLessThan(2);
    }
    // The policy is far from uniform: otherwise this would say nothing.
    const most =
      then
        .evaluate(change.states)
        .top(1)
        .scores.reduce((sum, p) => sum + p, 0) / SESSIONS;
    expect(most).toBeGreaterThan(20 / SIZES.items);
  });

  test('none of the removed items is shown again, and new ones are shown', () => {
    const [early, late] = [log.item.subarray(0, at), log.item.subarray(at)];
    expect(early.filter((item) => removed.includes(item)).length).toBeGreaterThan(0);
    expect(late.filter((item) => removed.includes(item)).length).toBe(0);
    expect(early.filter((item) => items.includes(item)).length).toBe(0);
    expect(new Set(late.filter((item) => items.includes(item))).size).toBeGreaterThan(SIZES.added / 2);
    expect(late.every((item) => index.available[item] === 1)).toBe(true);
  });

  test('the policy goes on learning', () => {
    const mean = (part: Float32Array): number => part.reduce((sum, reward) => sum + reward, 0) / part.length;
    const window = SESSIONS * 50;
    expect(mean(log.reward.subarray(at - window, at))).toBeGreaterThan(mean(log.reward.subarray(0, window)) + 0.05);
    expect(mean(log.reward.subarray(-window))).toBeGreaterThan(mean(log.reward.subarray(0, window)) + 0.05);
  });

  test('after a compaction the indices of removed items are used again, and a larger network goes on with the items', () => {
    const content = index.checkpoint();
    expect([...index.compact()]).toEqual(removed.toSorted((a, b) => a - b));
    expect(index.free).toBe(SIZES.capacity - SIZES.items - SIZES.added + SIZES.removed);
    const again = index.add(Array.from({ length: index.free }, (_, k) => `later-${k}`));
    expect(removed.every((item) => again.includes(item))).toBe(true);
    index.restore(content);

    const larger = index.withCapacity(2 * SIZES.capacity);
    const grown = createNetwork({ items: larger.capacity, historyLength: HISTORY_LENGTH, random: createRandom(6) });
    grown.setTrainingState(remapItems(network.trainingState(), { network: grown, from: index.ids, to: larger.ids }));
    const [own, other] = [network, grown].map((each) =>
      each.evaluate({
        ...change.states,
        items: each.items,
        available: each === network ? index.available : larger.available,
      }),
    );
    for (const item of [0, 7, items[0], items[49]]) {
      const column = new Int32Array(SESSIONS).fill(item);
      const expected = own.propensity(column);
      for (const [row, p] of other.propensity(column).entries()) expect(p / expected[row]).toBeCloseTo(1, 4);
    }
  });
});

test('a file of a checkpoint holds the learner and the ids of its items', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ialp-catalogue-'));
  const path = join(folder, 'deployment.checkpoint');
  const { learner, networks } = LEARNERS['a2c'](createRandom(5));
  const { index } = deploy({ learner, networks }, { interactions: SESSIONS * 20 });
  saveCheckpoint(path, { learner: learner.checkpoint!(), items: index.checkpoint() });

  const loaded = loadCheckpoint(path);
  const restored = makeIndex();
  restored.restore(loaded['items'] as Checkpoint);
  const other = LEARNERS['a2c'](createRandom(9));
  other.learner.restore!(loaded['learner'] as Checkpoint);
  expect(restored.ids).toEqual(index.ids);
  expect(restored.available).toEqual(index.available);
  expect(other.networks[0].trainingState()).toEqual(networks[0].trainingState());
  rmSync(folder, { recursive: true });
});

describe.each(Object.entries(LEARNERS))('%s', (_, make) => {
  const interactions = SESSIONS * 60;

  test('a checkpoint from before the change restores, and goes on as before', () => {
    const checkpoints: Saved[] = [];
    const onCheckpoint = (saved: Saved) => checkpoints.push(saved);
    const deployed = make(createRandom(5));
    const { log, change, index } = deploy(deployed, { interactions, onCheckpoint, checkpointInterval: 640 });
    const earlier = checkpoints.filter(({ done }) => done < change.at);
    expect(earlier.length).toBeGreaterThan(1);
    expect(checkpoints.length).toBeGreaterThan(earlier.length);

    // In the process that has seen the change, and in a new one. Both make the same change again.
    const targets = [deployed, make(createRandom(9))];
    for (const [k, resume] of earlier.slice(-2).entries()) {
      const restored = makeIndex();
      restored.restore(resume.index);
      const again = deploy(targets[k], { interactions, resume, index: restored });
      expect(again.change.at).toBe(change.at);
      expect(again.log).toEqual(log);
      expect(again.index.checkpoint()).toEqual(index.checkpoint());
    }
    const [last] = checkpoints.slice(-1);
    const restored = makeIndex();
    restored.restore(last.index);
    expect(restored.ids).toEqual(index.ids);
  });

  test('removed items are not shown again, and new ones are placed in every network', () => {
    const deployed = make(createRandom(5));
    const { log, change, index } = deploy(deployed, { interactions });
    const removed = REMOVED.map((id) => index.indexOf(id));
    expect(log.item.subarray(change.at).some((item) => removed.includes(item))).toBe(false);
    const { neighbors, items, before, after } = change;
    const { count } = neighbors;
    for (const { name } of deployed.networks[0].itemTensors!.filter((tensor) => tensor.name !== 'actorBias')) {
      for (const [k, item] of items.entries()) {
        const rows = Array.from(neighbors.items.subarray(k * count, (k + 1) * count), (other) =>
          rowOf(before, name, other),
        );
        const weights = neighbors.weights.subarray(k * count, (k + 1) * count);
        for (const [column, value] of rowOf(after, name, item).entries()) {
          expect(value).toBe(Math.fround(rows.reduce((sum, row, place) => sum + weights[place] * row[column], 0)));
        }
      }
    }
  });
});
