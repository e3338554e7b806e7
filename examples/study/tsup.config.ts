import { library } from '../../tsup.base.ts';

export default library(['src/main.ts', 'src/worker.ts'], { platform: 'node' });
