/** Loggers of scalars over steps: the exports of `@ialp/metrics/loggers`. For Node. */
export { createJsonLinesLogger } from './json-lines-logger.js';
export { createNoLogger, type LoggerOptions, type ScalarLogger } from './scalar-logger.js';
export { createTensorBoardLogger } from './tensorboard-logger.js';
