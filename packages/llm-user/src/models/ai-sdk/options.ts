import { checkInteger, checkNumber, checkOneOf, described, InvalidOptionError } from '@ialp/core';
import { checkOptions, checkTimeout } from '../../check-inputs.js';
import { isJsonObject } from '../../text/json.js';
import { checkJson } from '../http/request-body.js';

/** The settings of a call that can be left out, by their names in the AI SDK. */
export const SETTINGS = ['temperature', 'seed', 'maxOutputTokens'] as const;

/** Options of `createAiSdkModel`. */
export interface AiSdkOptions {
  /** Sampling temperature. Default 0. */
  readonly temperature?: number;
  /** Token limit of a reply, with most providers including reasoning; a longer reply is an error. Default 1,024. */
  readonly maxTokens?: number;
  /** How the form of a reply is enforced: by the schema, as any JSON, or by the prompt alone. Default `json_schema`. */
  readonly structuredOutput?: 'json_schema' | 'json_object' | 'none';
  /** Settings to leave out, by their names in the AI SDK: `['seed', 'temperature']`. Default: none. */
  readonly omitParameters?: readonly (typeof SETTINGS)[number][];
  /** Options by provider, as `generateText` takes them: `{ openai: { reasoningEffort: 'low' } }`. Default: none. */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /**
   * What to do about a setting that the provider does not support: `warn` calls `onWarning` once for each, `refuse` throws an error that
   * ends a run at its first reply. Default `warn`.
   */
  readonly unsupported?: 'warn' | 'refuse';
  /** Called once with each warning of the provider. Default: a process warning on stderr. */
  readonly onWarning?: (message: string) => void;
  /** Time limit of a call in milliseconds. Default 120,000. Node's `fetch` itself stops at 300,000. */
  readonly timeoutMs?: number;
  /** Whatever else determines replies: middleware, settings of the provider. Part of the fingerprint. */
  readonly version?: string;
  /** Keys that no message may show. Those in environment variables whose names end in `_API_KEY` are never shown. */
  readonly secrets?: readonly string[];
}

/** @throws {InvalidOptionError} for options that no call can be made with. */
export function checkAiSdkOptions(options: AiSdkOptions): void {
  checkOptions(options, '{ maxTokens: 200 }', [
    'temperature',
    'maxTokens',
    'structuredOutput',
    'omitParameters',
    'providerOptions',
    'unsupported',
    'onWarning',
    'timeoutMs',
    'version',
    'secrets',
  ]);
  const { temperature = 0, maxTokens = 1, structuredOutput = 'none', omitParameters = [], timeoutMs = 1 } = options;
  const { providerOptions = {}, unsupported = 'warn', onWarning, version = '-', secrets = [] } = options;
  checkNumber('temperature', temperature, 0);
  checkInteger('maxTokens', maxTokens, 1);
  checkOneOf('structuredOutput', structuredOutput, ['json_schema', 'json_object', 'none']);
  checkOneOf('unsupported', unsupported, ['warn', 'refuse']);
  if (!Array.isArray(omitParameters))
    throw new InvalidOptionError('omitParameters', omitParameters, "a list of names, such as ['seed']");
  for (const name of omitParameters) checkOneOf('omitParameters', name, SETTINGS);
  if (!isJsonObject(providerOptions) || !Object.values(providerOptions).every(isJsonObject)) {
    const expected = "an object of options by provider, such as { openai: { reasoningEffort: 'low' } }";
    throw new InvalidOptionError('providerOptions', providerOptions, expected);
  }
  checkJson('providerOptions', providerOptions);
  checkTimeout(timeoutMs);
  if (onWarning !== undefined && typeof onWarning !== 'function')
    throw new InvalidOptionError('onWarning', onWarning, 'a function that takes a text');
  if (typeof version !== 'string' || version === '') throw new InvalidOptionError('version', version, 'a text');
  if (!Array.isArray(secrets) || !secrets.every((secret) => typeof secret === 'string'))
    throw new InvalidOptionError('secrets', described('something else (not shown)'), 'a list of texts');
}
