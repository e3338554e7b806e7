import type { Address } from './kernels.js';

const PAGE = 65536;
/** Bytes to which every block is aligned: one SIMD vector. */
const ALIGNMENT = 16;

/** Hands out blocks of a WebAssembly memory, one after the other; what lies above a mark can be given back. */
export class Arena {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  /** The first block's address; address 0 is left free, so that a forgotten one stands out. */
  #top: Address = ALIGNMENT;

  /** The address at which the next block will lie. */
  get mark(): Address {
    return this.#top;
  }

  /** Gives back every block that was handed out since `mark`. */
  release(mark: Address): void {
    this.#top = mark;
  }

  /** A block of `bytes`, with whatever was there before. Growing the memory detaches all views of it. */
  allocate(bytes: number): Address {
    const address = this.#top;
    this.#top = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = this.#top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return address;
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
