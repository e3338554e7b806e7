/** Files of lines and of JSON rows: what `@ialp/core/files` publishes. For Node. */
export { type ByteOptions, readBytes, streamBytes } from './files/bytes.js';
export { type CacheSurroundings, cacheFolder } from './files/cache-folder.js';
export type { FileOptions } from './files/file-fault.js';
export { type JsonFields, type JsonRowOptions, parseJsonRow } from './files/json-row.js';
export { type JsonRowsOptions, type JsonRowsSummary, type OnJsonRow, readJsonRows } from './files/json-rows.js';
export { type LineBatch, type LineOptions, readLines } from './files/lines.js';
export { makeFolder, makeFolderSync } from './files/make-folder.js';
export { checkWritableFile } from './files/writable.js';
