/** Who reaches the HTTP server of a wire. Peer: curl, in network namespaces. */
import { resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStage, type Stage } from '../dhcp/stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.remove());

it('the HTTP server of a wire answers machines of that wire, and nobody who comes in by another one', async () => {
  const [laptop, rack, office] = await Promise.all(['laptop', 'rack', 'office'].map(stage.namespace));
  if (laptop === undefined || rack === undefined || office === undefined) throw new Error('no namespaces');
  await stage.wire(
    { namespace: laptop, name: 'eth0', address: '10.70.0.1/24' },
    { namespace: rack, name: 'eth0', address: '10.70.0.9/24' },
  );
  await stage.wire(
    { namespace: laptop, name: 'eth1', address: '10.71.0.1/24' },
    { namespace: office, name: 'eth0', address: '10.71.0.9/24' },
  );
  // The kernel answers for an address on whichever interface a packet for it comes in.
  await stage.run(office, 'ip', 'route', 'add', '10.70.0.1/32', 'via', '10.71.0.1');
  const program = resolve(import.meta.dirname, 'wire-server-process.ts');
  const server = stage.start(laptop, process.execPath, program, 'eth0', '10.70.0.1', '8080');
  const line = await server.until('it listens', text => text.startsWith('listening'));
  expect(line).toBe('listening on 10.70.0.1:8080, lacks 0');

  const curl = (from: string) => stage.run(from, 'curl', '-s', '--max-time', '10', 'http://10.70.0.1:8080/');
  expect(await curl(rack)).toMatchObject({ code: 0, stdout: 'hello 10.70.0.9' });
  // 7: the connection is refused.
  expect(await curl(office)).toMatchObject({ code: 7, stdout: '' });
});
