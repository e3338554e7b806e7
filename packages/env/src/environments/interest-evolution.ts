import { checkInteger, type Environment, InvalidOptionError, type Random, type ResponseModel } from '@ialp/core';
import { checkOptions, checkRandom } from '../options.js';
import type { TerminationRule } from '../rules/termination-rule.js';
import { createSimulator, type SimulatorOptions } from '../simulator/simulator.js';

/** Options of `createInterestEvolution`. The defaults are those of the paper's experiments. */
export interface InterestEvolutionOptions
  extends Pick<SimulatorOptions, 'sessions' | 'historyLength' | 'slate' | 'seed'> {
  /** Number of videos. Default 200. */
  readonly items?: number;
  /** Number of topics; each video has one. At least 2. Default 20. */
  readonly topics?: number;
  /** Number of users. Default 1,000. */
  readonly users?: number;
  /** Draws videos and users. */
  readonly random: Random;
  /** Length of a video, in minutes. Default 4. */
  readonly videoMinutes?: number;
  /** Time budget of a user, in minutes. Default 200. */
  readonly timeBudgetMinutes?: number;
  /** Cost of a turn in which the user watches nothing, in minutes. Default 0.5. */
  readonly passCostMinutes?: number;
  /** How fast interests change: the paper's `y`. `0..1`. Default 0.3. */
  readonly drift?: number;
  /** Log-odds of watching for each unit of interest. Default 1, as in the paper's softmax. */
  readonly interestWeight?: number;
  /** Utility of watching nothing, in log-odds. Default 0. */
  readonly noChoice?: number;
}

/** Names of the options. */
const OPTIONS: readonly string[] = Object.keys({
  ...{ items: 1, topics: 1, users: 1, random: 1, videoMinutes: 1, timeBudgetMinutes: 1, passCostMinutes: 1, drift: 1 },
  ...{ interestWeight: 1, noChoice: 1, sessions: 1, historyLength: 1, slate: 1, seed: 1 },
} satisfies Record<keyof InterestEvolutionOptions, 1>);

/** Share of a video's length that each unit of its quality (-3.4 to 3.4) returns to the budget: RecSim's 0.9 / 3.4. */
const BONUS = 0.9 / 3.4;
/** Mean quality of topics, from worst to best; 70 % of them are below 0 (RecSim's "trashy" and "nutritious"). */
const [WORST, BEST, POOR_SHARE] = [-3, 3, 0.7];
/** Standard deviation of the quality within a topic: a variance of 0.1. */
const QUALITY_SPREAD = Math.sqrt(0.1);

/**
 * The `interest evolution` environment (E. Ie et al., "SlateQ: A Tractable Decomposition for Reinforcement Learning with
 * Recommendation Sets", IJCAI 2019, section 6; RecSim, arXiv 1909.04847). A video has a topic and a quality; a user has
 * an interest from -1 to 1 in each topic, and an amount of time. The reward is the minutes watched.
 *
 * - A video is watched with the probability `sigmoid(interestWeight interest - noChoice)`; of a slate, give
 *   `createMultinomialLogitChoice({ noChoice })` as the choice. Watching takes its time from the budget and gives back
 *   `0.9/3.4 length quality`: good videos make users stay, poor ones make them leave. Watching nothing costs `passCostMinutes`.
 * - A watched video moves the interest `I` in its topic by `drift (1 - |I|) |I|`, up with probability `(I + 1) / 2`, else
 *   down.
 * - The user leaves when the budget is used up. Observations show the users' initial interests.
 *
 * Users like poor topics as often as good ones: the best myopic policy shows what they want most now, the best policy what
 * also keeps them. Videos may be shown again.
 * @throws {InvalidOptionError}
 */
export function createInterestEvolution(options: InterestEvolutionOptions): Environment {
  checkOptions(options, '{ random: createRandom(1) }', OPTIONS);
  const { sessions, historyLength, slate, seed } = options;
  const world = drawWorld(options);
  return createSimulator({
    name: 'interest-evolution',
    responses: evolvingResponses(options, world),
    terminationRules: [createTimeBudgetRule(options, world)],
    userFeatures: {
      names: Array.from({ length: world.topics }, (_, topic) => `interest:${topic}`),
      values: world.interests,
    },
    maxTurns: Number.POSITIVE_INFINITY,
    repeats: true,
    ...(sessions !== undefined && { sessions }),
    ...(historyLength !== undefined && { historyLength }),
    ...(slate !== undefined && { slate }),
    ...(seed !== undefined && { seed }),
  });
}

interface World {
  readonly topics: number;
  readonly users: number;
  /** `[items]` */
  readonly topic: Int32Array;
  /** `[items]` */
  readonly quality: Float32Array;
  /** `[users, topics]` */
  readonly interests: Float32Array;
}

function drawWorld({ items = 200, topics = 20, users = 1000, random }: InterestEvolutionOptions): World {
  checkInteger('items', items, 1);
  checkInteger('topics', topics, 2);
  checkInteger('users', users, 1);
  checkRandom(random);
  const topic = Int32Array.from({ length: items }, () => random.integer(topics));
  return {
    topics,
    users,
    topic,
    quality: Float32Array.from(topic, (one) => topicQuality(one, topics) + QUALITY_SPREAD * random.normal()),
    interests: Float32Array.from({ length: users * topics }, () => 2 * random.uniform() - 1),
  };
}

/** Mean quality of a topic: evenly spaced from -3 to 0 for the poor ones, from 0 to 3 for the good ones. */
function topicQuality(topic: number, topics: number): number {
  const poor = Math.max(1, Math.floor(topics * POOR_SHARE));
  if (topic < poor) return poor === 1 ? WORST : WORST * (1 - topic / (poor - 1));
  const good = topics - poor;
  return good === 1 ? BEST : (BEST * (topic - poor)) / (good - 1);
}

function evolvingResponses(options: InterestEvolutionOptions, world: World): ResponseModel {
  const { videoMinutes = 4, drift = 0.3, interestWeight = 1, noChoice = 0 } = options;
  const { topics, users, topic, interests } = world;
  checkAllPositive({ videoMinutes, interestWeight });
  if (!(drift >= 0 && drift <= 1)) throw new InvalidOptionError('drift', drift, 'a number from 0 to 1');
  if (!Number.isFinite(noChoice)) throw new InvalidOptionError('noChoice', noChoice, 'a finite number');
  return {
    specificationVersion: 'v1',
    users,
    items: topic.length,
    rewardRange: [0, videoMinutes],
    window: 0,
    stateSize: topics,
    begin(state, { user }) {
      for (let k = 0; k < topics; k++) state[k] = interests[user * topics + k];
    },
    utility: (_session, item, state) => interestWeight * state[topic[item]],
    respond(_session, item, random, state) {
      const watched = 1 / (1 + Math.exp(noChoice - interestWeight * state[topic[item]]));
      return random.uniform() < watched ? videoMinutes : 0;
    },
    update(state, _session, item, feedback, random) {
      if (feedback === 0) return;
      const interest = state[topic[item]];
      const step = drift * (1 - Math.abs(interest)) * Math.abs(interest);
      state[topic[item]] += random.uniform() < (interest + 1) / 2 ? step : -step;
    },
  };
}

/** The user leaves when the time budget is used up. */
function createTimeBudgetRule(options: InterestEvolutionOptions, { quality }: World): TerminationRule {
  const { timeBudgetMinutes = 200, passCostMinutes = 0.5 } = options;
  checkAllPositive({ timeBudgetMinutes, passCostMinutes });
  return {
    specificationVersion: 'v1',
    window: 0,
    stateSize: 1,
    begin(state) {
      state[0] = timeBudgetMinutes;
    },
    terminates(session, _random, state) {
      let watched = 0;
      const slateSize = session.shown / session.turn;
      for (let back = 0; back < slateSize; back++) {
        const length = session.feedback(back);
        watched += length;
        state[0] -= length * (1 - BONUS * quality[session.item(back)]);
      }
      if (watched === 0) state[0] -= passCostMinutes;
      return state[0] <= 0;
    },
  };
}

function checkAllPositive(options: Readonly<Record<string, number>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (!(value > 0 && Number.isFinite(value))) throw new InvalidOptionError(option, value, 'a finite number above 0');
  }
}
