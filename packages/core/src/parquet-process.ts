/** The process in which `readParquet` decodes; not to be imported. */
import { serveDecoding } from './parquet/decoding-process.js';

serveDecoding();
