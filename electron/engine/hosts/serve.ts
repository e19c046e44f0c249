import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger, type Logger, type LogLevel, logFile, logLevels } from '#engine/system/log.ts';
import { defaultDataDir } from '#shared/model/default-data-dir.ts';
import type { LoadEngine } from './command.ts';
import { takeDataDir } from './data-dir.ts';
import type { Engine } from './engine-interface.ts';
import { type HeadlessOptions, startHeadless } from './headless.ts';
import { isLoopback } from './http/same-origin.ts';
import { keyFromFile } from './key-file.ts';
import { logProcessFaults } from './process-faults.ts';
import { asUsageError, UsageError } from './usage-error.ts';

const help = `Usage: rackside serve [options]

Runs the engine and serves its page. Prints one JSON line when it is ready, and again after a restored backup:
  {"ready":true,"url":"http://127.0.0.1:PORT/#token=…","baseUrl":…,"token":…,"metricsToken":…}
Open url in a browser: what follows its # works once. token is for scripts:
  curl -H "Authorization: Bearer $token" -d '{}' $baseUrl/rpc/nodes/list
metricsToken opens GET /metrics for Prometheus, when the settings switch it on, and nothing else.

  --data DIR          where everything is stored (default ${ownDataDir()})
  --listen HOST:PORT  default 127.0.0.1:0; port 0 takes a free one. Anything but loopback wants TLS as well:
                      over plain HTTP whoever is on the wire can read and take over everything
  --token T           the token for scripts; better as RACKSIDE_TOKEN or in a file,
  --token-file FILE   because an argument list is visible to others (default: a random one)
  --tls-cert FILE     PEM; with --tls-key: HTTPS
  --tls-key FILE
  --host-name NAME    a DNS name by which browsers reach this machine; may be repeated
  --page DIR          the built page (default out/renderer of this checkout)
  --log-level LEVEL   ${logLevels.join(', ')} (default info); the file is DIR/logs/engine.log
`;

const optionTypes = {
  data: { type: 'string' },
  listen: { type: 'string', default: '127.0.0.1:0' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'host-name': { type: 'string', multiple: true, default: [] as string[] },
  page: { type: 'string' },
  'log-level': { type: 'string', default: 'info' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

interface ServeConfig {
  readonly dataDir: string;
  readonly level: LogLevel;
  readonly http: Omit<HeadlessOptions, 'handlers' | 'uploads' | 'metrics' | 'log'>;
}

export async function run(args: readonly string[], loadEngine: LoadEngine): Promise<number> {
  const config = readConfig(args, process.env);
  if (config === 'help') {
    process.stdout.write(help);
    return 0;
  }
  warnOffLoopback(config);
  const dataDir = takeDataDir(config.dataDir);
  const sink = logFile({ folder: path.join(dataDir.path, 'logs'), name: 'engine' });
  const log = createLogger({ sink, level: config.level });
  logProcessFaults(log);
  const stopped = stopSignal();
  const createEngine = await loadEngine();
  const { path: ownDir } = dataDir;
  try {
    let http = config.http;
    for (;;) {
      const { promise: restarted, resolve: restart } = Promise.withResolvers<'restart'>();
      const sealKey = keyFromFile(ownDir);
      const engine = await createEngine({ dataDir: ownDir, sealKey, log, restart: () => restart('restart') });
      const why = await serveUntil(engine, http, log, Promise.race([stopped, restarted]), address => {
        // The same door again: pages and scripts come back by what they have.
        http = { ...http, ...address };
      });
      if (why !== 'restart') return 0;
    }
  } finally {
    dataDir.release();
    log.info('stopped');
    sink.close();
  }
}

/** Serves this engine until `end`, and closes it. */
async function serveUntil<Why>(
  engine: Engine,
  http: ServeConfig['http'],
  log: Logger,
  end: Promise<Why>,
  onReady: (address: Pick<HeadlessOptions, 'listen'> & { readonly token: string }) => void,
): Promise<Why> {
  const { handlers, uploads, metrics } = engine;
  try {
    const host = await startHeadless({ ...http, handlers, uploads, metrics, log });
    const { url, baseUrl, token, metricsToken, port } = host;
    onReady({ token, listen: { host: http.listen.host, port } });
    log.info('ready', { baseUrl, pid: process.pid });
    process.stdout.write(`${JSON.stringify({ ready: true, url, baseUrl, token, metricsToken })}\n`);
    const why = await end;
    log.info('stopping', { why });
    await host.close();
    return why;
  } finally {
    await engine.close();
  }
}

export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv): ServeConfig | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const level = logLevels.find(known => known === values['log-level']);
  if (level === undefined) throw new UsageError(`--log-level is one of ${logLevels.join(', ')}`);
  const listen = parseListen(values.listen);
  const tls = readTls(values['tls-cert'], values['tls-key']);
  const token = readToken(values.token, values['token-file'], env['RACKSIDE_TOKEN']);
  return {
    dataDir: path.resolve(values.data ?? ownDataDir()),
    level,
    http: {
      listen,
      pageDir: path.resolve(values.page ?? defaultPageDir()),
      hostNames: values['host-name'].map(name => name.toLowerCase()),
      ...(tls === undefined ? {} : { tls }),
      ...(token === undefined ? {} : { token }),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: optionTypes, allowPositionals: false }).values;
  } catch (error) {
    throw asUsageError(error);
  }
}

/** `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`. */
function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) throw new UsageError(`--listen takes HOST:PORT, not ${text}`);
  return { host, port };
}

function readTls(certFile: string | undefined, keyFile: string | undefined) {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw new UsageError('--tls-cert and --tls-key go together');
  return { cert: readText(certFile), key: readText(keyFile) };
}

function readToken(argument: string | undefined, file: string | undefined, fromEnv: string | undefined) {
  const token = argument ?? (file === undefined ? fromEnv : readText(file).trim());
  if (token === '') throw new UsageError('the token is empty');
  if (token !== undefined && !/^[\x21-\x7e]{1,1000}$/.test(token))
    throw new UsageError('the token has characters that no HTTP header can carry');
  return token;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
  }
}

function ownDataDir(): string {
  return defaultDataDir({ platform: process.platform, env: process.env, home: os.homedir() });
}

function defaultPageDir(): string {
  return path.join(import.meta.dirname, '..', '..', '..', 'out', 'renderer');
}

function warnOffLoopback({ http }: ServeConfig): void {
  if (isLoopback(http.listen.host) || http.tls !== undefined) return;
  process.stderr.write(
    [
      `rackside serve: WARNING: plain HTTP on ${http.listen.host}, which others can reach:`,
      'rackside serve: WARNING: whoever is on the wire can read and take over everything.',
      'rackside serve: WARNING: use --tls-cert and --tls-key, or loopback and an SSH tunnel.\n',
    ].join('\n'),
  );
}

/** The first SIGINT or SIGTERM ends in good order, the second at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.on(signal, () => process.exit(130));
      });
    }
  });
}
