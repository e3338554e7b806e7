/** A language model that gives sentences places in a space in which near means alike. */
export interface EmbeddingModel {
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
}
