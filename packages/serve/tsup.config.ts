import { library } from '../../tsup.base.ts';
import { buildSite } from './site.config.ts';

export default library(
  {
    index: 'src/index.ts',
    client: 'src/client/index.ts',
    cli: 'src/server/main.ts',
    'learner-worker': 'src/server/learner-worker.ts',
    http: 'src/http/index.ts',
    file: 'src/file/index.ts',
    testing: 'src/conformance/index.ts',
    jetstream: 'src/jetstream/index.ts',
  },
  { platform: 'node', onSuccess: () => buildSite('dist/pages') },
);
