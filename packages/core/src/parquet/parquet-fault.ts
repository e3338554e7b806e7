/** What is wrong with a Parquet file, inside the process that decodes it. */
export class ParquetFault extends Error {
  readonly expected: string;
  readonly found: string;

  constructor(found: string, expected = 'a whole Parquet file') {
    super(found);
    this.found = found;
    this.expected = expected;
  }
}
