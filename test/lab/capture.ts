/** What a wire of the laptop's saw, as tcpdump keeps it. */
import { join } from 'node:path';
import { insideNamespace } from './namespaces.ts';
import { runProgram, startService } from './program.ts';
import type { Rack } from './rack.ts';
import type { LabRun } from './run.ts';

export type Capture = {
  /** Ends the capture at its first call, then counts what fits a filter of pcap-filter(7). */
  readonly framesOf: (filter: string) => Promise<number>;
};

export function openCapture(run: LabRun, rack: Rack, interfaceName: string): Capture {
  const file = join(run.directory, `${interfaceName}.pcap`);
  const tcpdump = ['tcpdump', '-U', '-n', '-s', '128', '-i', interfaceName, '-w', file];
  const sniffer = startService(insideNamespace(rack.network.provisionerNamespace, tcpdump), {
    logFile: join(run.directory, 'tcpdump.log'),
  });
  run.atEnd('tcpdump', () => sniffer.stop());
  const framesOf = async (filter: string): Promise<number> => {
    await sniffer.stop();
    const { stdout } = await runProgram('tcpdump', ['-n', '-r', file, filter]);
    return stdout.split('\n').filter(line => line !== '').length;
  };
  return { framesOf };
}
