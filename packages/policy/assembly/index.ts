/**
 * The built-in engine's arithmetic. Every function works on float32 arrays in the module's memory (those of `linear-bounds`
 * on float64), given by their byte addresses and sizes; it allocates nothing and keeps no state. Matrices are row-major. Widths (`columns`) are
 * multiples of 4: the caller pads.
 *
 * Sums are taken in a fixed order, so that the same build gives the same bits on every machine.
 */
export * from './attention';
export * from './choice';
export * from './gru';
export * from './heads';
export * from './item-gradients';
export * from './layer-norm';
export * from './linear-bounds';
export * from './matrix';
export * from './optimizer';
export { packTransposed } from './pack';
export * from './pooling';
export * from './quantised';
export * from './rectifier';
export * from './rows';
export * from './shortlist';
export { forbid, joinSoftmax, softmax, softmaxBackward } from './softmax';
export * from './tokens';
