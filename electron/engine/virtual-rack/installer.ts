import type { AgentMachine } from './agent-task.ts';
import { withDisk } from './disk.ts';
import { bytesOf, send, textOf } from './http-client.ts';

/** Where each installer is told its answers: `inst.ks=`, `url=`, `autoyast=`, `ds=nocloud;s=`. */
function answersUrl(commandLine: ReadonlyMap<string, string>): string | undefined {
  const noCloud = /^nocloud;s=(.+)$/.exec(commandLine.get('ds') ?? '')?.[1];
  if (noCloud !== undefined) return `${noCloud}user-data`;
  return commandLine.get('inst.ks') ?? commandLine.get('autoyast') ?? commandLine.get('url');
}

export function isInstaller(commandLine: ReadonlyMap<string, string>): boolean {
  return !commandLine.has('rackside.url') && answersUrl(commandLine) !== undefined;
}

const sectorBytes = 512;
const phaseMs = 300;
const words = ['started', 'partitioned', 'packages', 'post'] as const;

/**
 * A distribution's installer, played: it fetches its answers, reports as the scripts in them do, and leaves a disk that
 * starts. What it installs is a boot sector.
 */
export async function playInstaller(
  machine: AgentMachine,
  commandLine: ReadonlyMap<string, string>,
): Promise<void> {
  const { address: localAddress, signal, disk } = machine;
  const url = answersUrl(commandLine) ?? '';
  const answers = await send(url, { localAddress, signal });
  const text = await textOf(answers);
  if (answers.statusCode !== 200 || text === '') throw new Error(`answers: HTTP ${answers.statusCode}`);
  const own = /^(.*\/install\/[^/]+)\//.exec(url)?.[1] ?? '';
  const report = async (word: string, detail = '') =>
    void (await bytesOf(
      await send(`${own}/progress/${word}?detail=${encodeURIComponent(detail)}`, { localAddress, signal }),
    ));
  for (const word of words) {
    await machine.wait(phaseMs, signal);
    if (machine.diskFails()) return report('failed', 'Input/output error');
    machine.say(`installer: ${word}`);
    await report(word);
  }
  const sector = Buffer.alloc(sectorBytes, 0x90);
  sector.writeUInt16LE(0xaa55, sectorBytes - 2);
  await withDisk(disk, file => file.write(sector, 0, sectorBytes, 0));
  await report('finished');
}
