/** An event log and a model store in files: the exports of `@ialp/serve/file`. */

export { readCatalogueFile } from '../server/catalogue-file.js';
export { type FileEventLogOptions, openFileEventLog } from './event-log.js';
export { type FileModelStoreOptions, openFileModelStore } from './model-store.js';
