import { library } from '../../tsup.base.ts';

export default library([
  'src/index.ts',
  'src/cli.ts',
  'src/loggers.ts',
  'src/logs.ts',
  'src/logs/parquet.ts',
  'src/report.ts',
  'src/testing.ts',
]);
