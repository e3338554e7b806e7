import { library } from '../../tsup.base.ts';

export default library({
  index: 'src/index.ts',
  testing: 'src/testing.ts',
  tfjs: 'src/tfjs/index.ts',
  weights: 'src/weights-file/index.ts',
  'weights-file': 'src/weights-file/node.ts',
  'checkpoint-file': 'src/checkpoint-file/index.ts',
});
