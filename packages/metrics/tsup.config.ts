import { library } from '../../tsup.base.ts';

export default library([
  'src/index.ts',
  'src/cli.ts',
  'src/beyond-accuracy/index.ts',
  'src/conformance/index.ts',
  'src/loggers/index.ts',
  'src/logs/index.ts',
  'src/ope/index.ts',
  'src/ranking/index.ts',
  'src/report/index.ts',
  'src/runs/index.ts',
  'src/sequential/index.ts',
  'src/streaming/index.ts',
  'src/logs/parquet.ts',
]);
