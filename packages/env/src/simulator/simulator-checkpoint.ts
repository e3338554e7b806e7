import { type Checkpoint, CheckpointError, counted, type EnvironmentSpec, PADDING, SmallFastRandom } from '@ialp/core';
import { CheckpointReader, partOf, restoreRandom } from '@ialp/core/checkpoint';
import { checkFlags, checkNumbers, checkSettings } from '../checkpoint-checks.js';
import type { SimulatorState } from './simulator-state.js';
import { flatStates, readStates } from './state-rows.js';

/** A copy of the state of a simulator. User features are not in it, because they follow from the users. */
export function simulatorCheckpoint(state: SimulatorState, nextKey: number): Checkpoint {
  const { observation, memory, shown, ended, episode, root, streams, responseStates, ruleStates } = state;
  return {
    simulator: settingsOf(state),
    session: observation.session.slice(),
    nextKey,
    episode: episode.slice(),
    ended: ended.slice(),
    historyItems: observation.historyItems.slice(),
    historyFeedback: observation.historyFeedback.slice(),
    memory: memory.checkpoint(),
    shown: shown?.concatenated() ?? new Int32Array(0),
    responses: flatStates(responseStates),
    terminationRules: ruleStates.map(flatStates),
    root: root.state(),
    streams: Float64Array.from(streams.flatMap((stream) => stream.state())),
  };
}

/**
 * Checks a checkpoint without changing anything.
 * @returns a function that restores it and returns the key of the next session.
 * @throws {CheckpointError} for a checkpoint of something else.
 */
export function readSimulatorCheckpoint(state: SimulatorState, checkpoint: Checkpoint): () => number {
  const { settings, spec, observation, shown, ended, episode, root, streams, responseStates } = state;
  const { sessions } = spec;
  const reader = new CheckpointReader(checkpoint);
  checkSettings('simulator', reader.part('simulator'), settingsOf(state));
  const nextKey = reader.count('nextKey');
  const session = reader.array('session', Float64Array, sessions);
  checkKeys(session, nextKey);
  const savedEpisode = reader.array('episode', Int32Array, sessions);
  checkNumbers('episode', savedEpisode, (count) => count >= 0, 'a number of sessions');
  const memory = state.memory.read(reader.part('memory'), spec, settings.userPool);
  const savedEnded = reader.array('ended', Uint8Array, sessions);
  checkEnded(savedEnded, memory.turn, spec);
  const histories = readHistories(reader, memory.turn, spec);
  const lists = reader.items('shown', spec.items, spec.repeats ? 0 : undefined);
  const restoreShown = shown?.read(
    lists,
    memory.turn.map((turn) => turn * spec.slateSize),
  );
  const restoreResponses = readStates('responses', reader.array('responses', Float64Array), responseStates);
  const restoreRules = readRuleStates(checkpoint, state);
  const restoreRoot = readStreams('root', [root], reader.numbers('root'));
  const restoreStreams = readStreams('streams', streams, reader.array('streams', Float64Array));
  return () => {
    observation.session.set(session);
    episode.set(savedEpisode);
    ended.set(savedEnded);
    observation.historyItems.set(histories.items);
    observation.historyFeedback.set(histories.feedback);
    memory.restore();
    restoreShown?.();
    restoreResponses();
    for (const restoreRule of restoreRules) restoreRule();
    restoreRoot();
    restoreStreams();
    return nextKey;
  };
}

/** What must be the same in a simulator that continues from a checkpoint. */
function settingsOf({ spec, settings }: SimulatorState): Readonly<Record<string, number | string | boolean>> {
  const { name, sessions, items, historyLength, slateSize, maxTurns, repeats, userFeatures = 0 } = spec;
  const { users } = settings.responses;
  const rules = settings.terminationRules.length;
  return { name, sessions, users, items, historyLength, slateSize, maxTurns, repeats, userFeatures, rules };
}

function checkKeys(session: Float64Array, nextKey: number): void {
  const isKey = (key: number): boolean => Number.isInteger(key) && key >= 0 && key < nextKey;
  checkNumbers('session', session, isKey, `a key, an integer from 0 to ${nextKey - 1}`);
  if (new Set(session).size === session.length) return;
  throw new CheckpointError('checkpoint.session: expected a key of its own for each session; found one twice.');
}

/** A session at its turn limit, or that was shown too many items, has ended. */
function checkEnded(ended: Uint8Array, turn: Int32Array, spec: EnvironmentSpec): void {
  checkFlags('ended', ended);
  const { items, slateSize, maxTurns, repeats } = spec;
  const hasEnded = (count: number): boolean => count >= maxTurns || (!repeats && items - count * slateSize < slateSize);
  checkNumbers(
    'ended',
    ended,
    (flag, slot) => flag === 1 || !hasEnded(turn[slot]),
    '1, because the session has no turns left',
  );
}

/** Histories are padded on the left as far as the sessions were shown fewer items. */
function readHistories(
  reader: CheckpointReader,
  turn: Int32Array,
  { sessions, items, historyLength, slateSize, rewardRange }: EnvironmentSpec,
): { readonly items: Int32Array; readonly feedback: Float32Array } {
  const saved = {
    items: reader.array('historyItems', Int32Array, sessions * historyLength),
    feedback: reader.array('historyFeedback', Float32Array, sessions * historyLength),
  };
  const isPadding = (place: number): boolean => {
    const slot = Math.floor(place / historyLength);
    return (slot + 1) * historyLength - place > turn[slot] * slateSize;
  };
  const isItem = (item: number, place: number): boolean =>
    isPadding(place) ? item === PADDING : item >= 0 && item < items;
  checkNumbers('historyItems', saved.items, isItem, `items from 0 to ${items - 1} after the padding of the session`);
  const [least, greatest] = rewardRange.map(Math.fround);
  const isFeedback = (value: number, place: number): boolean =>
    isPadding(place) ? value === 0 : value >= least && value <= greatest;
  checkNumbers(
    'historyFeedback',
    saved.feedback,
    isFeedback,
    `feedback from ${least} to ${greatest} after the padding`,
  );
  return saved;
}

function readRuleStates(checkpoint: Checkpoint, { ruleStates }: SimulatorState): (() => void)[] {
  const saved = partOf(checkpoint, 'terminationRules');
  if (!Array.isArray(saved) || saved.length !== ruleStates.length) {
    const expected = `a list of the states of ${counted(ruleStates.length, 'rule')}`;
    throw new CheckpointError(`checkpoint.terminationRules: expected ${expected}; found something else.`);
  }
  return ruleStates.map((rows, rule) => readStates(`terminationRules[${rule}]`, saved[rule], rows));
}

/** Checks states of generators, one after the other. @returns a function that restores them. */
function readStreams(
  name: string,
  generators: readonly SmallFastRandom[],
  numbers: Float64Array | readonly number[],
): () => void {
  const width = generators[0].state().length;
  if (numbers.length !== generators.length * width) {
    const expected = `${width} numbers for each of ${counted(generators.length, 'random stream')}`;
    throw new CheckpointError(`checkpoint.${name}: expected ${expected}; found ${numbers.length}.`);
  }
  const stateOf = (k: number): number[] => [...numbers.slice(k * width, (k + 1) * width)];
  const probe = new SmallFastRandom();
  for (const k of generators.keys()) restoreRandom(probe, stateOf(k));
  return () => {
    for (const [k, generator] of generators.entries()) generator.restore(stateOf(k));
  };
}
