import type { JsonSchema } from './language-model.js';

/** The contents of a prompt. Each text is a single line, cut to length, and contains no `</item>`. */
export interface PromptInput {
  /** A description of the user, if known. */
  readonly persona?: string;
  /** The user's history, oldest first. */
  readonly history: readonly PromptHistoryItem[];
  /** Texts of the candidates; at least one. Pointwise sources pass exactly one. */
  readonly candidates: readonly string[];
}

/** An item of the user's history. */
export interface PromptHistoryItem {
  readonly text: string;
  /** From 0 (skipped) to 1 (liked). */
  readonly feedback: number;
}

/**
 * The wording of a question. The source defines the form of the reply (see each source), the template the text around it. Any change
 * of the text needs a new `version`, because answers to different prompts are different data.
 */
export interface PromptTemplate {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** For example `listwise.v1`. */
  readonly version: string;
  /** The system prompt: the role of the model and the form of its reply. */
  readonly system: string;
  /** JSON Schema of the reply for a number of candidates. Bound its lists: a small model may never end one. */
  schema(candidates: number): JsonSchema;
  /** The user prompt. */
  prompt(input: PromptInput): string;
  /** Appended to the prompt after an unusable reply: at temperature 0 the same prompt would get the same reply. */
  repair(candidates: number): string;
}
