/** Stores of replies: what `@ialp/llm-user/store` publishes. Those in files need `libsql`. */

export type { ReplyRecord, ReplyStore, StoredPrompt } from '../reply-store.js';
export { ReplyStoreError, type ReplyStoreFault } from './errors.js';
export { type ExportOptions, exportReplies, type ImportResult, importReplies } from './exchange.js';
export {
  type FileReplyStore,
  type FileReplyStoreOptions,
  openReplyStore,
  type ReplyCount,
} from './file-store.js';
export { createMemoryStore, type MemoryReplyStore } from './memory-store.js';
export { parseReplyRecord } from './parse-reply-record.js';
export { requestKey } from './request-key.js';
export { type SalvageResult, salvageReplies } from './salvage.js';
export { type StoredModelOptions, withStore } from './stored-model.js';
