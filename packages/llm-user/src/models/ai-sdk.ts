/** Any language model of the AI SDK: what `@ialp/llm-user/ai-sdk` publishes. */

import { LanguageModelError } from '../errors.js';
import type { LanguageModel, LanguageModelRequest } from '../language-model.js';
import { cleanText } from '../text/clean-text.js';
import { stableJson } from '../text/stable-json.js';
import { explainAiSdkError } from './ai-sdk/failures.js';
import { type AiSdkCall, type AiSdkModel, checkAiSdkModel } from './ai-sdk/model-contract.js';
import { type AiSdkOptions, checkAiSdkOptions, type SETTINGS } from './ai-sdk/options.js';
import { readResult } from './ai-sdk/result.js';
import { describeWarnings } from './ai-sdk/warnings.js';
import { environmentKeys } from './http/environment.js';
import { createRedactor, type Redactor } from './http/secrets.js';
import { withinTime } from './retries/deadline.js';
import { estimateRequestTokens } from './token-estimate.js';

export type { AiSdkModel } from './ai-sdk/model-contract.js';
export type { AiSdkOptions } from './ai-sdk/options.js';

/** Seeds below this are taken by all providers; Google's are signed integers of 32 bits. */
const SEEDS = 2 ** 31;

/**
 * A generative model by any provider of the AI SDK, version 5, 6 or 7: `createAiSdkModel(anthropic('claude-sonnet-4-5'))`. It calls the
 * model's own `doGenerate`, which all three versions define the same way, and not `generateText` or `generateObject` of the package `ai`:
 * so it needs no package but the provider's, and has the tokens of every reply that `doGenerate` gives, usable or not.
 *
 * A call is one try; `collectPreferences` and `withRetries` try again. Replies are held to the schema as far as the provider supports it. There are no
 * `probabilities`: the specification has none. Its `fingerprint` is the provider's and the model's name with the options that
 * decide replies; name what else does in `version`. Seeds are sent modulo 2^31.
 * @param model as a provider gives it. A name alone, which the package `ai` sends to its gateway, is refused.
 * @throws {InvalidOptionError}
 */
export function createAiSdkModel(model: AiSdkModel, options: AiSdkOptions = {}): LanguageModel {
  checkAiSdkModel(model);
  checkAiSdkOptions(options);
  const { temperature = 0, maxTokens = 1024, structuredOutput = 'json_schema', omitParameters = [] } = options;
  const { unsupported = 'warn', onWarning = warnOnStderr, timeoutMs = 120_000, version, secrets = [] } = options;
  const { provider, modelId } = model;
  const name = `ai-sdk ${provider} ${modelId}`;
  const providerOptions = options.providerOptions && structuredClone(options.providerOptions);
  const isSent = (setting: (typeof SETTINGS)[number]): boolean => !omitParameters.includes(setting);
  // A limit that is not sent is the provider's own.
  const limit = isSent('maxOutputTokens') ? `${maxTokens} tokens` : 'as many tokens as the provider allows';
  const warned = new Set<string>();

  function callOf({ system, prompt, schema, seed }: LanguageModelRequest, abortSignal: AbortSignal): AiSdkCall {
    return {
      prompt: [
        { role: 'system', content: system },
        { role: 'user', content: [{ type: 'text', text: prompt }] },
      ],
      ...(isSent('temperature') && { temperature }),
      ...(isSent('maxOutputTokens') && { maxOutputTokens: maxTokens }),
      ...(isSent('seed') && { seed: seed % SEEDS }),
      ...(structuredOutput === 'json_object' && { responseFormat: { type: 'json' } }),
      // A copy: providers adapt schemas, and the request stays as it was.
      ...(structuredOutput === 'json_schema' && {
        responseFormat: { type: 'json', name: 'answer', schema: structuredClone(schema) },
      }),
      ...(providerOptions && { providerOptions }),
      abortSignal,
    };
  }

  function warnOnce(warnings: unknown, redact: Redactor): void {
    for (const warning of describeWarnings(warnings).map(redact.error)) {
      if (warned.has(warning)) continue;
      warned.add(warning);
      // A server's words may be a part of it, and are printed to terminals.
      onWarning(cleanText(`${name}: ${warning}`));
    }
  }

  const late = (): LanguageModelError => {
    const message = `did not answer in time (${timeoutMs} ms). Raise timeoutMs if the model takes longer`;
    return new LanguageModelError(name, message, { kind: 'timeout', isRetryable: true });
  };

  return {
    specificationVersion: 'v1',
    name,
    fingerprint: async () =>
      stableJson({
        aiSdk: provider,
        model: modelId,
        temperature,
        maxTokens,
        structuredOutput,
        ...(omitParameters.length > 0 && { omitParameters: [...omitParameters].sort() }),
        ...(providerOptions && { providerOptions }),
        ...(version !== undefined && { version }),
      }),
    async generate(request) {
      const { signal } = request;
      const redact = redactorOf(secrets);
      let result: { readonly warnings?: unknown };
      try {
        const call = async (ended: AbortSignal) => model.doGenerate(callOf(request, ended) as never);
        result = await withinTime(timeoutMs, signal, late, call);
      } catch (error) {
        signal?.throwIfAborted();
        throw explainAiSdkError({ name, provider, redact }, error);
      }
      const isStrict = unsupported === 'refuse';
      if (!isStrict) warnOnce(result?.warnings, redact);
      const inputTokens = (): number => estimateRequestTokens(request);
      const reply = readResult(result, { name, limit, redact, isStrict, inputTokens });
      // What is left of them is not about settings.
      if (isStrict) warnOnce(result.warnings, redact);
      return reply;
    },
  };
}

/** Keys belong to the provider, which does not give them away: what is known of them is where they usually come from. */
function redactorOf(secrets: readonly string[]): Redactor {
  const { error, reply } = createRedactor([...secrets, ...environmentKeys()]);
  return { error: (text) => error(text).replace(/\bBearer +[^\s"',]{16,}/g, 'Bearer ***'), reply };
}

function warnOnStderr(message: string): void {
  globalThis.process?.emitWarning?.(message);
}
