import { library } from '../../tsup.base.ts';

export default library(['src/index.ts', 'src/embeddings.ts', 'src/kernels.ts', 'src/run-command.ts'], {
  platform: 'node',
});
