/** Downloads of published data sets: what `@ialp/env/download` publishes, for Node. */
export { cacheFolder } from '@ialp/core/files';
export { acceptOnTerminal, type TerminalOptions } from './accept-on-terminal.js';
export { type DownloadOptions, downloadDataset } from './download-dataset.js';
export { type DownloadAttempt, DownloadError, TermsNotAcceptedError } from './errors.js';
export { formatTerms } from './format-terms.js';
export type { DownloadProgress } from './progress-meter.js';
export type { Checksum, DatasetSource, DatasetTerms } from './source.js';
export { type DatasetName, datasetSources } from './sources.js';
