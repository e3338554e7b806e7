import { randomInt } from 'node:crypto';
import {
  checkInteger,
  checkObject,
  checkOneOf,
  checkOptionNames,
  checkShare,
  checkSpecification,
  createRandom,
  InvalidOptionError,
  type Random,
} from '@ialp/core';
import type { Policy } from '@ialp/policy';
import type { EventLog } from '../event-log.js';
import {
  checkDeployment,
  checkLearning,
  DEPLOYMENT_NAMES,
  type DeploymentOptions,
  type LearningOptions,
} from '../learning/learner-options.js';
import { createMemoryEventLog } from '../memory/event-log.js';
import { createMemoryModelStore } from '../memory/model-store.js';
import type { ModelStore } from '../model-store.js';
import type { Mode } from '../recommender.js';
import { LIMITS } from './requests.js';

/** Options of `createRecommender`. */
export interface RecommenderOptions extends Omit<DeploymentOptions, 'eventLog' | 'modelStore'> {
  /** Default: in memory, gone with the process. */
  readonly eventLog?: EventLog;
  /** Default: in memory, gone with the process. */
  readonly modelStore?: ModelStore;
  /**
   * How this process learns. Default: it learns between its decisions. `elsewhere`: another thread or process calls `runLearner`, and this one
   * takes the policies that it publishes.
   */
  readonly learning?: LearningOptions | 'elsewhere';
  /** Items shown if a request names no number. Default 1. */
  readonly slateSize?: number;
  /** Samples the slates. Each process of a deployment needs another seed. Default: a generator with a seed from the system. */
  readonly random?: Random;
  /** Whose recommendations are shown. Default `live`. */
  readonly mode?: Mode;
  /**
   * In the mode `apprentice`, the share of the last 1,000 observed slates that the policy would have begun with the same item from which on it
   * is shown: the mode becomes `live`. Default 0.8.
   */
  readonly agreement?: number;
  /** Serves a share of the sessions by a baseline, to compare with. Default: none. */
  readonly baseline?: { readonly policy: Policy; readonly share: number };
  /** Further figures for the status, by name, such as those of guardrails. */
  readonly figures?: () => Readonly<Record<string, number | null>>;
  /** Called with errors after which the recommender goes on. Default: ignores them; `status()` counts what they cost. */
  readonly onError?: (error: unknown) => void;
}

/** Checks options of deciding that a configuration file may hold, too. @throws {InvalidOptionError} */
export function checkDeciding(options: Pick<RecommenderOptions, 'slateSize' | 'agreement' | 'mode'>): void {
  const { slateSize, agreement, mode } = options;
  if (slateSize !== undefined) checkInteger('slateSize', slateSize, 1, LIMITS.count);
  if (agreement !== undefined) checkShare('agreement', agreement);
  if (mode !== undefined) checkOneOf('mode', mode, ['live', 'shadow', 'apprentice']);
}

/** The options with their defaults. @throws {InvalidOptionError} */
export function checkRecommenderOptions(options: RecommenderOptions) {
  checkObject('options', options, 'an object, such as { catalogue, learner }');
  checkOptionNames(options, [
    ...DEPLOYMENT_NAMES,
    ...(['learning', 'slateSize', 'random', 'mode', 'agreement', 'baseline', 'figures', 'onError'] as const),
  ]);
  const {
    eventLog = createMemoryEventLog(),
    modelStore = createMemoryModelStore(),
    learning = {},
    slateSize = 1,
    random = createRandom(randomInt(2 ** 32)),
    mode = 'live',
    agreement = 0.8,
    baseline,
    figures,
    onError = () => {},
  } = options;
  const deployment = checkDeployment({ ...options, eventLog, modelStore });
  checkDeciding({ slateSize, agreement, mode });
  if (baseline !== undefined) {
    checkObject('baseline', baseline, 'an object, such as { policy, share: 0.1 }');
    checkSpecification('baseline.policy', baseline.policy, ['distribution'], 'a policy', 'v2');
    checkShare('baseline.share', baseline.share);
    if (baseline.policy.items !== deployment.learner.policy.items) {
      throw new InvalidOptionError(
        'baseline.policy',
        `${baseline.policy.items} items`,
        `a policy of ${deployment.learner.policy.items}`,
      );
    }
  }
  return {
    ...{ deployment, slateSize, random, mode, agreement, baseline, figures, onError },
    learning: learning === 'elsewhere' ? undefined : checkLearning(learning),
  };
}
