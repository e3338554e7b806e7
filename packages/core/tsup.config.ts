import { library } from '../../tsup.base.ts';

export default library([
  'src/index.ts',
  'src/files.ts',
  'src/linear-algebra.ts',
  'src/parquet.ts',
  'src/parquet-process.ts',
  'src/retry.ts',
  'src/testing.ts',
]);
