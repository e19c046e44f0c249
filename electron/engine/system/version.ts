import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutRoot } from './boot-assets.ts';

/** Of this program, as its manifest says: in a package that lies beside the code too. */
export function programVersion(from = import.meta.dirname): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(checkoutRoot(from), 'package.json'), 'utf8'));
    const { version } = manifest as { version?: unknown };
    return typeof version === 'string' ? version : 'unknown';
  } catch {
    return 'unknown'; // the version is for reading only
  }
}
