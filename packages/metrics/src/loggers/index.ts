/** Loggers of numbers over steps: what `@ialp/metrics/loggers` publishes. For Node. */
export { createJsonLinesLogger } from './json-lines-logger.js';
export { createNoLogger, type LoggerOptions, type ScalarLogger } from './scalar-logger.js';
export { createTensorBoardLogger } from './tensorboard-logger.js';
