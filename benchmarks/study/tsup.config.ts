import { library } from '../../tsup.base.ts';

export default library(['src/main.ts', 'src/worker.ts', 'src/record.ts'], { platform: 'node' });
