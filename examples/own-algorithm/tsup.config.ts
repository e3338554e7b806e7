import { library } from '../../tsup.base.ts';

export default library(['src/main.ts', 'src/method.ts'], { platform: 'node' });
