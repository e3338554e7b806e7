/** A reply that a language model gave, as stores and records keep it. */
export interface ReplyRecord {
  /** `requestKey` of what was asked. */
  readonly request: string;
  /** The model's `fingerprint`; its name where it has none. */
  readonly fingerprint: string;
  /** The model's name. */
  readonly model: string;
  readonly promptVersion: string;
  /** The reply as it came. */
  readonly text: string;
  readonly probabilities?: readonly number[];
  readonly usage?: { readonly input: number; readonly output: number };
  /** The words of the request, where they are kept as well. */
  readonly words?: StoredPrompt;
}

/** What was asked, in words. */
export interface StoredPrompt {
  readonly system: string;
  readonly prompt: string;
}

/**
 * Keeps replies, so that nothing is asked twice: by what was asked and of whom. `openReplyStore` of `@ialp/llm-user/store`
 * is one, in a file; `createMemoryStore` forgets all when the process ends.
 */
export interface ReplyStore {
  /** The edition of this interface. */
  readonly specificationVersion: 'v1';
  /**
   * The reply to a request, where there is one.
   * @throws {ReplyStoreError} where the store cannot be read.
   */
  get(fingerprint: string, request: string): Promise<ReplyRecord | undefined>;
  /**
   * Keeps a reply, for good by the time the promise is kept, and gives the one that is kept: the earlier one where there was
   * one, as when two processes asked the same at once.
   * @throws {ReplyStoreError} where it cannot be written.
   */
  put(record: ReplyRecord): Promise<ReplyRecord>;
  /**
   * Claims a request for one who is about to ask the model, so that other processes on the store wait for the reply instead.
   * A claim ends with `put`, with `release`, or `durationMs` milliseconds after it was last made: its owner may have died. It may end
   * sooner where the owner is known to have died.
   * The owner claims again to renew it. Absent where only one process can use the store.
   * @returns Whether `owner` has the claim now; false where another one has.
   * @throws {ReplyStoreError} where the store cannot be written.
   */
  claim?(fingerprint: string, request: string, owner: string, durationMs: number): Promise<boolean>;
  /** Gives up a claim; nothing happens where another owner has it. There where `claim` is. */
  release?(fingerprint: string, request: string, owner: string): Promise<void>;
}
