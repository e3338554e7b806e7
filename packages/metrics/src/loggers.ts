/** Loggers of numbers over steps: what `@ialp/metrics/loggers` publishes. For Node. */
export { createJsonLinesLogger } from './loggers/json-lines-logger.js';
export { createNoLogger, type LoggerOptions, type ScalarLogger } from './loggers/scalar-logger.js';
export { createTensorBoardLogger } from './loggers/tensorboard-logger.js';
