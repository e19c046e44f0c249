import { delimiter, join } from 'node:path';
import { build } from '#scripts/build.ts';

const tools = join(import.meta.dirname, '..', '..', 'node_modules', '.bin');

/** Builds the page when it is older than its sources: a browser test must never look at yesterday's page. */
// biome-ignore lint/style/noDefaultExport: Playwright takes a global set-up as default export only
export default function buildPage(): void {
  process.env['PATH'] = `${tools}${delimiter}${process.env['PATH'] ?? ''}`;
  if (!build()) throw new Error('the page does not build');
}
