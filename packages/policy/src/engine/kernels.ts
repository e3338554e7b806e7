import { KERNELS_BASE64 } from './kernels.generated.js';

/** A byte address in the kernels' memory. */
export type Address = number;

/** What `assembly/kernels.ts` exports; its comments say what each does. Addresses are in bytes, counts in elements. */
export interface Kernels {
  multiplyAdd(
    a: Address,
    aRow: number,
    aStep: number,
    b: Address,
    c: Address,
    rows: number,
    steps: number,
    columns: number,
  ): void;
  multiplyTransposedAdd(a: Address, b: Address, c: Address, rows: number, steps: number, columns: number): void;
  fillRows(bias: Address, c: Address, rows: number, columns: number): void;
  addColumnSums(c: Address, sums: Address, rows: number, columns: number): void;
  pool(
    items: Address,
    feedback: Address,
    history: number,
    liked: Address,
    passed: Address,
    dimension: number,
    pooled: Address,
    rows: number,
  ): void;
  poolBackward(
    items: Address,
    feedback: Address,
    history: number,
    dLiked: Address,
    dPassed: Address,
    dimension: number,
    dPooled: Address,
    rows: number,
  ): void;
  rectify(x: Address, count: number): void;
  rectifyBackward(output: Address, gradient: Address, count: number): void;
  softmax(logits: Address, mask: Address, lse: Address, entropy: Address, rows: number, columns: number): void;
  sample(logits: Address, lse: Address, uniform: Address, item: Address, rows: number, columns: number): void;
  softmaxBackward(
    logits: Address,
    lse: Address,
    entropy: Address,
    action: Address,
    policyWeight: Address,
    entropyWeight: number,
    rows: number,
    columns: number,
  ): void;
  valueHead(hidden: Address, weights: Address, bias: Address, value: Address, rows: number, columns: number): void;
  valueHeadBackward(
    hidden: Address,
    weights: Address,
    dValue: Address,
    dWeights: Address,
    dBias: Address,
    dHidden: Address,
    rows: number,
    columns: number,
  ): void;
  sumSquares(x: Address, count: number): number;
  adam(
    parameters: Address,
    gradients: Address,
    first: Address,
    second: Address,
    count: number,
    scale: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
  ): void;
}

let compiled: WebAssembly.Module | undefined;

/** Loads the kernels over a memory. The module is compiled once a thread. */
export function loadKernels(memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(KERNELS_BASE64), (character) => character.charCodeAt(0)));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return exports as unknown as Kernels;
}
