import type { Environment, EnvironmentSpec, Observation, Random, ResetOptions, StepResult } from '@ialp/env';
import { isAllowed, noExclusions } from '@ialp/env';

const SECTIONS = 4;
const HISTORY = 5;
const TURNS = 12;

/** What makes a generator of a seed: `createRandom` of `@ialp/env`, or your own. */
export type CreateRandom = (seed: number) => Random;

/**
 * A news screen at a bus stop, written from scratch: nobody is asked to use our simulator. Whoever waits has a favourite
 * section, taps on a story of it with 0.7 and on another with 0.1, and leaves when the bus comes, which it does after
 * each story with 0.15.
 */
export class NewsScreen implements Environment {
  readonly specificationVersion = 'v2';
  readonly spec: EnvironmentSpec;
  readonly #createRandom: CreateRandom;
  readonly #observation: Observation;
  readonly #result: StepResult;
  readonly #streams: Random[] = [];
  readonly #favourite: Int32Array;
  readonly #ended: Uint8Array;
  readonly #usersSeen: Int32Array;
  #root: Random | undefined;

  constructor(stories: number, screens: number, createRandom: CreateRandom) {
    const rows = { sessions: screens, items: stories, historyLength: HISTORY };
    this.#createRandom = createRandom;
    this.spec = { ...rows, name: 'news screen', slateSize: 1, maxTurns: TURNS, repeats: false, rewardRange: [0, 1] };
    this.#observation = {
      ...{ rows: screens, items: stories, historyLength: HISTORY, session: new Float64Array(screens) },
      historyItems: new Int32Array(screens * HISTORY),
      historyFeedback: new Float32Array(screens * HISTORY),
      available: new Uint8Array(stories).fill(1),
      exclusions: noExclusions(screens, TURNS),
      turn: new Int32Array(screens),
    };
    const [reward, terminated, truncated] = [Float32Array, Uint8Array, Uint8Array].map((Kind) => new Kind(screens));
    this.#result = { observation: this.#observation, reward, terminated, truncated } as StepResult;
    this.#favourite = new Int32Array(screens);
    this.#ended = new Uint8Array(screens);
    this.#usersSeen = new Int32Array(screens);
  }

  reset({ seed, resetMask }: ResetOptions = {}): Observation {
    if (seed !== undefined && resetMask !== undefined) throw new RangeError('resetMask: expected none beside a seed.');
    if (resetMask !== undefined && resetMask.length !== this.spec.sessions)
      throw new RangeError('resetMask: one entry a session.');
    if (seed !== undefined) {
      if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) throw new RangeError('seed: a 32-bit integer.');
      this.#root = this.#createRandom(seed);
      this.#usersSeen.fill(0);
    }
    if (this.#root === undefined) throw new Error('The first reset needs a seed.');
    for (let screen = 0; screen < this.spec.sessions; screen++) {
      if (resetMask === undefined || resetMask[screen] !== 0) this.#welcome(screen, this.#root);
    }
    return this.#observation;
  }

  step(stories: Int32Array): StepResult {
    if (this.#root === undefined) throw new Error('Reset comes first.');
    if (stories.length !== this.spec.sessions) throw new RangeError('actions: one story a session.');
    for (let screen = 0; screen < this.spec.sessions; screen++) this.#checkAllowed(screen, stories[screen]);
    for (let screen = 0; screen < this.spec.sessions; screen++) this.#show(screen, stories[screen]);
    return this.#result;
  }

  /** Everybody has a stream of randomness of their own: nobody's life depends on who waits beside them. */
  #welcome(screen: number, root: Random): void {
    const { historyItems, historyFeedback, session, exclusions, turn } = this.#observation;
    [session[screen], exclusions.count[screen]] = [this.#usersSeen[screen] * this.spec.sessions + screen, 0];
    this.#streams[screen] = root.fork(screen, this.#usersSeen[screen]++);
    this.#favourite[screen] = this.#streams[screen].integer(SECTIONS);
    historyItems.fill(-1, screen * HISTORY, (screen + 1) * HISTORY);
    historyFeedback.fill(0, screen * HISTORY, (screen + 1) * HISTORY);
    turn[screen] = 0;
    this.#ended[screen] = 0;
  }

  #show(screen: number, story: number): void {
    const { items } = this.spec;
    const { historyItems, historyFeedback, exclusions, turn } = this.#observation;
    const { reward, terminated, truncated } = this.#result;
    const random = this.#streams[screen];
    const isFavourite = story % SECTIONS === this.#favourite[screen];
    reward[screen] = random.uniform() < (isFavourite ? 0.7 : 0.1) ? 1 : 0;
    const [start, end] = [screen * HISTORY, (screen + 1) * HISTORY];
    historyItems.copyWithin(start, start + 1, end);
    historyFeedback.copyWithin(start, start + 1, end);
    historyItems[end - 1] = story;
    historyFeedback[end - 1] = reward[screen];
    exclusions.items[exclusions.offset[screen] + exclusions.count[screen]++] = story;
    turn[screen]++;
    terminated[screen] = random.uniform() < 0.15 ? 1 : 0;
    truncated[screen] = terminated[screen] === 0 && (turn[screen] >= TURNS || turn[screen] >= items) ? 1 : 0;
    this.#ended[screen] = terminated[screen] | truncated[screen];
  }

  #checkAllowed(screen: number, story: number): void {
    if (this.#ended[screen] === 1) throw new Error(`Session ${screen} has ended. Reset it first.`);
    if (!Number.isInteger(story) || !isAllowed(this.#observation, screen, story)) {
      throw new RangeError(`Session ${screen}: story ${story} may not be shown.`);
    }
  }
}
