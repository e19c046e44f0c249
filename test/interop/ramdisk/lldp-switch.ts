import { once } from 'node:events';
import { createServer } from 'node:net';

export const switchedMac = '52:54:00:aa:00:02';

/**
 * A switch that says by LLDP who it is, each second, to the NIC of a QEMU machine on its port. QEMU's `-netdev socket`:
 *
 *   | length of the frame u32be | Ethernet frame | …
 */
export async function openSwitch() {
  const frame = lldpFrame('Gi1/0/7');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(frame.length);
  const server = createServer(socket => {
    const speaking = setInterval(() => socket.write(Buffer.concat([length, frame])), 1000);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clearInterval(speaking));
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return {
    options: ['-netdev', `socket,id=port7,connect=127.0.0.1:${address.port}`],
    nic: [`e1000,netdev=port7,mac=${switchedMac},romfile=`],
    close: () => void server.close(),
  };
}

/** IEEE 802.1AB-2016 §8: chassis by MAC, port by interface name, system name; 802.1Q's Port VLAN ID 100. */
export function lldpFrame(port: string): Buffer {
  const tlv = (type: number, value: Buffer): Buffer =>
    Buffer.concat([Buffer.from([(type << 1) | (value.length >> 8), value.length & 0xff]), value]);
  return Buffer.concat([
    Buffer.from('0180c200000e00112233445588cc', 'hex'),
    tlv(1, Buffer.from('04001122334455', 'hex')),
    tlv(2, Buffer.from(`\x05${port}`)),
    tlv(3, Buffer.from([0, 120])),
    tlv(5, Buffer.from('tor-1')),
    tlv(127, Buffer.from('0080c2010064', 'hex')),
    tlv(0, Buffer.alloc(0)),
  ]);
}
