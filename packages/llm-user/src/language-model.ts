/** A JSON Schema, as sent to the model's server. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One call's input. */
export interface LanguageModelRequest {
  /** Name and version of the prompt template, for the record. */
  readonly promptVersion: string;
  /** The system prompt: the role of the model and the form of its reply. */
  readonly system: string;
  /** The question. */
  readonly prompt: string;
  /** The JSON Schema of the reply. */
  readonly schema: JsonSchema;
  /**
   * Asks for one of these words as the whole reply, and for the probability of each (`probabilities` of the reply). A model
   * that cannot report probabilities replies with JSON of the schema. Default: any JSON of the schema.
   */
  readonly choices?: readonly string[];
  /** Seeds the model's sampling, if it can be seeded. A 32-bit unsigned integer. */
  readonly seed: number;
  /** Aborts the call. */
  readonly signal?: AbortSignal;
}

/** Tokens that a call used, in the model's own tokenization. */
export interface TokenUsage {
  readonly input: number;
  readonly output: number;
}

/** One call's output. */
export interface LanguageModelReply {
  /** The reply, unchecked: it should be JSON of the schema, or one of the choices. */
  readonly text: string;
  /**
   * For each of the request's `choices`, the probability that the reply begins with it; they sum to at most 1. Absent if the
   * request has no choices or the model does not report probabilities.
   */
  readonly probabilities?: readonly number[];
  /** Absent if the model does not report it. */
  readonly usage?: TokenUsage;
}

/**
 * A generative language model: one call, text in, text out. Prompts, parsing and retries are the caller's.
 *
 * The rules, enforced by `languageModelChecks` of `@ialp/llm-user/testing`: a reply is text; an aborted call throws, preferably
 * the signal's reason, as `fetch` does; any other failure is a `LanguageModelError` that says whether a retry can help.
 */
export interface LanguageModel {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** The model and its version, for the record. */
  readonly name: string;
  /**
   * Everything besides the request that determines a reply: a digest of the weights, the temperature, the token limit. Stores use it
   * as part of their key. Default: the name.
   * @throws {LanguageModelError} if only a server knows it and the server does not answer.
   */
  fingerprint?(options?: { readonly signal?: AbortSignal }): Promise<string>;
  /** @throws {LanguageModelError} */
  generate(request: LanguageModelRequest): Promise<LanguageModelReply>;
}
