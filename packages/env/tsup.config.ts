import { library } from '../../tsup.base.ts';

export default library([
  'src/index.ts',
  'src/conformance/index.ts',
  'src/environments/index.ts',
  // Each reader is an entry point of its own: @ialp/env/datasets/<name>.
  'src/datasets/readers/!(*.test).ts',
  'src/datasets/splits.ts',
  'src/download/index.ts',
  'src/models/factorization/index.ts',
  'src/logs/index.ts',
  'src/logs/parquet.ts',
  'src/models/files/index.ts',
]);
