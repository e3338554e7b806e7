/** Maps texts to vectors, so that similar texts have nearby vectors. */
export interface EmbeddingModel {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** The model and its version, for the record. */
  readonly name: string;
  /** Length of each vector. */
  readonly dimension: number;
  /**
   * Embeds texts. The same texts give the same vectors; in another batch a text's vector is the same to within rounding.
   * @returns `[texts, dimension]`, row-major.
   * @throws {LanguageModelError}
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array>;
}

/** Options of `EmbeddingModel.embed`. */
export interface EmbedOptions {
  /** Aborts the call between two batches. */
  readonly signal?: AbortSignal;
  /** Called as texts are embedded. */
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * Called with vectors as they are computed, so that a caller can store them before the call ends: `[some, dimension]`,
   * row-major, of the texts `first`, `first + 1` and so on; each text once, in any order. The array belongs to the caller.
   * Optional: a model need not call it.
   */
  readonly onVectors?: (first: number, vectors: Float32Array) => void;
}
