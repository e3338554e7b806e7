import type { AsyncBuffer, FileMetaData, parquetRead as ParquetRead, SchemaElement } from 'hyparquet';
import type { CheckedChunk, CheckedGroup } from './check-metadata.js';
import type { ParquetValues } from './messages.js';
import { ParquetFault } from './parquet-fault.js';

/** Decodes text and rejects invalid UTF-8: replacement characters would merge different ids into one. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes a column of a row group.
 * @throws {ParquetFault} if the number of values differs from the number of rows. Errors of `hyparquet` are passed on.
 */
export async function decodeColumn(
  source: { readonly file: AsyncBuffer; readonly metadata: FileMetaData; readonly parquetRead: typeof ParquetRead },
  { firstRow, rows }: CheckedGroup,
  { name, element, isNested }: CheckedChunk,
  onPage: () => void,
): Promise<ParquetValues> {
  const pieces: ParquetValues[] = [];
  const { file, metadata, parquetRead } = source;
  await parquetRead({
    ...{ file, metadata, columns: [name], rowStart: firstRow, rowEnd: firstRow + rows, onPage },
    parsers: { stringFromBytes: (bytes: Uint8Array | undefined) => bytes && utf8.decode(bytes) },
    onChunk: ({ columnData }) => void pieces.push(columnData),
  });
  const values = joined(pieces);
  if (values.length !== rows) throw new ParquetFault(`${values.length} values of ${name} for ${rows} rows`);
  if (!isNested) checkDefined(values, name);
  return element.converted_type === 'DECIMAL' ? exactDecimals(values, element) : values;
}

function joined(pieces: readonly ParquetValues[]): ParquetValues {
  if (pieces.length === 1) return pieces[0];
  const values: unknown[] = [];
  for (const piece of pieces) for (let k = 0; k < piece.length; k++) values.push(piece[k]);
  return values;
}

/** `hyparquet` returns `undefined` for an index outside the dictionary; a cell without a value is null. */
function checkDefined(values: ParquetValues, name: string): void {
  if (ArrayBuffer.isView(values)) return;
  for (let row = 0; row < values.length; row++) {
    if (values[row] === undefined) throw new ParquetFault(`a value of ${name} that is not in its dictionary`);
  }
}

/** `hyparquet` multiplies by a power of ten, which rounds twice: 35 * 0.01 is 0.35000000000000003. */
function exactDecimals(values: ParquetValues, { scale = 0 }: SchemaElement): ParquetValues {
  const factor = 10 ** scale;
  return Array.from(values, (value) => (typeof value === 'number' ? Math.round(value * factor) / factor : value));
}
