/** Replies kept in a file: what `@ialp/llm-user/store` publishes. Needs `libsql`. */
export { ReplyStoreError, type ReplyStoreFault } from './errors.js';
export { type ExportOptions, exportReplies, type Import, importReplies } from './exchange.js';
export {
  type FileReplyStore,
  type FileReplyStoreOptions,
  openReplyStore,
  type ReplyCount,
} from './file-store.js';
export { type Salvage, salvageReplies } from './salvage.js';
