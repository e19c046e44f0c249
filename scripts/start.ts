import { build } from './build.ts';
import { openDesktop } from './desktop/desktop.ts';
import { prepareBootAssets } from './setup/boot-assets.ts';

if (!build()) process.exit(1);
prepareBootAssets();
try {
  process.exit(await openDesktop());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
