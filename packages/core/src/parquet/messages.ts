/** The argument by which `readParquet` starts the process; whoever merely imports its program starts nothing. */
export const DECODE = 'decode-parquet';

/** What the process that decodes is asked. */
export interface DecodingRequest {
  readonly path: string;
  readonly limits: DecodingLimits;
}

/** How much a file may ask for. */
export interface DecodingLimits {
  /** Bytes of the file's columns after unpacking, and of a gzip file around it. */
  readonly maxBytes: number;
  readonly maxRows: number;
  /** Milliseconds of processor time that may pass without a page being decoded, beside those for its size. */
  readonly timeoutMs: number;
}

/** A column of a row group: as the file has it, typed arrays for numbers without gaps. */
export type ParquetValues = ArrayLike<unknown>;

/** What the process answers, in this order: `head`, then for each row group its columns and `group`, then `end`; or a `fault`. */
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
