import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyslogMessage } from '#engine/net/syslog/message.ts';
import { eventually } from '#test/fixtures/net/eventually.ts';
import { loopback } from '#test/fixtures/net/tftp-on-loopback.ts';
import { type SyslogOnLoopback, syslogOnLoopback } from '#test/fixtures/syslog/syslog-on-loopback.ts';
import { runProgram, startService } from '#test/lab/program.ts';

let folder: string;
let running: SyslogOnLoopback;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rk-syslog-'));
  running = await syslogOnLoopback();
});
afterEach(async () => {
  await running.server.close();
  await rm(folder, { recursive: true });
});

/** What arrived by one transport, in order. */
function messages(transport: 'udp' | 'tcp'): SyslogMessage[] {
  return running.received.filter(received => received.transport === transport).map(({ message }) => message);
}

describe('logger of util-linux', () => {
  const log = (...args: readonly string[]) =>
    runProgram('logger', ['--server', loopback, '--tag', 'installer', '--priority', 'local1.err', ...args]);
  const udp = () => ['--udp', '--port', String(running.udpPort)];
  const tcp = () => ['--tcp', '--port', String(running.tcpPort)];
  const common = {
    facility: 17,
    severity: 3,
    hostName: hostname().split('.')[0],
    appName: 'installer',
    processId: expect.stringMatching(/^\d+$/),
    text: 'writing päckages: 7 of 9',
    isCut: false,
  };

  it.each(['udp', 'tcp'] as const)('RFC 3164 by %s', async transport => {
    await log('--rfc3164', '--id', ...(transport === 'udp' ? udp() : tcp()), common.text);
    await eventually(() => expect(messages(transport)).toHaveLength(1));
    expect(messages(transport)[0]).toMatchObject({
      ...common,
      form: 'rfc3164',
      timestamp: expect.stringMatching(/^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d$/),
    });
  });

  it.each<['udp' | 'tcp', string[]]>([
    ['udp', []],
    ['tcp', []],
    ['tcp', ['--octet-count']],
  ])('RFC 5424 by %s %j, with its structured data', async (transport, framing) => {
    const data = ['--sd-id', 'rack@32473', '--sd-param', 'slot="7"', '--msgid', 'PKG'];
    const where = transport === 'udp' ? udp() : tcp();
    await log('--rfc5424', '--id', ...data, ...where, ...framing, common.text);
    await eventually(() => expect(messages(transport)).toHaveLength(1));
    expect(messages(transport)[0]).toMatchObject({
      ...common,
      form: 'rfc5424',
      hostName: hostname(),
      messageId: 'PKG',
      structuredData: [{ id: 'timeQuality' }, { id: 'rack@32473', parameters: [['slot', '7']] }],
    });
  });

  it('a file of lines on one counted connection, in their order', async () => {
    const lines = Array.from({ length: 200 }, (_, index) => `Unpacking package-${index} …`);
    await writeFile(join(folder, 'lines'), `${lines.join('\n')}\n`);
    await log('--rfc5424', '--octet-count', ...tcp(), '--file', join(folder, 'lines'));
    await eventually(() => expect(messages('tcp')).toHaveLength(lines.length));
    expect(messages('tcp').map(({ text }) => text)).toEqual(lines);
  });
});

/**
 * syslogd's socket is /dev/log, so it gets a /dev of its own: nothing may appear in this machine's. Debian's installer has
 * this very sender, started with these options when the kernel's command line has `log_host` and `log_port`.
 */
it('busybox syslogd -R, as Debian’s installer starts it', async () => {
  const script = [
    'mount -t tmpfs none /dev',
    // The shell opens it for what runs in the background.
    ': > /dev/null',
    `busybox syslogd -n -S -O /dev/out -L -R ${loopback}:${running.udpPort} & pid=$!`,
    'while [ ! -S /dev/log ]; do sleep 0.05; done',
    'busybox logger -t main-menu -p user.info "INFO: Menu item selected"',
    'while ! grep -q selected /dev/out; do sleep 0.05; done',
    'kill $pid',
  ].join('\n');
  await runProgram('unshare', ['--map-root-user', '--mount', 'sh', '-ec', script], { timeoutMs: 30_000 });
  await eventually(() => expect(messages('udp').some(({ appName }) => appName === 'main-menu')).toBe(true));
  expect(messages('udp').find(({ appName }) => appName === 'main-menu')).toMatchObject({
    form: 'rfc3164',
    facility: 1,
    severity: 6,
    hostName: undefined,
    text: 'INFO: Menu item selected',
  });
});

/** Anaconda writes such a line into rsyslog's configuration for `inst.syslog=` (`*.* @@host:port`). */
describe('rsyslogd that forwards', () => {
  async function forward(action: string, lines: readonly string[]): Promise<void> {
    const socket = join(folder, 'log');
    const configuration = [
      `global(workDirectory="${folder}")`,
      'module(load="imuxsock" SysSock.Use="off")',
      `input(type="imuxsock" Socket="${socket}")`,
      action,
    ].join('\n');
    await writeFile(join(folder, 'rsyslog.conf'), `${configuration}\n`);
    const { stdout } = await runProgram('which', ['rsyslogd']);
    const [modules] = globSync(join(dirname(stdout.trim()), '../lib/*/rsyslog'));
    const files = ['-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid'), '-M', String(modules)];
    const service = startService(['rsyslogd', '-n', ...files], { logFile: join(folder, 'rsyslogd.out') });
    try {
      await eventually(() => expect(globSync(socket)).toHaveLength(1));
      for (const line of lines)
        await runProgram('logger', [
          '--socket',
          socket,
          '--tag',
          'anaconda',
          '--priority',
          'local1.info',
          line,
        ]);
      await eventually(() => expect(running.received.length).toBeGreaterThanOrEqual(lines.length));
    } finally {
      await service.stop();
    }
  }

  const lines = ['packaging: Installing kernel (1/2)', 'packaging: Installing bash (2/2)'];
  const where = (transport: 'udp' | 'tcp') =>
    `${loopback}:${transport === 'udp' ? running.udpPort : running.tcpPort}`;

  it.each([
    ['@', 'udp', 'rfc3164'],
    ['@@', 'tcp', 'rfc3164'],
    ['@@(o)', 'tcp', 'rfc3164'],
    ['@', 'udp', 'rfc5424'],
    ['@@(o)', 'tcp', 'rfc5424'],
  ] as const)('with %s (%s) in %s', async (how, transport, form) => {
    const template = form === 'rfc5424' ? ';RSYSLOG_SyslogProtocol23Format' : ';RSYSLOG_ForwardFormat';
    await forward(`*.* ${how}${where(transport)}${template}`, lines);
    const sent = messages(transport).filter(({ appName }) => appName === 'anaconda');
    expect(sent.map(({ text }) => text)).toEqual(lines);
    expect(sent[0]).toMatchObject({
      form,
      facility: 17,
      severity: 6,
      hostName: hostname().split('.')[0],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+[+-]\d\d:\d\d$/),
    });
  });
});
