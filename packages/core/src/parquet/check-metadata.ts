import type { ColumnMetaData, FileMetaData, SchemaElement } from 'hyparquet';
import type { DecodingLimits } from './messages.js';
import { ParquetFault } from './parquet-fault.js';

/** A column chunk with checked position and counts. */
export interface CheckedChunk {
  readonly name: string;
  readonly element: SchemaElement;
  readonly isNested: boolean;
  readonly codec: string;
  /** First byte in the file, and the byte after the last. */
  readonly start: number;
  readonly end: number;
  readonly values: number;
  readonly uncompressedBytes: number;
}

/** A row group with checked counts. */
export interface CheckedGroup {
  readonly firstRow: number;
  readonly rows: number;
  readonly chunks: readonly CheckedChunk[];
}

/** Smallest offset of a page, after the magic number of the file. */
const FIRST_BYTE = 4;

/**
 * Checks all counts and sizes of the metadata against each other, the size of the file and the limits, so that a
 * damaged number cannot cause large allocations or loops.
 * @throws {ParquetFault} if one is invalid.
 */
export function checkMetadata(
  { schema, num_rows, row_groups }: FileMetaData,
  fileBytes: number,
  { maxRows, maxBytes }: DecodingLimits,
): { names: readonly string[]; groups: readonly CheckedGroup[] } {
  const leaves = leavesOf(schema);
  const names = [...new Set(leaves.map(({ path }) => path[0]))];
  const roots = leaves.filter(({ path }) => path.length === 1).map(({ path }) => path[0]);
  if (
    new Set(roots).size < roots.length ||
    roots.some((name) => leaves.filter(({ path }) => path[0] === name).length > 1)
  ) {
    throw new ParquetFault('two columns with the same name', 'unique column names');
  }
  const rows = count(num_rows, 'num_rows', maxRows, `at most ${maxRows} rows`);
  let firstRow = 0;
  let bytes = 0;
  const groups = row_groups.map((group) => {
    const groupRows = count(group.num_rows, 'num_rows of a row group', rows);
    if (group.columns.length !== leaves.length) {
      throw new ParquetFault(`a row group of ${group.columns.length} columns where the schema has ${leaves.length}`);
    }
    const chunks = group.columns.map(({ meta_data, file_path }, k) => {
      if (meta_data === undefined || (file_path !== undefined && file_path !== '')) {
        throw new ParquetFault('columns in other files', 'a Parquet file that contains its columns');
      }
      const chunk = checkChunk(meta_data, leaves[k], groupRows, fileBytes);
      bytes += chunk.uncompressedBytes;
      if (bytes > maxBytes) throw new ParquetFault('more', `columns of at most ${maxBytes} bytes after decompression`);
      return chunk;
    });
    const checked = { firstRow, rows: groupRows, chunks };
    firstRow += groupRows;
    return checked;
  });
  if (firstRow !== rows) throw new ParquetFault(`row groups of ${firstRow} rows where the file says ${rows}`);
  return { names, groups };
}

interface Leaf {
  readonly path: readonly string[];
  readonly element: SchemaElement;
}

/** The columns of the schema, whose elements are in depth-first order. */
function leavesOf(schema: readonly SchemaElement[]): Leaf[] {
  const leaves: Leaf[] = [];
  let next = 1;
  const descend = (children: number, path: readonly string[]): void => {
    for (let k = 0; k < children; k++) {
      const element = schema[next++];
      if (element === undefined) throw new ParquetFault('a schema that ends too early');
      const own = [...path, element.name];
      if (element.num_children) descend(element.num_children, own);
      else leaves.push({ path: own, element });
    }
  };
  descend(schema[0]?.num_children ?? 0, []);
  if (next !== schema.length) throw new ParquetFault('a schema with elements in no column');
  for (const { element, path } of leaves) {
    if (element.type === undefined || path.some((name) => typeof name !== 'string')) {
      throw new ParquetFault('a column without type or name');
    }
    if (element.logical_type?.type === 'DECIMAL' && element.converted_type !== 'DECIMAL') {
      throw new ParquetFault('decimals in a form that hyparquet cannot read', 'decimals with their converted type');
    }
  }
  return leaves;
}

function checkChunk(meta: ColumnMetaData, leaf: Leaf, rows: number, fileBytes: number): CheckedChunk {
  const { element, path } = leaf;
  if (JSON.stringify(meta.path_in_schema) !== JSON.stringify(path) || meta.type !== element.type) {
    throw new ParquetFault('a column that is not the one of the schema');
  }
  const isNested = path.length > 1 || element.repetition_type === 'REPEATED';
  const values = count(meta.num_values, `num_values of ${path.join('.')}`, Number.MAX_SAFE_INTEGER);
  if (!isNested && values !== rows) {
    throw new ParquetFault(`${values} values of ${path.join('.')} where the row group has ${rows} rows`);
  }
  const start = count(meta.dictionary_page_offset || meta.data_page_offset, 'an offset', fileBytes);
  const length = count(meta.total_compressed_size, 'a size', fileBytes);
  if (start < FIRST_BYTE || start + length > fileBytes) throw new ParquetFault('a column outside the file');
  const uncompressedBytes = count(meta.total_uncompressed_size, 'a size after decompression', Number.MAX_SAFE_INTEGER);
  return { name: path[0], element, isNested, codec: meta.codec, start, end: start + length, values, uncompressedBytes };
}

function count(value: bigint | number | undefined, what: string, most: number, expected?: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0 && number <= most) return number;
  throw expected === undefined ? new ParquetFault(`${value} as ${what}`) : new ParquetFault(`${value}`, expected);
}
