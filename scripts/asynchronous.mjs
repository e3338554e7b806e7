/**
 * `node scripts/asynchronous.mjs [--data <folder>] [--environment coat|films] [--seeds 10] [--interactions 128000] [--sessions 1000]`, after a
 * build: asynchronous serving, beside the same in lock-step. In traffic, every decision is a batch of one; feedback comes
 * after a random delay, out of order and also after the next decision of its session, and 5 % never (the reward then counts as 0 after a
 * while). In `--data` the data set lies in the folder `coat`. `docs/asynchronous.md` has the figures.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAdaptiveLearner, createOnlineNetwork } from '../packages/adaptive/dist/index.js';
import { readCoat } from '../packages/env/dist/datasets/readers/coat.js';
import { readFilms } from '../packages/env/dist/datasets/readers/films.js';
import { createDatasetEnvironmentParts } from '../packages/env/dist/environments/index.js';
import { createFilmResponses, createPatienceRule, createSimulator } from '../packages/env/dist/index.js';
import {
  createA2C,
  createNetwork,
  createNetworkPolicy,
  createRandom,
  observationOf,
  runOnline,
  TrajectoryRecorder,
} from '../packages/policy/dist/index.js';

/** Mean times in the unit of the time between two decisions of a session. */
const [MEAN_DELAY, WINDOW] = [2, 10];
const LOST = 0.05;
const PRETRAINING = 30_000;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    environment: { type: 'string', default: 'films' },
    seeds: { type: 'string', default: '10' },
    'first-seed': { type: 'string', default: '1' },
    interactions: { type: 'string', default: '128000' },
    sessions: { type: 'string', default: '1000' },
  },
});
const interactions = Number(values.interactions);
const count = Number(values.sessions);

/** Options of the simulator; all sessions share one model of the users. */
const simulator = await (async () => {
  if (values.environment === 'coat') {
    return createDatasetEnvironmentParts(await readCoat(join(values.data ?? 'data', 'coat')), { seed: 1 }).simulator;
  }
  const responses = createFilmResponses(await readFilms(), { random: createRandom(1) });
  return { name: 'films', responses, terminationRules: [createPatienceRule({ misses: 4 })], maxTurns: 30 };
})();
const open = (sessions) => createSimulator({ ...simulator, sessions });

/** A queue of events in order of time. */
class Events {
  #heap = [];
  push(time, event) {
    const heap = this.#heap;
    let place = heap.push({ time, event }) - 1;
    for (let parent = (place - 1) >> 1; place > 0 && heap[parent].time > heap[place].time; parent = (place - 1) >> 1) {
      [heap[parent], heap[place]] = [heap[place], heap[parent]];
      place = parent;
    }
  }
  pop() {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length > 0) {
      heap[0] = last;
      for (let place = 0; ; ) {
        let child = 2 * place + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && heap[child + 1].time < heap[child].time) child++;
        if (heap[place].time <= heap[child].time) break;
        [heap[place], heap[child]] = [heap[child], heap[place]];
        place = child;
      }
    }
    return first;
  }
}

/** What a shop knows of a session: what it showed, and the feedback that has come so far. */
class Visit {
  items = [];
  feedback = [];
  constructor(key) {
    this.key = key;
  }
  /** The state after a number of turns, as far as it is known now. */
  state(turn, { historyLength, repeats }, available) {
    const shown = this.items.slice(0, turn);
    const history = { items: shown, feedback: shown.map((_, each) => this.feedback[each] ?? 0) };
    const excluded = repeats ? [] : shown;
    return observationOf({ session: this.key, turn, history, excluded }, { historyLength, available });
  }
}

/** Runs a learner in traffic, and returns the rewards of the sessions in the order in which they ended. */
function traffic(learner, seed, random) {
  const users = [];
  for (let user = 0; user < count; user++) {
    const environment = open(1);
    environment.reset({ seed: (seed * 1_000_003 + user) >>> 0 });
    users.push({ environment, reward: 0 });
  }
  const { spec } = users[0].environment;
  const available = new Uint8Array(spec.items).fill(1);
  const recorder = new TrajectoryRecorder({ items: spec.items, historyLength: spec.historyLength });
  const times = random.fork(77);
  const wait = (mean) => -mean * Math.log(1 - times.uniform());
  const events = new Events();
  const rewards = [];
  let [keys, decisions] = [0, 0];
  for (const user of users) {
    user.visit = new Visit(keys++);
    events.push(wait(1), { user });
  }
  const batch = 64 * learner.rolloutLength;
  while (decisions < interactions) {
    const { time, event } = events.pop();
    const { user } = event;
    if (event.turn === undefined) {
      const { visit } = user;
      const turn = visit.items.length;
      const observation = visit.state(turn, spec, available);
      const action = learner.policy.distribution(observation).sample(random);
      recorder.recordAction(observation, action);
      decisions++;
      visit.items.push(action.items[0]);
      const step = user.environment.step(action.items.slice());
      const [reward, terminated, truncated] = [step.reward[0], step.terminated[0], step.truncated[0]];
      user.reward += reward;
      const isLost = times.uniform() < LOST;
      const due = isLost ? WINDOW : wait(MEAN_DELAY);
      events.push(time + due, { user, visit, turn, reward: isLost ? 0 : reward, terminated, truncated });
      if (terminated + truncated > 0) {
        rewards.push(user.reward);
        user.reward = 0;
        user.environment.reset({ resetMask: Uint8Array.of(1) });
        user.visit = new Visit(keys++);
      }
      events.push(time + wait(1), { user });
      continue;
    }
    const { visit, turn, reward, terminated, truncated } = event;
    visit.feedback[turn] = reward;
    recorder.recordFeedback(visit.state(turn + 1, spec, available), {
      reward: Float32Array.of(reward),
      terminated: Uint8Array.of(terminated),
      truncated: Uint8Array.of(truncated),
    });
    if (recorder.rows >= batch) learner.learn(recorder.take());
  }
  return rewards;
}

function lockStep(learner, seed, random) {
  const environment = open(64);
  const log = runOnline({ environment, learner, interactions, seed, random, finishSessions: false });
  const sums = new Map();
  const rewards = [];
  for (const [row, session] of log.session.entries()) {
    sums.set(session, (sums.get(session) ?? 0) + log.reward[row]);
    if (log.terminated[row] + log.truncated[row] > 0) rewards.push(sums.get(session));
  }
  return rewards;
}

const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
/** Mean reward of the sessions that end in the last tenth. */
const finalOf = (rewards) => mean(rewards.slice(-Math.ceil(rewards.length / 10)));

const network = (seed) => {
  const { items, historyLength } = open(1).spec;
  return createNetwork({ items, historyLength, random: createRandom(seed) });
};

/** A policy pre-trained in the same environment for a short time. */
function pretrain(seed) {
  const environment = open(64);
  const pretrained = network(seed);
  const learner = createA2C({ network: pretrained });
  runOnline({ environment, learner, interactions: PRETRAINING, seed: seed + 1000, random: createRandom(seed + 1) });
  return pretrained;
}

const LEARNERS = {
  a2c: (seed) => createA2C({ network: network(seed) }),
  'a-ialp-ap': (seed) => {
    const pretrained = pretrain(seed);
    const online = createA2C({ network: createOnlineNetwork(pretrained, { logitScale: 0.3 }) });
    return createAdaptiveLearner({ pretrained: createNetworkPolicy(pretrained), online });
  },
};

const first = Number(values['first-seed']);
for (const [name, create] of Object.entries(LEARNERS)) {
  const finals = { lockStep: [], traffic: [] };
  for (let seed = first; seed < first + Number(values.seeds); seed++) {
    finals.lockStep.push(finalOf(lockStep(create(seed), seed, createRandom(seed + 50))));
    finals.traffic.push(finalOf(traffic(create(seed), seed, createRandom(seed + 50))));
    console.log(JSON.stringify({ name, seed, lockStep: finals.lockStep.at(-1), traffic: finals.traffic.at(-1) }));
  }
  const [one, other] = [mean(finals.lockStep), mean(finals.traffic)];
  console.log(
    `${name}: final reward per session ${one.toFixed(3)} in lock-step, ${other.toFixed(3)} in traffic (${((100 * other) / one - 100).toFixed(2)} %)`,
  );
}
