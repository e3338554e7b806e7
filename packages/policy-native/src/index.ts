/** Native kernels for the networks of `@ialp/policy`, which finds this package by itself. */
export { type BoundKernels, type Instructions, loadNative, type NativeAddon, type NativeKernels } from './addon.js';
export { NativeAddonError } from './errors.js';
