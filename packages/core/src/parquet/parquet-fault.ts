/** Why a Parquet file is invalid, inside the decoding process. */
export class ParquetFault extends Error {
  readonly expected: string;
  readonly found: string;

  constructor(found: string, expected = 'a complete Parquet file') {
    super(found);
    this.found = found;
    this.expected = expected;
  }
}
