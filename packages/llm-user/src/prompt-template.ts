import type { JsonSchema } from './language-model.js';

/** What a template puts into words. All texts are on one line, cut to length, and cannot close the mark `</item>`. */
export interface PromptInput {
  /** Who the user is, where that is known. */
  readonly persona?: string;
  /** What the user met, oldest first. */
  readonly history: readonly PromptHistoryItem[];
  /** Texts of the items asked about; at least one. A question about each alone has exactly one. */
  readonly candidates: readonly string[];
}

/** An item that the user met. */
export interface PromptHistoryItem {
  readonly text: string;
  /** From 0 (passed over) to 1 (liked). */
  readonly feedback: number;
}

/**
 * The words of a question, as data. The form of the reply is the source's (see each source); what is said around it is the
 * template's. Any change of the words is another `version`: answers to other words are other data.
 */
export interface PromptTemplate {
  /** The edition of this interface. */
  readonly specificationVersion: 'v1';
  /** For example `listwise.v1`. */
  readonly version: string;
  /** Who the model is to be, and the rules of its answer. */
  readonly system: string;
  /** The shape of the answer to a question about so many candidates. Best bounded: a small model may never end a list. */
  schema(candidates: number): JsonSchema;
  /** The question. */
  prompt(input: PromptInput): string;
  /** Added to the question where the first reply could not be used: at temperature 0 the same words get the same reply. */
  repair(candidates: number): string;
}
