import { build } from './build.ts';
import { openDesktop } from './desktop/desktop.ts';

if (!build()) process.exit(1);
try {
  process.exit(await openDesktop());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
