/** Weights as bytes: what `@ialp/policy/weights` publishes. It runs wherever there is the Web Crypto API. */
export { catalogueFingerprint } from './catalogue-fingerprint.js';
export { type DecodedWeights, type DecodeWeightsOptions, decodeWeights } from './decode.js';
export { type EncodeWeightsOptions, encodeWeights, type WeightsBytes } from './encode.js';
export { MissingCryptoError } from './sha256.js';
export { WeightsFileError, type WeightsFileFault, type WeightsFileProblem } from './weights-file-error.js';
