/** A language model that maps sentences to vectors, so that similar sentences have nearby vectors. */
export interface EmbeddingModel {
  /** The edition of this interface. */
  readonly specificationVersion: 'v1';
  /** The model and its version, for the record. */
  readonly name: string;
  /** Length of a vector. */
  readonly dimension: number;
  /**
   * `[texts, dimension]` row-major. The same texts give the same vectors; beside
   * other texts, a text's vector is the same to within rounding.
   * @throws {LanguageModelError}
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array>;
}

/** Options of `EmbeddingModel.embed`. */
export interface EmbedOptions {
  /** Ends the work between two batches. */
  readonly signal?: AbortSignal;
  /** Called as texts are done. */
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * Called with vectors as they are computed, so that a caller can store them before the call ends: `[some, dimension]`
   * row-major, of the texts numbered `first`, `first + 1` and so on; each text once, in any order. The array belongs to the
   * caller. Support is optional: a model that never calls it is complete.
   */
  readonly onVectors?: (first: number, vectors: Float32Array) => void;
}
