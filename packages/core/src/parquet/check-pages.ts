import { crc32 } from 'node:zlib';
import type { PageHeader } from 'hyparquet';
import type { parquetHeader as ParquetHeader } from 'hyparquet/src/column.js';
import type { CheckedChunk } from './check-metadata.js';
import { ParquetFault } from './parquet-fault.js';

/** Maximum expansion of Snappy: 64 bytes from three. */
const SNAPPY_EXPANSION = 22;
/** Bytes of headers that the sizes of a column do not include. */
const HEADER_SLACK = 1024;

/**
 * Checks the sizes and counts of the pages of a column chunk against the metadata, and their checksums if they have
 * them.
 * @param bytes the column chunk.
 * @throws {ParquetFault} if one does not match.
 */
export function checkPages(bytes: ArrayBuffer, chunk: CheckedChunk, parquetHeader: typeof ParquetHeader): void {
  const reader = { view: new DataView(bytes), offset: 0 };
  let values = 0;
  let uncompressed = 0;
  while (reader.offset < bytes.byteLength) {
    const before = reader.offset;
    const header = parquetHeader(reader);
    const size = header.compressed_page_size;
    const end = reader.offset + size;
    if (!(Number.isSafeInteger(size) && size >= 0 && end <= bytes.byteLength)) {
      throw new ParquetFault(`a page of ${size} bytes in a column of ${bytes.byteLength}`);
    }
    const page = new Uint8Array(bytes, reader.offset, size);
    checkSize(header, chunk);
    if (header.crc !== undefined && header.crc >>> 0 !== crc32(page)) {
      throw new ParquetFault(`a page of ${chunk.name} that does not match its checksum`);
    }
    uncompressed += header.uncompressed_page_size + reader.offset - before;
    values += valuesOf(header);
    if (values > chunk.values || uncompressed > chunk.uncompressedBytes + HEADER_SLACK) {
      throw new ParquetFault(`pages of ${chunk.name} that hold more than the file says`);
    }
    reader.offset = end;
  }
  if (values !== chunk.values) {
    throw new ParquetFault(`${values} values of ${chunk.name} in its pages where the file says ${chunk.values}`);
  }
}

function checkSize(
  { uncompressed_page_size: size, compressed_page_size }: PageHeader,
  { codec, name }: CheckedChunk,
): void {
  const most =
    codec === 'SNAPPY'
      ? SNAPPY_EXPANSION * compressed_page_size + HEADER_SLACK
      : codec === 'UNCOMPRESSED'
        ? compressed_page_size
        : Number.MAX_SAFE_INTEGER;
  if (Number.isSafeInteger(size) && size >= 0 && size <= most) return;
  throw new ParquetFault(`a page of ${name} of ${size} bytes after decompression and ${compressed_page_size} before`);
}

/** Number of values of a page. */
function valuesOf(header: PageHeader): number {
  if (header.type === 'DICTIONARY_PAGE') return 0;
  const { type, data_page_header, data_page_header_v2: v2 } = header;
  if (type !== 'DATA_PAGE' && type !== 'DATA_PAGE_V2') throw new ParquetFault(`a page of type ${type}`);
  const values = type === 'DATA_PAGE' ? data_page_header?.num_values : v2?.num_values;
  if (values === undefined || !Number.isSafeInteger(values) || values < 0) {
    throw new ParquetFault(`a page of ${values} values`);
  }
  return values;
}
