/** Steps of an environment under a random policy, which are timed together: what a learner waits for. */
import { createRandom, isAllowed } from '../dist/index.js';

export class RandomPlay {
  #env;
  #random = createRandom(2);
  #actions;
  #ended;
  #observation;
  /** Sessions that ended so far. */
  sessionsEnded = 0;

  constructor(env) {
    const { sessions } = env.spec;
    this.#env = env;
    this.#actions = new Int32Array(sessions);
    this.#ended = new Uint8Array(sessions);
    this.#observation = env.reset({ seed: 1 });
  }

  /** One step of all sessions: choose, show, begin anew what ended. */
  step() {
    const { sessions, items } = this.#env.spec;
    const observation = this.#observation;
    const [actions, ended] = [this.#actions, this.#ended];
    for (let slot = 0; slot < sessions; slot++) {
      let item = this.#random.integer(items);
      while (!isAllowed(observation, slot, item)) item = this.#random.integer(items);
      actions[slot] = item;
    }
    const { terminated, truncated } = this.#env.step(actions);
    for (let slot = 0; slot < sessions; slot++) {
      ended[slot] = terminated[slot] | truncated[slot];
      this.sessionsEnded += ended[slot];
    }
    this.#observation = this.#env.reset({ resetMask: ended });
  }

  /** @returns user steps per second over about so many seconds */
  rate(seconds) {
    const { sessions } = this.#env.spec;
    const batch = Math.max(1, Math.ceil(4096 / sessions));
    const start = performance.now();
    let steps = 0;
    let elapsed = 0;
    while (elapsed < seconds * 1000) {
      for (let k = 0; k < batch; k++) this.step();
      steps += batch * sessions;
      elapsed = performance.now() - start;
    }
    return (steps / elapsed) * 1000;
  }
}
