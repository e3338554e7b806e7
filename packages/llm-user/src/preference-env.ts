import type { Environment, EnvironmentSpec, Observation, Random, ResetOptions, StepResult } from '@ialp/env';
import { EnvironmentStateError, InvalidActionError, InvalidOptionError } from './errors.js';
import type { PersonState } from './preference-source.js';
import { requireFunction, requireOptions, requirePeople } from './require-inputs.js';
import type { ModelledPerson, RewardModel } from './reward-model.js';

/** Options of `createPreferenceEnv`. */
export interface PreferenceEnvOptions {
  /** Answers for the people. */
  readonly rewardModel: RewardModel;
  /** Who may come: seed sessions. What they met before stays hidden from the policy, as at a first visit. */
  readonly people: readonly PersonState[];
  /** Makes the generator of a seed; `createRandom` of `@ialp/env`. */
  readonly createRandom: (seed: number) => Random;
  /** Sessions at once. Default 64. */
  readonly sessions?: number;
  /** Interactions that an observation shows. Default 10. */
  readonly historyLength?: number;
  /** Turns after which a session is truncated. Default 20. */
  readonly maxTurns?: number;
  /** Misses in a row after which the person leaves. Default 4. */
  readonly patience?: number;
}

const PADDING = -1;

/**
 * Language-model users as an environment (the interaction-augmented part of iALP, Wang et al. 2025): a person from the seed
 * sessions comes with a hidden history, the policy shows items, the reward model answers for the language model, and
 * every answer joins what the person's next answers depend on. Reward is 1 with the predicted probability, else 0. No
 * item is shown twice in a session; the person leaves after some misses in a row.
 * @throws {InvalidOptionError}
 */
export function createPreferenceEnv(options: PreferenceEnvOptions): Environment {
  return new PreferenceEnv(options);
}

class PreferenceEnv implements Environment {
  readonly spec: EnvironmentSpec;
  readonly #options: PreferenceEnvOptions;
  readonly #patience: number;
  readonly #observation: Observation;
  readonly #result: StepResult;
  readonly #ended: Uint8Array;
  readonly #misses: Int32Array;
  readonly #episode: Int32Array;
  readonly #people: ModelledPerson[] = [];
  readonly #streams: Random[] = [];
  #seeded: Random | undefined;

  constructor(options: PreferenceEnvOptions) {
    requireOptions(options, '{ rewardModel, people, createRandom }');
    const { rewardModel, people, sessions = 64, historyLength = 10, maxTurns = 20, patience = 4 } = options;
    for (const [option, value] of Object.entries({ sessions, historyLength, maxTurns, patience })) {
      if (!Number.isSafeInteger(value) || value < 1)
        throw new InvalidOptionError(option, value, 'an integer of at least 1');
    }
    requirePeople(rewardModel, people);
    requireFunction('createRandom', options.createRandom, 'createRandom of @ialp/env');
    const { items } = rewardModel;
    this.#options = options;
    this.#patience = patience;
    this.spec = {
      name: 'preferences',
      sessions,
      items,
      historyLength,
      slateSize: 1,
      maxTurns,
      repeats: false,
      rewardRange: [0, 1],
    };
    this.#observation = {
      sessions,
      items,
      historyLength,
      historyItems: new Int32Array(sessions * historyLength),
      historyFeedback: new Float32Array(sessions * historyLength),
      mask: new Uint8Array(sessions * items),
      turn: new Int32Array(sessions),
    };
    this.#result = {
      observation: this.#observation,
      reward: new Float32Array(sessions),
      terminated: new Uint8Array(sessions),
      truncated: new Uint8Array(sessions),
    };
    this.#ended = new Uint8Array(sessions);
    this.#misses = new Int32Array(sessions);
    this.#episode = new Int32Array(sessions);
  }

  reset({ seed, mask }: ResetOptions = {}): Observation {
    const { sessions } = this.spec;
    if (mask !== undefined && (mask.length !== sessions || seed !== undefined)) {
      throw new InvalidOptionError('mask', `${mask.length} entries`, `${sessions} entries, and no seed beside it`);
    }
    if (seed !== undefined) {
      if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
        throw new InvalidOptionError('seed', seed, 'a 32-bit unsigned integer');
      }
      this.#seeded = this.#options.createRandom(seed);
      this.#episode.fill(-1);
    }
    if (this.#seeded === undefined)
      throw new EnvironmentStateError('The first reset needs a seed: env.reset({ seed: 1 }).');
    for (let slot = 0; slot < sessions; slot++) {
      if (mask === undefined || mask[slot] !== 0) this.#begin(slot, this.#seeded);
    }
    return this.#observation;
  }

  step(actions: Int32Array): StepResult {
    this.#requireValid(actions);
    const { sessions, items, historyLength, maxTurns } = this.spec;
    const { historyItems, historyFeedback, mask, turn } = this.#observation;
    const { reward, terminated, truncated } = this.#result;
    for (let slot = 0; slot < sessions; slot++) {
      const item = actions[slot];
      const person = this.#people[slot];
      const feedback = this.#streams[slot].uniform() < person.likelihood(item).mean ? 1 : 0;
      person.observe(item, feedback);
      const last = (slot + 1) * historyLength - 1;
      historyItems.copyWithin(slot * historyLength, slot * historyLength + 1, last + 1);
      historyFeedback.copyWithin(slot * historyLength, slot * historyLength + 1, last + 1);
      historyItems[last] = item;
      historyFeedback[last] = feedback;
      mask[slot * items + item] = 0;
      turn[slot]++;
      this.#misses[slot] = feedback === 1 ? 0 : this.#misses[slot] + 1;
      const leaves = this.#misses[slot] >= this.#patience;
      const cut = !leaves && (turn[slot] >= maxTurns || turn[slot] >= items);
      reward[slot] = feedback;
      terminated[slot] = leaves ? 1 : 0;
      truncated[slot] = cut ? 1 : 0;
      this.#ended[slot] = leaves || cut ? 1 : 0;
    }
    return this.#result;
  }

  #begin(slot: number, seeded: Random): void {
    const { items, historyLength } = this.spec;
    const { historyItems, historyFeedback, mask, turn } = this.#observation;
    const stream = seeded.fork(slot, ++this.#episode[slot]);
    const { people, rewardModel } = this.#options;
    this.#streams[slot] = stream;
    this.#people[slot] = rewardModel.person(people[stream.integer(people.length)]);
    historyItems.fill(PADDING, slot * historyLength, (slot + 1) * historyLength);
    historyFeedback.fill(0, slot * historyLength, (slot + 1) * historyLength);
    mask.fill(1, slot * items, (slot + 1) * items);
    turn[slot] = 0;
    this.#misses[slot] = 0;
    this.#ended[slot] = 0;
  }

  /** Checks all actions before any is taken, so that a wrong one changes nothing. */
  #requireValid(actions: Int32Array): void {
    const { sessions, items } = this.spec;
    if (this.#seeded === undefined) throw new EnvironmentStateError('Call reset({ seed }) before the first step.');
    if (actions.length !== sessions) {
      throw new InvalidOptionError('actions', `${actions.length} items`, `one for each of the ${sessions} sessions`);
    }
    for (let slot = 0; slot < sessions; slot++) {
      if (this.#ended[slot] === 1) {
        throw new EnvironmentStateError(
          `Session ${slot} has ended. Reset it before its next step: env.reset({ mask }).`,
        );
      }
      const item = actions[slot];
      if (
        !Number.isInteger(item) ||
        !(item >= 0 && item < items) ||
        this.#observation.mask[slot * items + item] === 0
      ) {
        throw new InvalidActionError(slot, item, items);
      }
    }
  }
}
