import { checkInteger, type Environment, InvalidOptionError, type Random, type ResponseModel } from '@ialp/core';
import { checkOptions, checkRandom } from '../options.js';
import { createSimulator, type SimulatorOptions } from '../simulator/simulator.js';

/** Options of `createLongTermSatisfaction`. The defaults are RecSim's except for `sensitivity`. */
export interface LongTermSatisfactionOptions
  extends Pick<SimulatorOptions, 'sessions' | 'historyLength' | 'slate' | 'seed'> {
  /**
   * `[items]` how clickbaity each item is, `0..1`: 1 is "chocolate", which engages at once and lowers satisfaction, 0 is "kale".
   * Default: `items` of them, drawn uniformly.
   */
  readonly clickbait?: Float32Array;
  /** Number of items to draw without `clickbait`. Default 100. */
  readonly items?: number;
  /** Draws the items. */
  readonly random: Random;
  /** Discount of the exposure at each step. From 0, below 1. Default 0.7. */
  readonly memoryDiscount?: number;
  /**
   * How strongly exposure changes satisfaction. Default 0.3. With RecSim's default, 0.01, satisfaction stays near one half whatever
   * is shown, and chocolate is always best.
   */
  readonly sensitivity?: number;
  /** Standard deviation of the noise in the exposure. Default 0.05. */
  readonly exposureNoise?: number;
  /** Mean and standard deviation of the log engagement with chocolate, at full satisfaction. Default `[5, 1]`. */
  readonly chocolate?: readonly [mean: number, standardDeviation: number];
  /** The same for kale. Default `[4, 1]`. */
  readonly kale?: readonly [mean: number, standardDeviation: number];
  /** Turns after which a user leaves. Default 60. */
  readonly maxTurns?: number;
}

/** Names of the options. */
const OPTIONS: readonly string[] = Object.keys({
  ...{ clickbait: 1, items: 1, random: 1, memoryDiscount: 1, sensitivity: 1, exposureNoise: 1, chocolate: 1, kale: 1 },
  ...{ maxTurns: 1, sessions: 1, historyLength: 1, slate: 1, seed: 1 },
} satisfies Record<keyof LongTermSatisfactionOptions, 1>);

/** RecSim clips engagement at this value. */
const MAX_ENGAGEMENT = 100;

/**
 * The `long-term satisfaction` environment (the "Choc/Kale" example of E. Ie et al., "RecSim: A Configurable Simulation
 * Platform for Recommender Systems", arXiv 1909.04847). Everything shown is consumed; the reward is the engagement, for
 * example in minutes. A user's net positive exposure moves by
 *
 * `x' = memoryDiscount x - 2 (clickbait - 1/2) + N(0, exposureNoise)`,
 *
 * their satisfaction is `sigmoid(sensitivity x)`, and engagement is drawn from a log-normal distribution whose mean is
 * `satisfaction (clickbait chocolate + (1 - clickbait) kale)`. What engages most now engages less later: the best myopic
 * policy, always the most clickbait, is not the best. Satisfaction shows in the engagement alone.
 *
 * Items may be shown again. RecSim always consumes a slate's first item; here a slate needs a choice by responses.
 * @throws {InvalidOptionError}
 */
export function createLongTermSatisfaction(options: LongTermSatisfactionOptions): Environment {
  checkOptions(options, '{ random: createRandom(1) }', OPTIONS);
  const { maxTurns = 60, sessions, historyLength, slate, seed } = options;
  checkInteger('maxTurns', maxTurns, 1);
  return createSimulator({
    name: 'long-term-satisfaction',
    responses: satisfactionResponses(options),
    terminationRules: [{ specificationVersion: 'v1', window: 0, terminates: (session) => session.turn >= maxTurns }],
    maxTurns: Number.POSITIVE_INFINITY,
    repeats: true,
    ...(sessions !== undefined && { sessions }),
    ...(historyLength !== undefined && { historyLength }),
    ...(slate !== undefined && { slate }),
    ...(seed !== undefined && { seed }),
  });
}

function satisfactionResponses(options: LongTermSatisfactionOptions): ResponseModel {
  const { memoryDiscount = 0.7, sensitivity = 0.3, exposureNoise = 0.05, chocolate = [5, 1], kale = [4, 1] } = options;
  const clickbait = clickbaitOf(options);
  if (!(memoryDiscount >= 0 && memoryDiscount < 1)) {
    throw new InvalidOptionError('memoryDiscount', memoryDiscount, 'a number from 0, below 1');
  }
  for (const [option, value] of Object.entries({ sensitivity, exposureNoise })) {
    if (!(value >= 0 && Number.isFinite(value))) throw new InvalidOptionError(option, value, 'a finite number from 0');
  }
  return {
    specificationVersion: 'v1',
    users: 1,
    items: clickbait.length,
    rewardRange: [0, MAX_ENGAGEMENT],
    window: 0,
    stateSize: 1,
    begin(state, _session, random) {
      state[0] = (random.uniform() - 0.5) / (1 - memoryDiscount);
    },
    respond(_session, item, random, state) {
      const lure = clickbait[item];
      const satisfaction = 1 / (1 + Math.exp(-sensitivity * state[0]));
      const mean = satisfaction * (lure * chocolate[0] + (1 - lure) * kale[0]);
      const spread = lure * chocolate[1] + (1 - lure) * kale[1];
      return Math.min(MAX_ENGAGEMENT, Math.exp(mean + spread * random.normal()));
    },
    update(state, _session, item, feedback, random) {
      // Items of a slate that were not chosen were not consumed.
      if (feedback > 0)
        state[0] = memoryDiscount * state[0] - 2 * (clickbait[item] - 0.5) + exposureNoise * random.normal();
    },
  };
}

function clickbaitOf({ clickbait, items = 100, random }: LongTermSatisfactionOptions): Float32Array {
  if (clickbait === undefined) {
    checkInteger('items', items, 1);
    checkRandom(random);
    return Float32Array.from({ length: items }, () => random.uniform());
  }
  if (typeof clickbait?.findIndex !== 'function') {
    throw new InvalidOptionError('clickbait', clickbait, 'a Float32Array with a number for each item');
  }
  if (clickbait.length === 0) throw new InvalidOptionError('clickbait', [], 'at least one item');
  const flaw = clickbait.findIndex((value) => !(value >= 0 && value <= 1));
  if (flaw >= 0) throw new InvalidOptionError(`clickbait[${flaw}]`, clickbait[flaw], 'a number from 0 to 1');
  return clickbait;
}
