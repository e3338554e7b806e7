import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkMethods, checkObject, checkOptionNames, checkShare, InvalidOptionError } from '@ialp/core';
import type { Learner, Policy } from '@ialp/policy';
import { checkDeciding } from '../deciding/recommender-options.js';
import { checkRules, type DeploymentRules } from '../deployment/rules.js';
import { type AppOptions, checkAccess } from '../http/app-options.js';
import { checkLearning, type LearningOptions } from '../learning/learner-options.js';
import type { Mode } from '../recommender.js';
import type { ServerSetup } from './setup.js';
import { UsageError } from './usage-error.js';

/** What a configuration file may hold: JSON, or a JavaScript module whose default export it is. */
export interface ServerConfig {
  /** Bearer tokens, limits, origins and the Personalizer API: see `createApp`. */
  readonly tokens?: AppOptions['tokens'];
  readonly limits?: AppOptions['limits'];
  readonly origins?: AppOptions['origins'];
  readonly personalizer?: AppOptions['personalizer'];
  /** When feedback counts, and when a session has ended. */
  readonly rules?: DeploymentRules;
  readonly learning?: Omit<LearningOptions, 'embed'>;
  /** Items shown if a request names no number. */
  readonly slateSize?: number;
  readonly mode?: Mode;
  /** Ends the mode `apprentice`: see `createRecommender`. */
  readonly agreement?: number;
  /** A learner of one's own, in a module. It is called in every process and thread of the deployment, and has to make the same learner in each. */
  readonly createLearner?: (setup: ServerSetup) => Learner;
  /** Serves a share of the sessions by a policy of one's own, to compare with, in a module. */
  readonly baseline?: { readonly share: number; readonly createPolicy: (setup: ServerSetup) => Policy };
  /** Further figures of the learner for the status, in a module. */
  readonly figures?: (learner: Learner) => Readonly<Record<string, number | null>>;
}

const NAMES: readonly (keyof ServerConfig)[] = [
  ...([
    'tokens',
    'limits',
    'origins',
    'personalizer',
    'rules',
    'learning',
    'slateSize',
    'mode',
    'agreement',
    'createLearner',
    'baseline',
    'figures',
  ] as const),
];

/** Reads a configuration file; no file is an empty configuration. @throws {UsageError} {InvalidOptionError} */
export async function readConfig(file: string | undefined): Promise<ServerConfig> {
  if (file === undefined) return {};
  const path = resolve(file);
  const config: unknown = await (extname(path) === '.json' ? readJson(path) : readModule(path));
  checkObject('config', config, `an object in ${file}, such as { rules: { feedbackWindowMs: 60000 } }`);
  checkOptionNames(config, NAMES, { option: 'config' });
  checkConfig(config as ServerConfig);
  return config as ServerConfig;
}

/** Checks what a configuration holds, before anything is embedded, pre-trained or stored. @throws {InvalidOptionError} */
function checkConfig(config: ServerConfig): void {
  const { rules, learning, baseline, createLearner, figures } = config;
  checkAccess(config);
  checkDeciding(config);
  if (rules !== undefined) checkRules(rules);
  if (learning !== undefined) checkLearning(learning);
  for (const [option, value] of Object.entries({ createLearner, figures })) {
    if (value !== undefined && typeof value !== 'function') throw new InvalidOptionError(option, value, 'a function');
  }
  if (baseline === undefined) return;
  checkMethods(
    'baseline',
    baseline,
    ['createPolicy'],
    'an object with share and createPolicy, a function of the setup',
  );
  checkShare('baseline.share', baseline.share);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new UsageError(`--config ${path}: expected JSON; found ${(cause as Error).message}`, { cause });
  }
}

async function readModule(path: string): Promise<unknown> {
  try {
    return (await import(pathToFileURL(path).href)).default;
  } catch (cause) {
    throw new UsageError(`--config ${path}: expected JSON or a module; found ${(cause as Error).message}`, { cause });
  }
}
