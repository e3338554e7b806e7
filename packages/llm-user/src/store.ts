/** Replies kept in a file: what `@ialp/llm-user/store` publishes. Needs `libsql`. */
export { ReplyStoreError, type ReplyStoreFault } from './store/errors.js';
export { type ExportOptions, exportReplies, type Import, importReplies } from './store/exchange.js';
export {
  type FileReplyStore,
  type FileReplyStoreOptions,
  openReplyStore,
  type ReplyCount,
} from './store/file-store.js';
export { type Salvage, salvageReplies } from './store/salvage.js';
