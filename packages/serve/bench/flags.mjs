/** What the user asks for. */
import { parseArgs } from 'node:util';
import { LEARNERS } from './deployment.mjs';

const KERNELS = ['auto', 'native', 'portable'];
export const PARTS = ['http', 'in-process', 'vw', 'restart', 'soak'];
/** Without a name, all but the soak, which takes long. */
const DEFAULT_PARTS = PARTS.filter((part) => part !== 'soak');

export const USAGE = `npm run bench -- serve [part...] [flags]: the server and the library under constant load, and Vowpal Wabbit.

Parts: http, in-process, vw, restart (default: these), soak.

  --items <items>        may be given again (default: 2000, 20000)
  --learner <learner>    ${LEARNERS.join(' or ')}; may be given again (default: both)
  --kernels <kernels>    of the networks: auto, native or portable (default: auto, native where the add-on is)
  --decisions <rate>     a second (default: 1000 up to 5000 items, otherwise 300)
  --feedback <rate>      a second (default: 7 for 10 decisions)
  --seconds <seconds>    of each measurement, after a warm-up (default: 60)
  --sessions <sessions>  open at the same time (default: one for 2 decisions a second)
  --minutes <minutes>    of the soak (default: 20)
  --events <events>      in the log of the restart (default: 1000000)
  --folder <folder>      where states are stored (default: the system's folder for temporary files)
  --profile <folder>     writes processor profiles of the server there
  --quick                5 seconds, 2000 items, a-ialp-ap, 20000 events
  --json                 the results as JSON on stdout
  --help                 this

The environment variable PYTHON names the Python whose package vowpalwabbit is measured (default: python3).
`;

export class UsageError extends Error {}

/** Traffic that does not depend on flags: slates, mean turns of a session, mean delay of feedback. */
const TRAFFIC = { slate: 5, turns: 8, delayMs: 300, seed: 1 };
const WARM_UP_SECONDS = 10;
/** From this number of items on, fewer decisions a second are asked for. */
const LARGE = 5_000;
const RATES = { small: 1_000, large: 300 };
const FEEDBACK_SHARE = 0.7;
/** Time between two decisions of a session, on average. */
const TURN_SECONDS = 0.5;
const ROUNDS = 5;

function positive(flag, text, most = 1e7) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageError(`--${flag} has to be a whole number from 1 to ${most}, not '${text}'.`);
}

function oneOf(what, words, given) {
  const unknown = given.find((word) => !words.includes(word));
  if (unknown !== undefined) throw new UsageError(`${what} has to be one of ${words.join(', ')}, not '${unknown}'.`);
  return [...new Set(given)];
}

/** @throws {UsageError} */
export function parseFlags(args) {
  const [text, many] = [{ type: 'string' }, { type: 'string', multiple: true }];
  const flag = { type: 'boolean', default: false };
  const options = {
    ...{ items: many, learner: many, decisions: text, feedback: text, seconds: text, sessions: text, minutes: text },
    ...{ events: text, folder: text, profile: text, kernels: text, quick: flag, json: flag, help: flag },
  };
  let parsed;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error.message);
  }
  const { values, positionals } = parsed;
  const { quick, json, help, folder, profile } = values;
  const seconds = positive('seconds', values.seconds) ?? (quick ? 5 : 60);
  const decisions = positive('decisions', values.decisions);
  const feedback = positive('feedback', values.feedback);
  return {
    ...{ json, help, folder, profile, seconds },
    kernels: oneOf('--kernels', KERNELS, [values.kernels ?? 'auto'])[0],
    parts: positionals.length === 0 ? DEFAULT_PARTS : oneOf('The part', PARTS, positionals),
    items: (values.items ?? (quick ? ['2000'] : ['2000', '20000'])).map((count) => positive('items', count, 1e6)),
    learners: oneOf('--learner', LEARNERS, values.learner ?? (quick ? ['a-ialp-ap'] : LEARNERS)),
    minutes: positive('minutes', values.minutes) ?? 20,
    events: positive('events', values.events) ?? (quick ? 20_000 : 1_000_000),
    rounds: quick ? 2 : ROUNDS,
    trafficOf(items) {
      const rate = decisions ?? (items <= LARGE ? RATES.small : RATES.large);
      const sessions = positive('sessions', values.sessions) ?? Math.ceil(TURN_SECONDS * rate);
      const warmUpSeconds = Math.min(WARM_UP_SECONDS, seconds);
      return {
        ...TRAFFIC,
        seconds,
        warmUpSeconds,
        sessions,
        decisions: rate,
        feedback: feedback ?? FEEDBACK_SHARE * rate,
      };
    },
  };
}
