import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { Share } from '../threads/thread-pool.js';

/** Scratch memory of a thread for packing columns of a gradient, as the kernel `itemGradients` needs. */
export const SCRATCH_BYTES = 16384;

/**
 * Loss of the actor: `sum over b of  -policyWeight[b] * log pi(a_b|s_b) - entropyWeight * H(pi_b)`.
 * The state is `[rows, hidden]`. Methods that take kernels are called for each block of rows, or for each thread.
 */
export interface ActorLoss {
  /** `[rows]`: `log pi(a|s)`, after `forward`. @throws {DivergenceError} if it is not finite. */
  logProbability(out: Float32Array): void;
  /** `[rows]`: entropies in nats, after `forward`. */
  entropy(out: Float32Array): void;
  /** Log probabilities and entropies of rows `from` up to `to`. */
  forward(kernels: Kernels, state: Address, from: number, to: number): void;
  /** Sets the weights of the actions, `[rows]`. */
  setWeights(policyWeight: Float32Array, rows: number): void;
  /** Adds to the states' gradients, for rows `from` up to `to`. */
  backward(kernels: Kernels, dState: Address, entropyWeight: number, from: number, to: number): void;
  /** Adds to the gradients of the output layer. */
  gradients(kernels: Kernels, state: Address, share: Share): void;
}

/** Buffers with a number per row that both actor losses use. */
export class ActorRows {
  /** `[rows]` */
  lse: Address = 0;
  peak: Address = 0;
  entropy: Address = 0;
  policyWeight: Address = 0;
  action: Address = 0;
  /** Scratch of each thread. */
  scratch: Address = 0;

  reserve(arena: Arena, rows: number, threads: number): void {
    this.lse = arena.allocateFloats(rows);
    this.peak = arena.allocateFloats(rows);
    this.entropy = arena.allocateFloats(rows);
    this.policyWeight = arena.allocateFloats(rows);
    this.action = arena.allocateFloats(rows);
    this.scratch = arena.allocate(threads * SCRATCH_BYTES);
  }
}
