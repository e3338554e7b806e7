/** A JSON Schema, as the model's server takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One call's input. */
export interface LanguageModelRequest {
  /** Who the model is to be, and the rules of its answer. */
  readonly system: string;
  /** What it is asked. */
  readonly prompt: string;
  /** The shape of the JSON that it is to answer with. */
  readonly schema: JsonSchema;
  /** Seeds the model's sampling where it can be seeded. A 32-bit unsigned integer. */
  readonly seed: number;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/** One call's output. */
export interface LanguageModelReply {
  /** The reply as it came; meant to be JSON of the schema, but not yet checked. */
  readonly text: string;
}

/**
 * A generative language model: one call, text in, text out. Prompts, parsing and retries belong to whoever calls.
 *
 * The rules, which `languageModelChecks` of `@ialp/llm-user/testing` enforces: a reply is text, an aborted call throws
 * (best the signal's reason, as `fetch` does), and whatever else goes wrong on the way is thrown as a
 * `LanguageModelError` that says whether trying again can help.
 */
export interface LanguageModel {
  /** The model and its version, for the record. */
  readonly name: string;
  /** @throws {LanguageModelError} */
  generate(request: LanguageModelRequest): Promise<LanguageModelReply>;
}
