/** `npm run build`: installs what is missing and builds every package. */
import { main, prepare } from './workspace.mjs';

await main(prepare);
