/** A language model's reply, as stored in reply stores and recorded files. */
export interface ReplyRecord {
  /** `requestKey` of the request. */
  readonly request: string;
  /** The model's `fingerprint`, or its name if it has none. */
  readonly fingerprint: string;
  /** The model's name. */
  readonly model: string;
  readonly promptVersion: string;
  /** The raw reply. */
  readonly text: string;
  readonly probabilities?: readonly number[];
  readonly usage?: { readonly input: number; readonly output: number };
  /** The prompt, if stored. The field has the name that it has in recorded files. */
  readonly words?: StoredPrompt;
}

/** The prompt of a stored request. */
export interface StoredPrompt {
  readonly system: string;
  readonly prompt: string;
}

/**
 * Stores replies by model fingerprint and request, so that no request is made twice. `openReplyStore` of `@ialp/llm-user/store`
 * opens one in a file; `createMemoryStore` lives as long as the process. The rules are those of `replyStoreChecks`.
 */
export interface ReplyStore {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /**
   * Looks up the reply to a request.
   * @throws {ReplyStoreError} if the store cannot be read.
   */
  get(fingerprint: string, request: string): Promise<ReplyRecord | undefined>;
  /**
   * Stores a reply durably by the time the promise resolves. If the request already has a reply, as when two processes asked at
   * once, the earlier one stays.
   * @returns the stored reply.
   * @throws {ReplyStoreError} if the store cannot be written.
   */
  put(record: ReplyRecord): Promise<ReplyRecord>;
  /**
   * Claims a request before the model is asked, so that other processes on the store wait for the reply instead. A claim ends with
   * `put`, with `release`, or `durationMs` milliseconds after it was last made, since its owner may have died; sooner if the owner is
   * known to be dead. The owner renews it by claiming again. Absent if only one process can use the store.
   * @returns whether `owner` holds the claim now; false if another owner does.
   * @throws {ReplyStoreError} if the store cannot be written.
   */
  claim?(fingerprint: string, request: string, owner: string, durationMs: number): Promise<boolean>;
  /** Ends a claim; does nothing if another owner holds it. Present if `claim` is. */
  release?(fingerprint: string, request: string, owner: string): Promise<void>;
}
