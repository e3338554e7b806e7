import { checkMethods, checkObject, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { Registry } from 'prom-client';
import type { Recommender } from '../recommender.js';
import { type TokenLookup, type Tokens, tokenLookup } from './access/tokens.js';
import { checkLimits, type Limits } from './limits/limits.js';
import type { HttpLogger } from './monitoring/watch-requests.js';
import { checkPersonalizer, type PersonalizerOptions, type PersonalizerSettings } from './personalizer/options.js';

/** Options of `createApp`. */
export interface AppOptions {
  readonly recommender: Recommender;
  /** Bearer tokens by role. Default: none; requests must then name a loopback host. */
  readonly tokens?: Tokens;
  readonly limits?: Partial<Limits>;
  /** Origins whose web pages may call the API, such as `https://shop.example`. Default: none but the server's own. */
  readonly origins?: readonly string[];
  /** Logger of pino. Default: no log. */
  readonly logger?: HttpLogger;
  /** Where metrics are registered. Default: a registry of the app's own. */
  readonly registry?: Registry;
  /** The API of Azure AI Personalizer; false leaves it out. Default: with its defaults. */
  readonly personalizer?: PersonalizerOptions | false;
  /** Whether requests should be sent here, for `/readyz`. Default: `recommender.isReady()`. */
  readonly isReady?: () => boolean;
}

/** Names of the options of `createApp`. */
export const APP_OPTIONS = [
  'recommender',
  'tokens',
  'limits',
  'origins',
  'logger',
  'registry',
  'personalizer',
  'isReady',
] as const;

/** Options of `createApp`, checked, with their defaults. */
export interface AppSettings {
  readonly recommender: Recommender;
  readonly lookup: TokenLookup | undefined;
  readonly limits: Limits;
  readonly origins: readonly string[];
  readonly logger: HttpLogger | undefined;
  readonly registry: Registry;
  readonly personalizer: PersonalizerSettings | undefined;
  readonly isReady: () => boolean;
}

/** The options that a configuration file may hold, checked, with their defaults. @throws {InvalidOptionError} for an invalid option. */
export function checkAccess(
  options: {
    readonly [Name in 'tokens' | 'limits' | 'origins' | 'personalizer']?: AppOptions[Name] | undefined;
  },
): Pick<AppSettings, 'lookup' | 'limits' | 'origins' | 'personalizer'> {
  const { tokens, limits, origins = [], personalizer = {} } = options;
  const expected = 'a list of origins, such as https://shop.example';
  if (!Array.isArray(origins)) throw new InvalidOptionError('origins', origins, expected);
  for (const origin of origins) checkOrigin(origin);
  return {
    lookup: tokenLookup(tokens),
    limits: checkLimits(limits),
    origins,
    personalizer: personalizer === false ? undefined : checkPersonalizer(personalizer),
  };
}

/** Checks the options of `createApp`. @throws {InvalidOptionError} for an invalid option. */
export function checkAppOptions(options: AppOptions): AppSettings {
  checkObject('options', options, 'an object with recommender');
  checkOptionNames(options, APP_OPTIONS);
  const { recommender, logger, registry = new Registry() } = options;
  const methods = ['recommend', 'feedback', 'activate', 'putItem', 'status', 'isReady'];
  checkMethods('recommender', recommender, methods, 'a recommender, such as await createRecommender({ ... })');
  if (logger !== undefined) checkMethods('logger', logger, ['debug', 'info', 'error'], 'a logger, such as pino()');
  return {
    ...{ recommender, logger, registry },
    ...checkAccess(options),
    isReady: options.isReady ?? (() => recommender.isReady()),
  };
}

function checkOrigin(origin: unknown): void {
  if (typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin) return;
  throw new InvalidOptionError('origins', origin, 'an origin such as https://shop.example, without a path');
}
