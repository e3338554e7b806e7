export { parseCommandLine, wholeNumber } from './command-line.js';
export { HelpRequested, OutputError, UsageError } from './errors.js';
export { type Facts, factsOf } from './facts.js';
export { checkOutput, prepareOutput, writeAtomically } from './output-folder.js';
export { createProgress, type Progress, type ProgressBar } from './progress.js';
export { print, type RunMainOptions, runMain } from './run-main.js';
export { versions } from './versions.js';
