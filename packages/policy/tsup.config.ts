import { library } from '../../tsup.base.ts';

export default library({
  index: 'src/index.ts',
  bandits: 'src/learners/bandits/index.ts',
  catalogue: 'src/catalogue/index.ts',
  offline: 'src/learners/offline/index.ts',
  testing: 'src/conformance/index.ts',
  tfjs: 'src/tfjs/index.ts',
  weights: 'src/persistence/weights/index.ts',
  'weights-file': 'src/persistence/weights-file/index.ts',
  'checkpoint-file': 'src/persistence/checkpoint-file/index.ts',
});
