/** Entry point of the decoding process of `readParquet`; do not import it. */
import { serveDecoding } from './decoding-process.js';

serveDecoding();
