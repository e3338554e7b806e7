import { described, InvalidOptionError } from '@ialp/core';

/**
 * A language model of the AI SDK, by the part of its specification that is used here: `LanguageModelV2` (AI SDK 5), `LanguageModelV3`
 * (6) and `LanguageModelV4` (7) of `@ai-sdk/provider` fit it. It is what a provider gives: `openai('gpt-5')`.
 */
export interface AiSdkModel {
  /** `v2`, `v3` or `v4`. */
  readonly specificationVersion: string;
  /** The provider's name, for example `openai.responses`. */
  readonly provider: string;
  /** The model's name at the provider. */
  readonly modelId: string;
  /** One call; takes the `CallOptions` and gives the `GenerateResult` of the version. */
  doGenerate(options: never): PromiseLike<object>;
  /** Not called. Image and speech models, which have a `doGenerate` too, do not have it. */
  doStream(options: never): PromiseLike<object>;
}

/** One call's input, the same in all versions. */
export interface AiSdkCall {
  readonly prompt: readonly object[];
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly responseFormat?: { readonly type: 'json'; readonly name?: string; readonly schema?: object };
  readonly providerOptions?: object;
  readonly abortSignal: AbortSignal;
}

const VERSIONS = ['v2', 'v3', 'v4'];

/** @throws {InvalidOptionError} for what is no language model of a version that is known here. */
export function checkAiSdkModel(model: AiSdkModel): void {
  const expected = "a language model of the AI SDK, as a provider gives it: openai('gpt-5') of @ai-sdk/openai";
  if (typeof model === 'string') {
    throw new InvalidOptionError(
      'model',
      model,
      `${expected}; for a name alone, gateway(${JSON.stringify(model)}) of the package ai`,
    );
  }
  if ((typeof model !== 'object' && typeof model !== 'function') || model === null) {
    throw new InvalidOptionError('model', model, expected);
  }
  const { specificationVersion: version, provider, modelId, doGenerate, doStream } = model;
  if (typeof doGenerate !== 'function' || typeof doStream !== 'function') {
    throw new InvalidOptionError('model', described('an object without doGenerate and doStream'), expected);
  }
  if (!VERSIONS.includes(version)) {
    throw new InvalidOptionError(
      'model.specificationVersion',
      version,
      `one of ${VERSIONS.join(', ')}; install a version of the provider for AI SDK 5, 6 or 7`,
    );
  }
  for (const [field, value] of Object.entries({ provider, modelId })) {
    if (typeof value !== 'string' || value === '') throw new InvalidOptionError(`model.${field}`, value, 'a name');
  }
}
