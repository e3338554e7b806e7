import { InvalidOptionError } from '@ialp/core';
import type { Address, Arena } from './arena.js';
import type { Parameters } from './parameters.js';
import type { CatalogueScan } from './scoring/catalogue-scan.js';
import type { QuantisedScorer } from './scoring/quantised-scorer.js';
import type { ShortlistScan } from './scoring/shortlist-scan.js';
import type { StateEncoder } from './state-encoder.js';
import type { TrainingSizes, TrainingStep } from './training-step.js';

/** The parts of a network that need memory for a batch. */
interface Parts {
  readonly arena: Arena;
  readonly parameters: Parameters;
  readonly encoder: StateEncoder;
  readonly training: TrainingStep;
  readonly scan: CatalogueScan;
  readonly shortlistScan: ShortlistScan;
  /** 8-bit output layers, by their exact ones; may grow. */
  readonly rounded: ReadonlyMap<unknown, QuantisedScorer>;
  /** Width of the states that the actor sees. */
  readonly stateWidth: number;
}

/** Memory of a network for batches, behind all that outlives them; it grows with the largest batch. */
export class BatchMemory {
  readonly #parts: Parts;
  /** Where it begins; its capacity in states, and in states to train on. */
  #mark: Address;
  #capacity = 0;
  #trainingCapacity = 0;
  /** What memory for training is allocated for; undefined if for none. */
  #sizes: TrainingSizes | undefined;
  /** `[rows]`: the critic's values. */
  values: Address = 0;

  /** Begins behind what is allocated so far. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.#mark = parts.arena.mark;
  }

  /** Allocates memory that outlives batches; frees the memory of batches. */
  beforeBatches<Made>(allocate: () => Made): Made {
    const { arena } = this.#parts;
    // 0 until batches are allocated again, also if this allocation fails.
    this.#capacity = 0;
    arena.release(this.#mark);
    const made = allocate();
    this.#mark = arena.mark;
    return made;
  }

  /** Allocates memory for gradients and moments, if not done before; frees the memory of batches. */
  allocateTraining(): void {
    const { parameters, training } = this.#parts;
    if (parameters.gradients !== 0) return;
    this.beforeBatches(() => {
      parameters.allocateTraining();
      training.itemOptimizer?.allocate();
    });
  }

  /** Allocates for a batch, and with `sizes` also for training on it. @throws {InvalidOptionError} without any row. */
  reserve(rows: number, sizes?: TrainingSizes): void {
    if (rows < 1) throw new InvalidOptionError('rows', rows, 'at least one state');
    const isSame = sizes?.sampleSize === this.#sizes?.sampleSize && sizes?.slateSize === this.#sizes?.slateSize;
    if (rows <= this.#capacity && (sizes === undefined || (rows <= this.#trainingCapacity && isSame))) return;
    const { arena, encoder, training, scan, shortlistScan, rounded, stateWidth } = this.#parts;
    const capacity = Math.max(rows, this.#capacity);
    // 0 until everything is allocated, because an allocation may fail.
    this.#capacity = 0;
    arena.release(this.#mark);
    if (sizes !== undefined) this.allocateTraining();
    encoder.reserve(arena, capacity);
    this.values = arena.allocateFloats(capacity);
    scan.reserve(capacity);
    shortlistScan.reserve(stateWidth);
    for (const scorer of rounded.values()) scorer.reserve(capacity);
    if (sizes !== undefined) {
      this.#trainingCapacity = Math.max(rows, this.#trainingCapacity);
      this.#sizes = sizes;
    }
    if (this.#sizes !== undefined) training.reserve(this.#trainingCapacity, this.#sizes);
    this.#capacity = capacity;
  }
}
