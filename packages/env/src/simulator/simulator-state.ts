import {
  type EnvironmentSpec,
  noExclusions,
  type Observation,
  PADDING,
  SmallFastRandom,
  type StepResult,
} from '@ialp/core';
import { ReadAhead } from './read-ahead.js';
import { SessionMemory } from './session-memory.js';
import { ShownItems } from './shown-items.js';
import { maximumShown, type SimulatorSettings } from './simulator-options.js';
import { stateRows } from './state-rows.js';

/** Everything in a simulator that changes, except the key of the next session, and what it does not change. */
export interface SimulatorState {
  readonly settings: SimulatorSettings;
  readonly spec: EnvironmentSpec;
  readonly observation: Observation;
  readonly result: StepResult;
  readonly memory: SessionMemory;
  /** Undefined if items may be repeated. */
  readonly shown: ShownItems | undefined;
  /** `[sessions]` positions that the users chose from their slates; unused without a choice. */
  readonly choice: Int32Array;
  /** `[sessions]`: 1 if the session ended and was not reset. */
  readonly ended: Uint8Array;
  /** `[sessions]` sessions that began in each slot before the current one. */
  readonly episode: Int32Array;
  readonly readAhead: ReadAhead;
  readonly root: SmallFastRandom;
  /** `[sessions]` */
  readonly streams: readonly SmallFastRandom[];
  /** `[sessions]` states of the response model. */
  readonly responseStates: readonly Float64Array[];
  /** `[rules][sessions]` states of the termination rules. */
  readonly ruleStates: readonly (readonly Float64Array[])[];
}

/** The state of a simulator before its first reset. */
export function createSimulatorState(settings: SimulatorSettings): SimulatorState {
  const { responses, terminationRules, sessions, historyLength, repeats, slateSize } = settings;
  const { items, stateSize = 0 } = responses;
  const spec = specOf(settings);
  const { userFeatures: features = 0 } = spec;
  const window = Math.max(responses.window, ...terminationRules.map((rule) => rule.window));
  const memory = new SessionMemory(sessions, window + slateSize, slateSize);
  const shown = repeats ? undefined : new ShownItems(sessions, maximumShown(spec));
  const observation: Observation = {
    rows: sessions,
    items,
    historyLength,
    session: new Float64Array(sessions),
    turn: memory.turns,
    historyItems: new Int32Array(sessions * historyLength).fill(PADDING),
    historyFeedback: new Float32Array(sessions * historyLength),
    available: new Uint8Array(items).fill(1),
    exclusions: shown ?? noExclusions(sessions),
    ...(features > 0 && { userFeatures: new Float32Array(sessions * features) }),
  };
  const choice = new Int32Array(sessions);
  const result: StepResult = {
    observation,
    reward: new Float32Array(sessions),
    terminated: new Uint8Array(sessions),
    truncated: new Uint8Array(sessions),
    ...(settings.choice && { choice }),
  };
  return {
    ...{ settings, spec, observation, result, memory, shown, choice },
    ended: new Uint8Array(sessions),
    episode: new Int32Array(sessions),
    readAhead: new ReadAhead(settings),
    root: new SmallFastRandom(),
    streams: Array.from({ length: sessions }, () => new SmallFastRandom()),
    responseStates: stateRows(sessions, stateSize),
    ruleStates: terminationRules.map((rule) => stateRows(sessions, rule.stateSize ?? 0)),
  };
}

function specOf(settings: SimulatorSettings): EnvironmentSpec {
  const { name, responses, sessions, historyLength, slateSize, maxTurns, repeats, choice } = settings;
  const { items, rewardRange } = responses;
  const features = settings.userFeatures?.names.length ?? 0;
  return {
    ...{ name, sessions, items, historyLength, slateSize, maxTurns, repeats },
    ...(features > 0 && { userFeatures: features }),
    rewardRange: choice === undefined ? rewardRange : [Math.min(0, rewardRange[0]), Math.max(0, rewardRange[1])],
  };
}
