/** Files of lines and JSON rows: the exports of `@ialp/core/files`. For Node. */
export { type ByteOptions, readBytes, streamBytes } from './bytes.js';
export { type CacheSurroundings, cacheFolder } from './cache-folder.js';
export type { FileOptions } from './file-fault.js';
export { type JsonFields, type JsonRowOptions, parseJsonRow } from './json-row.js';
export { type JsonRowsOptions, type JsonRowsSummary, type OnJsonRow, readJsonRows } from './json-rows.js';
export { type LineBatch, type LineOptions, readLines } from './lines.js';
export { makeFolder, makeFolderSync } from './make-folder.js';
export { checkWritableFile } from './writable.js';
