/**
 * `node scripts/serve-users.mjs [--data <folder>] [--environment coat|films] [--seeds 5] [--first-seed 1] [--interactions 64000] [--rate 800]
 * [--delay 0.5] [--learner a2c|a-ialp-ap] [--direct] [--silent] [--offline]`, after a build: users of a simulator in front of a served policy, over HTTP, in real
 * time. Feedback comes late and out of order, 5 % never; sessions interleave; users say when they leave, before the last feedback has come, or with
 * `--silent` never. The final reward, that of the first day, and that of the policy at the end, which is then frozen and shown to other users, are
 * compared with `runOnline` on the same environment, in which feedback is as late and as often lost. With `--direct` the users call the recommender
 * without HTTP. With `--offline` there is no server and no clock: the policy of `runOnline` is as many interactions old as one that is served at this
 * rate, which takes seconds a seed and is the same in every run. In `--data` the data set lies in the folder `coat`.
 */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createAdaptiveLearner, createOnlineNetwork } from '../packages/adaptive/dist/index.js';
import { readCoat } from '../packages/env/dist/datasets/readers/coat.js';
import { readFilms } from '../packages/env/dist/datasets/readers/films.js';
import { createDatasetEnvironmentParts } from '../packages/env/dist/environments/index.js';
import { createFilmResponses, createPatienceRule, createSimulator } from '../packages/env/dist/index.js';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createNetworkPolicy,
  createRandom,
  runOnline,
} from '../packages/policy/dist/index.js';
import { startServer } from '../packages/serve/dist/http.js';
import { createRecommender } from '../packages/serve/dist/index.js';
import { withLateFeedback } from './late-feedback.mjs';
import { withStalePolicy } from './stale-policy.mjs';

/**
 * Open sessions, as many with `runOnline`: of those that are open at the same time the short ones end first, so that the first and the last rewards
 * depend on their number. The feedback window and the idle time, in the time between two decisions of a session.
 */
const [SESSIONS, WINDOW, IDLE] = [64, 4, 60];
const LOST = 0.05;
/** Connections that stay open: a server accepts few new ones while it is busy. */
const CONNECTIONS = 64;
const PRETRAINING = 30_000;
/** Interactions in which the policies at the end are compared. */
const EVALUATION = 128_000;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    environment: { type: 'string', default: 'films' },
    seeds: { type: 'string', default: '5' },
    'first-seed': { type: 'string', default: '1' },
    interactions: { type: 'string', default: '64000' },
    rate: { type: 'string', default: '800' },
    delay: { type: 'string', default: '0.5' },
    direct: { type: 'boolean', default: false },
    silent: { type: 'boolean', default: false },
    offline: { type: 'boolean', default: false },
    learner: { type: 'string', multiple: true, default: ['a2c', 'a-ialp-ap'] },
  },
});
const interactions = Number(values.interactions);
/** Mean delay of feedback, in the time between two decisions of a session. */
const DELAY = Number(values.delay);
/** Time between two publications of a policy. */
const PUBLISH_MS = 1_000;
/** Milliseconds between two decisions of a session. */
const turnMs = (1000 * SESSIONS) / Number(values.rate);

const simulator = await (async () => {
  if (values.environment === 'coat') {
    return createDatasetEnvironmentParts(await readCoat(join(values.data ?? 'data', 'coat')), { seed: 1 }).simulator;
  }
  const responses = createFilmResponses(await readFilms(), { random: createRandom(1) });
  return { name: 'films', responses, terminationRules: [createPatienceRule({ misses: 4 })], maxTurns: 30 };
})();
const open = (sessions) => createSimulator({ ...simulator, sessions });
const { items, historyLength, repeats } = open(1).spec;

/** How users reach the policy: over HTTP or directly. */
async function reach(recommender) {
  if (values.direct) {
    return {
      recommend: (request) => recommender.recommend(request),
      feedback: (request) => recommender.feedback(request),
      end: (session) => recommender.endSession(session),
      close: () => recommender.close(),
    };
  }
  const server = await startServer({ recommender, port: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const post = async (path, body) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(`${server.url}${path}`, { method: 'POST', agent, headers }).end(JSON.stringify(body));
    const [answer] = await once(sent, 'response');
    const content = await text(answer);
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${content}`);
    return answer.statusCode === 200 ? JSON.parse(content) : undefined;
  };
  return {
    recommend: (request) => post('/v1/recommend', request),
    feedback: (request) => post('/v1/feedback', request),
    end: (session) => post(`/v1/sessions/${encodeURIComponent(session)}/end`, {}),
    async close() {
      agent.destroy();
      await server.close();
    },
  };
}

/** Serves a learner's policy to simulated users, and returns the rewards of the sessions in the order in which they ended. */
async function serve(learner, seed) {
  const recommender = await createRecommender({
    catalogue: { items: Array.from({ length: items }, (_, item) => ({ id: String(item) })) },
    learner,
    random: createRandom(seed + 50),
    rules: {
      ...{ feedbackWindowMs: WINDOW * turnMs, endGraceMs: WINDOW * turnMs, idleTimeoutMs: IDLE * turnMs },
      // Users give one reward for a decision, so that nothing more has to be awaited.
      ...{ historyLength, repeats, rewards: 'first' },
      // A session that a limit ends is not one that its user has left.
      ...(simulator.maxTurns !== undefined && { maxTurns: simulator.maxTurns }),
    },
    learning: { updateRows: 64 * learner.rolloutLength, publishIntervalMs: PUBLISH_MS, checkpointIntervalMs: 60_000 },
    onError: (error) => console.error(error),
  });
  const users = await reach(recommender);
  const random = createRandom(seed + 60);
  const exponential = (mean) => -mean * Math.log(1 - random.uniform());
  const rewards = [];
  const inFlight = new Set();
  let decisions = 0;
  let keys = 0;
  const user = async (place) => {
    const environment = open(1);
    environment.reset({ seed: (seed * 1_000_003 + place) >>> 0 });
    let session = `visit ${keys++}`;
    let reward = 0;
    while (decisions < interactions) {
      decisions++;
      await wait(exponential(turnMs));
      const { decision, items: shown } = await users.recommend({ session, count: 1 });
      const step = environment.step(Int32Array.of(Number(shown[0].id)));
      reward += step.reward[0];
      if (random.uniform() >= LOST) {
        const given = step.reward[0];
        const sent = wait(exponential(DELAY * turnMs)).then(() => users.feedback({ decision, reward: given }));
        inFlight.add(sent);
        sent.finally(() => inFlight.delete(sent));
      }
      if (step.terminated[0] + step.truncated[0] === 0) continue;
      rewards.push(reward);
      reward = 0;
      if (!values.silent) await users.end(session);
      session = `visit ${keys++}`;
      environment.reset({ resetMask: Uint8Array.of(1) });
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, (_, place) => user(place)));
  await Promise.all(inFlight);
  await wait((WINDOW + IDLE) * turnMs);
  const status = recommender.status();
  await users.close();
  return { rewards, status };
}

/** Rewards of the sessions with `runOnline`, in the order in which they ended. What is late or lost in traffic is so here, too. */
function lockStep(learner, seed, length = interactions) {
  const late = { random: createRandom(seed + 70), delay: DELAY, lost: LOST };
  const environment = withLateFeedback({ environment: open(SESSIONS), ...late });
  runOnline({
    ...{ environment, learner, interactions: length, seed, random: createRandom(seed + 50) },
    finishSessions: false,
  });
  return environment.rewards;
}

/** The rewards of a policy that is as old as a served one, without a server. */
function emulate(learner, create, seed) {
  const ages = { publishRows: (PUBLISH_MS * Number(values.rate)) / 1000, windowRows: WINDOW * SESSIONS };
  return lockStep(withStalePolicy({ acting: create(seed), trained: learner, ...ages }), seed);
}

const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
const finalOf = (rewards) => mean(rewards.slice(-Math.ceil(rewards.length / 10)));
const earlyOf = (rewards) => mean(rewards.slice(0, Math.ceil(rewards.length / 20)));
const evaluate = ({ policy }, seed) => mean(lockStep(createFrozenLearner(policy), seed + 2000, EVALUATION));
const network = (seed) => createNetwork({ items, historyLength, kernels: 'auto', random: createRandom(seed) });

function pretrain(seed) {
  const pretrained = network(seed);
  const [environment, learner] = [open(64), createA2C({ network: pretrained })];
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
for (const [name, create] of Object.entries(LEARNERS).filter(([name]) => values.learner.includes(name))) {
  const runs = [];
  for (let seed = first; seed < first + Number(values.seeds); seed++) {
    const [onlineLearner, servedLearner] = [create(seed), create(seed)];
    const online = lockStep(onlineLearner, seed);
    const { rewards, status } = values.offline
      ? { rewards: emulate(servedLearner, create, seed), status: {} }
      : await serve(servedLearner, seed);
    const frozen = lockStep(createFrozenLearner(createNetworkPolicy(pretrain(seed))), seed);
    const run = {
      ...{ name, seed, online: finalOf(online), served: finalOf(rewards) },
      ...{ evaluatedOnline: evaluate(onlineLearner, seed), evaluatedServed: evaluate(servedLearner, seed) },
      ...{ earlyOnline: earlyOf(online), earlyServed: earlyOf(rewards), frozen: mean(frozen) },
      ...(!values.offline && {
        ...{ decisions: status.decisions, learned: status.learned, lost: status.decisions - status.feedback },
        late: status.lateFeedback,
      }),
    };
    runs.push(run);
    console.log(JSON.stringify(run));
  }
  const of = (field) => mean(runs.map((run) => run[field]));
  const pair = (online, served) => {
    const changes = runs.map((run) => (100 * run[served]) / run[online] - 100);
    const spread = Math.sqrt(mean(changes.map((change) => (change - mean(changes)) ** 2)) / (runs.length - 1));
    const change = ((100 * of(served)) / of(online) - 100).toFixed(2);
    return `${of(online).toFixed(3)} with runOnline, ${of(served).toFixed(3)} served (${change} %, standard error ${spread.toFixed(2)})`;
  };
  console.log(
    `${name}: final reward per session ${pair('online', 'served')}; policies at the end ${pair('evaluatedOnline', 'evaluatedServed')}; first ` +
      `twentieth ${of('earlyOnline').toFixed(3)} and ${of('earlyServed').toFixed(3)}, frozen policy ${of('frozen').toFixed(3)}`,
  );
}
