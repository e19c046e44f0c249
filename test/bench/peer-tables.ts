/** The peers of our rack's table: a server of two pages with the same texts. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { serverNumbered } from './many-servers.ts';

export interface PeerTables {
  readonly virtualUrl: string;
  readonly plainUrl: string;
  close(): Promise<void>;
}

export async function servePeerTables(rowCount: number): Promise<PeerTables> {
  const outDir = await mkdtemp(join(tmpdir(), 'rk-bench-peers-'));
  const entry = join(import.meta.dirname, 'peer-virtual-page.ts');
  await build({
    configFile: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { outDir, emptyOutDir: true, lib: { entry, formats: ['es'], fileName: () => 'virtual.js' } },
  });
  await writeFile(join(outDir, 'rows.json'), JSON.stringify(textsOfRows(rowCount)));
  await writeFile(join(outDir, 'plain.html'), plainPage(textsOfRows(rowCount)));
  await writeFile(
    join(outDir, 'virtual.html'),
    page('<div id="root"></div><script type="module" src="virtual.js"></script>'),
  );
  const types: Readonly<Record<string, string>> = {
    html: 'text/html; charset=utf-8',
    js: 'text/javascript',
    json: 'application/json',
  };
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    readFile(join(outDir, name)).then(
      content => {
        response.writeHead(200, { 'content-type': types[name.split('.')[1] ?? ''] ?? '' });
        response.end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    virtualUrl: `http://127.0.0.1:${port}/virtual.html`,
    plainUrl: `http://127.0.0.1:${port}/plain.html`,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await rm(outDir, { recursive: true });
    },
  };
}

/** What our table says of each server at this width. */
function textsOfRows(count: number): readonly (readonly string[])[] {
  return Array.from({ length: count }, (_, index) => {
    const { name, bmc, inventory, powerState, provisionState } = serverNumbered(index + 1, Date.now());
    const gibibytes = (inventory?.memoryBytes ?? 0) / 1024 ** 3;
    return [
      name,
      bmc?.address ?? '',
      inventory?.system.product ?? '',
      `${inventory?.cpu.cores} cores · ${gibibytes} GiB · 240 GB + 1.92 TB + 2 GB`,
      '●●○○',
      powerState,
      provisionState,
      'BMC answers: Dell Inc., firmware 2.86 · 1 min ago',
    ];
  });
}

const columnsStyle = '38px 150px 108px 126px 1fr 68px 98px 172px 1fr';

function page(body: string): string {
  return `<!doctype html><html lang="en"><title>peer</title><style>
    body { margin: 0; font: 13px sans-serif; }
    #scroller { height: 560px; overflow: auto; contain: strict; }
    .row, tr { display: grid; grid-template-columns: ${columnsStyle}; height: 34px; align-items: center; }
    .row > *, td { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; padding: 0 8px; }
  </style><body>${body}`;
}

function plainPage(rows: readonly (readonly string[])[]): string {
  const cells = (texts: readonly string[]) => ['', ...texts].map(text => `<td>${text}</td>`).join('');
  const lines = rows.map(texts => `<tr>${cells(texts)}</tr>`).join('');
  return page(`<div id="scroller"><table><tbody>${lines}</tbody></table></div>`);
}
