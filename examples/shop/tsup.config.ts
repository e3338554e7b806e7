import { library } from '../../tsup.base.ts';

export default library(['src/pretrain.ts'], { platform: 'node' });
