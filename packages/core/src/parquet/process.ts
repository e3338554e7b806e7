/** The process in which `readParquet` decodes; not to be imported. */
import { serveDecoding } from './decoding-process.js';

serveDecoding();
