/** Models of how people answer, as files: what `@ialp/env/model-file` publishes, for Node. */
export { ModelFileError } from './model-file-error.js';
export { loadModel, type RewardMatrix, type StoredModel, saveModel } from './stored-model.js';
