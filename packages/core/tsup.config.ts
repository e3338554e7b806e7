import { library } from '../../tsup.base.ts';

export default library([
  'src/index.ts',
  'src/checkpoint/index.ts',
  'src/files/index.ts',
  'src/linear-algebra/index.ts',
  'src/log/index.ts',
  'src/log/csv.ts',
  'src/log/parquet.ts',
  'src/parquet/index.ts',
  'src/parquet/process.ts',
  'src/retry/index.ts',
  'src/conformance/index.ts',
]);
