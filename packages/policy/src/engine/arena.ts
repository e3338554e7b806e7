import { OutOfMemoryError } from '../errors.js';

/** A byte address in the kernels' memory. */
export type Address = number;

const PAGE = 65536;
/** 4 GiB, the most that 32 bits can address. */
const MAXIMUM_PAGES = 65536;
/** Alignment of every block in bytes: a cache line, so that threads that write to adjacent blocks share none. */
const ALIGNMENT = 64;

/** Bytes at the bottom reserved for the kernels' constants. No block has address 0, which marks an unset address. */
export const RESERVED = 1024;

/** Allocates consecutive blocks of a WebAssembly memory; all blocks above a mark can be released. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  #top: Address = RESERVED;
  /** The highest end of any block so far: memory from here on was never written to, and is 0. */
  #used: Address = RESERVED;
  #floats: Float32Array = new Float32Array(0);
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #watchers: ((bytes: Uint8Array) => void)[] = [];
  /** A row of zeros that is never written to, from which matrix products start. */
  zeros: Address = 0;

  /** @param shared whether the memory is shared with other threads. */
  constructor(shared = false) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared });
  }

  /** Address of the next block. */
  get mark(): Address {
    return this.#top;
  }

  /** Calls `watcher` with all of the memory now and whenever it has grown: native code has to be told where it is. */
  watch(watcher: (bytes: Uint8Array) => void): void {
    this.#watchers.push(watcher);
    watcher(this.allBytes);
  }

  /** Releases all blocks allocated since `mark`. */
  release(mark: Address): void {
    this.#top = mark;
  }

  /**
   * Allocates a block, which is not cleared. Growing the memory detaches all views of it.
   * @throws {OutOfMemoryError} beyond 4 GiB, or if the machine does not have the memory.
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
      for (const watcher of this.#watchers) watcher(this.allBytes);
    }
    this.#top = top;
    this.#used = Math.max(this.#used, top);
    return address;
  }

  /** Allocates a block for `count` floats. */
  allocateFloats(count: number): Address {
    return this.allocate(4 * count);
  }

  /**
   * Allocates a block for `count` floats of 0. Memory that was never used is left untouched, so that the machine spends none of its own until
   * something is written there.
   */
  allocateZeros(count: number): Address {
    const fresh = this.#used;
    const address = this.allocateFloats(count);
    const end = Math.min(fresh, address + 4 * count);
    if (end > address) this.bytes(address, end - address).fill(0);
    return address;
  }

  /** Makes `zeros` a row of `count` floats. Call it once. */
  reserveZeros(count: number): void {
    this.zeros = this.allocateFloats(count);
    this.floats(this.zeros, count).fill(0);
  }

  /**
   * All of the memory as floats: the number at an address is `allFloats[address / 4]`. For single numbers, since a view for each would take longer
   * than what is done with it. Valid until the next allocation, as all views.
   */
  get allFloats(): Float32Array {
    if (this.#floats.buffer !== this.memory.buffer) this.#floats = new Float32Array(this.memory.buffer);
    return this.#floats;
  }

  /** All of the memory as bytes. */
  get allBytes(): Uint8Array {
    if (this.#bytes.buffer !== this.memory.buffer) this.#bytes = new Uint8Array(this.memory.buffer);
    return this.#bytes;
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
