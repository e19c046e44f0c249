/** What an installer sends to our syslog port, whole and in the form of test/fixtures/installer-logs: each run leaves a recording. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Laptop } from './laptop.ts';
import { insideNamespace, provisioner } from './namespaces.ts';
import { startService } from './program.ts';
import type { LabRun } from './run.ts';

/** The file is `<name>.log` in the run's folder once the run has ended, however it ends. */
export async function recordSyslog(run: LabRun, { rack, product }: Laptop, name: string): Promise<void> {
  const { syslogPort } = await product.call.settings.get({});
  const pcap = join(run.directory, `${name}.pcap`);
  const tcpdump = ['tcpdump', '-U', '-n', '-s', '0', '-i', provisioner.interfaceName, '-w', pcap] as const;
  const command = [...tcpdump, `udp dst port ${syslogPort}`] as const;
  const sniffer = startService(insideNamespace(rack.network.provisionerNamespace, command), {
    logFile: join(run.directory, 'tcpdump.log'),
  });
  run.atEnd('the recording of syslog', async () => {
    await sniffer.stop();
    await writeFile(join(run.directory, `${name}.log`), recordedLog(await readFile(pcap)));
  });
}

/** Of a capture as tcpdump keeps it (draft-ietf-opsawg-pcap: microseconds, Ethernet), a line for each syslog message. */
export function recordedLog(pcap: Buffer): string {
  const lines: string[] = [];
  let startSeconds: number | undefined;
  for (let at = 24; at + 16 <= pcap.length; ) {
    const seconds = pcap.readUInt32LE(at) + pcap.readUInt32LE(at + 4) / 1e6;
    const end = at + 16 + pcap.readUInt32LE(at + 8);
    const message = end <= pcap.length ? messageOf(pcap.subarray(at + 16, end)) : undefined;
    at = end;
    if (message === undefined) continue;
    startSeconds ??= seconds;
    lines.push(`${(seconds - startSeconds).toFixed(1)} ${message}\n`);
  }
  return lines.join('');
}

/** Undefined: nothing of syslog, or a part of a datagram. */
function messageOf(frame: Buffer): string | undefined {
  const ip = frame.subarray(14);
  if (frame.length < 34 || frame.readUInt16BE(12) !== 0x0800 || ip[9] !== 17) return undefined;
  const isFragment = (ip.readUInt16BE(6) & 0x3fff) !== 0;
  const udp = ip.subarray(((ip[0] ?? 0) & 0x0f) * 4);
  if (isFragment || udp.length < 8) return undefined;
  const text = udp.subarray(8, udp.readUInt16BE(4)).toString('utf8');
  return text.startsWith('<') ? text.replaceAll(/[\0\r\n]+/g, ' ').trimEnd() : undefined;
}
