/** A JSON Schema, as the model's server takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One call's input. */
export interface LanguageModelRequest {
  /** Which words these are: the name and version of the template that made them. For the record. */
  readonly promptVersion: string;
  /** Who the model is to be, and the rules of its answer. */
  readonly system: string;
  /** What it is asked. */
  readonly prompt: string;
  /** The shape of the JSON that it is to answer with. */
  readonly schema: JsonSchema;
  /**
   * Asks for one of these words as the bare reply, and for the probability of each word (`probabilities` of the reply). A
   * model that cannot report probabilities answers with JSON of the schema, as usual. Default: any JSON of the schema.
   */
  readonly choices?: readonly string[];
  /** Seeds the model's sampling where it can be seeded. A 32-bit unsigned integer. */
  readonly seed: number;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/** What a call took, in the model's own tokens. */
export interface TokenUsage {
  readonly input: number;
  readonly output: number;
}

/** One call's output. */
export interface LanguageModelReply {
  /** The reply as it came; meant to be JSON of the schema (or one of the choices), but not yet checked. */
  readonly text: string;
  /**
   * For each of the request's `choices`, the probability that the reply begins with it; they add up to at most 1. Absent
   * where there were none, or where the model does not tell.
   */
  readonly probabilities?: readonly number[];
  /** Absent where the model does not tell. */
  readonly usage?: TokenUsage;
}

/**
 * A generative language model: one call, text in, text out. Prompts, parsing and retries belong to whoever calls.
 *
 * The rules, which `languageModelChecks` of `@ialp/llm-user/testing` enforces: a reply is text, an aborted call throws
 * (best the signal's reason, as `fetch` does), and whatever else goes wrong on the way is thrown as a
 * `LanguageModelError` that says whether trying again can help.
 */
export interface LanguageModel {
  /** The edition of this interface. */
  readonly specificationVersion: 'v1';
  /** The model and its version, for the record. */
  readonly name: string;
  /**
   * What decides a reply besides the request: a digest of the weights, the temperature, the longest reply. A store keeps
   * replies by it. Default: the name.
   * @throws {LanguageModelError} where it takes a server to know, and the server does not say.
   */
  fingerprint?(options?: { readonly signal?: AbortSignal }): Promise<string>;
  /** @throws {LanguageModelError} */
  generate(request: LanguageModelRequest): Promise<LanguageModelReply>;
}
