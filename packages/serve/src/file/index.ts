/** An event log and a model store in files: the exports of `@ialp/serve/file`. */
export { type FileEventLogOptions, openFileEventLog } from './event-log.js';
export { type FileModelStoreOptions, openFileModelStore } from './model-store.js';
