import { library } from '../../tsup.base.ts';

export default library([
  'src/index.ts',
  'src/files.ts',
  'src/linear-algebra.ts',
  'src/log.ts',
  'src/log/csv.ts',
  'src/log/parquet.ts',
  'src/parquet.ts',
  'src/parquet-process.ts',
  'src/retry.ts',
  'src/testing.ts',
]);
