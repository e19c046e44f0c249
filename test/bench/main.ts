/** `npm run bench -- NAME… [--json]`: measures ours beside its peers. Installs nothing. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findUnpackedPrograms } from '#scripts/setup/unpacked-packages.ts';
import type { BenchRow } from './bench-row.ts';

interface Bench {
  readonly about: string;
  /** Programs that it starts, with the Debian package of each. */
  readonly programs: Readonly<Record<string, string>>;
  readonly load: () => Promise<{ readonly run: () => Promise<BenchRow[]> }>;
}

const benches: Readonly<Record<string, Bench>> = {
  tftp: {
    about: 'throughput beside tftpd-hpa, dnsmasq and atftpd, 1 and 50 clients (root)',
    programs: {
      'in.tftpd': 'tftpd-hpa',
      dnsmasq: 'dnsmasq-base',
      curl: 'curl',
      atftp: 'atftp',
      atftpd: 'atftpd',
      ip: 'iproute2',
    },
    load: () => import('./tftp.ts'),
  },
  http: {
    about: 'throughput and CPU beside nginx, 1 and 32 clients',
    programs: { nginx: 'nginx-light', curl: 'curl' },
    load: () => import('./http.ts'),
  },
  dhcp: {
    about: 'addresses a second and their time beside dnsmasq, 1 and 50 clients (root)',
    programs: { dnsmasq: 'dnsmasq-base', ip: 'iproute2' },
    load: () => import('./dhcp.ts'),
  },
  ipmi: {
    about: 'polling of BMCs beside ipmipower and ipmitool',
    programs: { ipmipower: 'freeipmi-tools', ipmitool: 'ipmitool' },
    load: () => import('./ipmi.ts'),
  },
  'console-latency': {
    about: 'from a key to its echo through SOL beside ipmitool and ipmiconsole (root)',
    programs: {
      ipmi_sim: 'openipmi',
      ipmitool: 'ipmitool',
      ipmiconsole: 'freeipmi-tools',
      python3: 'python3',
    },
    load: () => import('./console-latency.ts'),
  },
  health: {
    about: 'health of 200 BMCs each minute beside ipmi-sensors',
    programs: { 'ipmi-sensors': 'freeipmi-tools' },
    load: () => import('./health.ts'),
  },
  'consoles-100': {
    about: '100 consoles at full 115,200 bit/s for a minute, each byte compared, beside ipmitool',
    programs: { ipmitool: 'ipmitool', python3: 'python3' },
    load: () => import('./consoles-100.ts'),
  },
  'boot-storm': {
    about: '1,000 machines that boot within a minute, on one engine; no peer does this',
    programs: { setpriv: 'util-linux' },
    load: () => import('./boot-storm.ts'),
  },
  'page-start': {
    about: 'first paint and time to interactive from rackside serve, without servers and with 5,000',
    programs: { chromium: 'chromium', setpriv: 'util-linux' },
    load: () => import('./page-start.ts'),
  },
  'page-scroll': {
    about: 'scrolling 5,000 servers beside the example of TanStack Virtual and a plain table',
    programs: { chromium: 'chromium', setpriv: 'util-linux' },
    load: () => import('./page-scroll.ts'),
  },
  'page-events': {
    about: 'from an event in the engine to the screen with 200 deployments; no peer does this',
    programs: { chromium: 'chromium' },
    load: () => import('./page-events.ts'),
  },
  'page-heap': {
    about: "memory of the page after hours of 200 deployments' events; no peer does this",
    programs: { chromium: 'chromium' },
    load: () => import('./page-heap.ts'),
  },
};

findUnpackedPrograms();
process.exit(await main(process.argv.slice(2)));

/** 0: all of them ran. 1: one could not. 2: a wrong command line. */
async function main(args: readonly string[]): Promise<number> {
  let given: { readonly names: readonly string[]; readonly json: boolean };
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    given = { names: positionals, json: values.json };
  } catch (error) {
    return complain(2, messageOf(error));
  }
  if (given.names.length === 0) {
    process.stdout.write('npm run bench -- NAME… [--json]\n');
    for (const [name, { about }] of Object.entries(benches))
      process.stdout.write(`  ${name.padEnd(17)}${about}\n`);
    return 0;
  }
  const unknown = given.names.filter(name => benches[name] === undefined);
  if (unknown.length > 0) return complain(2, `there is no bench ${unknown.join(', ')}`);
  const missing = missingPackages(given.names);
  if (missing.length > 0) {
    const names = missing.join(' ');
    return complain(1, `Debian packages are missing: ${names}; apt-get install ${names}`);
  }
  return runAll(given.names, given.json);
}

async function runAll(names: readonly string[], json: boolean): Promise<number> {
  const rows: BenchRow[] = [];
  for (const name of names) {
    try {
      const measured = (await (await benches[name]?.load())?.run()) ?? [];
      rows.push(...measured);
      if (json) for (const row of measured) process.stdout.write(`${JSON.stringify(row)}\n`);
    } catch (error) {
      return complain(1, `${name}: ${messageOf(error)}`);
    }
  }
  if (!json) process.stdout.write(table(rows));
  return 0;
}

function missingPackages(names: readonly string[]): string[] {
  // Servers are in sbin, which is not in everybody's PATH.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const wanted = names.flatMap(name => Object.entries(benches[name]?.programs ?? {}));
  const missing = wanted.filter(([program]) => !folders.some(folder => existsSync(join(folder, program))));
  return [...new Set(missing.map(([, debianPackage]) => debianPackage))];
}

function table(rows: readonly BenchRow[]): string {
  const lines = [
    ['bench', 'case', 'unit', 'ours', 'peer', '', 'ratio', 'runs'],
    ...rows.map(row => [
      row.bench,
      row.case,
      row.unit,
      figure(row.ours),
      row.peer === null ? '-' : figure(row.peer),
      row.peerName,
      row.ratio === null ? '-' : row.ratio.toFixed(2),
      String(row.runs),
    ]),
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map(cells => cells[column]?.length ?? 0)));
  const isNumber = [3, 4, 6, 7];
  const padded = (cell: string, column: number) => {
    const width = widths?.[column] ?? 0;
    return isNumber.includes(column) ? cell.padStart(width) : cell.padEnd(width);
  };
  return lines.map(cells => `${cells.map(padded).join('  ').trimEnd()}\n`).join('');
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function complain(code: number, message: string): number {
  process.stderr.write(`bench: ${message}\n`);
  return code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
