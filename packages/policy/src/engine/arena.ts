import { OutOfMemoryError } from '../errors.js';

/** A byte address in the kernels' memory. */
export type Address = number;

const PAGE = 65536;
/** 4 GiB, all that 32 bits can address. */
const MAXIMUM_PAGES = 65536;
/** Bytes to which every block is aligned: a line of the cache, so that threads that write beside one another share none. */
const ALIGNMENT = 64;

/** Bytes at the bottom reserved for the kernels' constants. No block has address 0, so an unset address stands out. */
export const RESERVED = 1024;

/** Hands out blocks of a WebAssembly memory, one after the other; what lies above a mark can be given back. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  #top: Address = RESERVED;
  /** Zeros that nobody writes to: a row for products to start from. */
  zeros: Address = 0;

  /** @param shared whether other threads are to see it. */
  constructor(shared = false) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared });
  }

  /** The address at which the next block will lie. */
  get mark(): Address {
    return this.#top;
  }

  /** Gives back every block that was handed out since `mark`. */
  release(mark: Address): void {
    this.#top = mark;
  }

  /**
   * A block of `bytes`, with whatever was there before. Growing the memory detaches all views of it.
   * @throws {OutOfMemoryError} where 32-bit addresses do not reach so far, or the machine has not so much memory.
   */
  allocate(bytes: number): Address {
    const address = this.#top;
    const top = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = Math.ceil((top - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) {
      try {
        this.memory.grow(missing);
      } catch (cause) {
        throw new OutOfMemoryError(
          `More than ${(top / 2 ** 30).toFixed(1)} GiB of memory are needed, of which there are at most 4 GiB and what the ` +
            'machine has. Take a smaller embedding or batch, a sampled softmax, or fewer features of the items.',
          { cause },
        );
      }
    }
    this.#top = top;
    return address;
  }

  /** A block for `count` floats. */
  allocateFloats(count: number): Address {
    return this.allocate(4 * count);
  }

  /** Makes `zeros` a row of `count` floats. Call it once. */
  reserveZeros(count: number): void {
    this.zeros = this.allocateFloats(count);
    this.floats(this.zeros, count).fill(0);
  }

  floats(address: Address, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  integers(address: Address, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  bytes(address: Address, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }
}
