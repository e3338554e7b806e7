/** Argument with which `readParquet` starts the process; importing its program without it has no effect. */
export const DECODE = 'decode-parquet';

/** Request to the decoding process. */
export interface DecodingRequest {
  readonly path: string;
  readonly limits: DecodingLimits;
}

/** Limits of decoding. */
export interface DecodingLimits {
  /** Maximum size in bytes of all columns after decompression, and of the file if it is gzipped as a whole. */
  readonly maxBytes: number;
  readonly maxRows: number;
  /** Milliseconds of processor time without a decoded page, in addition to those for its size. */
  readonly timeoutMs: number;
}

/** A column of a row group; a typed array for numbers without missing values. */
export type ParquetValues = ArrayLike<unknown>;

/**
 * Answers of the process, in this order: `head`, then for each row group its columns and `group`, then `end`; or a
 * `fault`.
 */
export type DecodingMessage =
  | {
      readonly kind: 'head';
      readonly keyValues: readonly (readonly [string, string])[];
      readonly names: readonly string[];
    }
  | { readonly kind: 'column'; readonly name: string; readonly values: ParquetValues }
  | { readonly kind: 'group'; readonly firstRow: number; readonly rows: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'fault'; readonly expected: string; readonly found: string };
