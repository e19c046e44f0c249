import { parseArgs } from 'node:util';
import type { VirtualBmc } from '#engine/net/ipmi/bmc/bmc.ts';
import { createVirtualBmc } from '#engine/net/ipmi/bmc/bmc.ts';
import { startBmcServer } from '#engine/net/ipmi/bmc/server.ts';
import { createOurSerial } from './our-serial.ts';

/**
 * Virtual BMCs in a process of their own: `node serve-bmcs.ts --address 127.0.0.1 --port 0 --count 200`.
 * Prints one JSON line with their ports and runs until its stdin ends. Their serial lines send back what they hear.
 */
const { values } = parseArgs({
  options: {
    address: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    count: { type: 'string', default: '1' },
  },
});

function machine(): VirtualBmc {
  let power: 'on' | 'off' = 'on';
  const serial = createOurSerial();
  serial.echo = true;
  return createVirtualBmc({
    serial: serial.port,
    accounts: [{ id: 2, name: 'admin', password: 'labpass' }],
    chassis: {
      power: () => power,
      control(action) {
        power = action === 'off' || action === 'soft' ? 'off' : 'on';
        return 'accepted';
      },
      identify: () => undefined,
    },
  });
}

const ports: number[] = [];
for (let index = 0; index < Number(values.count); index += 1) {
  const server = await startBmcServer({ bmc: machine(), address: values.address, port: Number(values.port) });
  ports.push(server.port);
}
console.log(JSON.stringify({ ready: true, ports }));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
