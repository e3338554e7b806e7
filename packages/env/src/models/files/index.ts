/** Saves and loads response models: what `@ialp/env/models/files` publishes, for Node. */
export { ModelFileError } from './model-file-error.js';
export { loadModel, type RewardMatrix, type StoredModel, saveModel } from './stored-model.js';
