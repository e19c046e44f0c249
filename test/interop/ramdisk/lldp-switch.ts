import { once } from 'node:events';
import { createServer } from 'node:net';

export const switchedMac = '52:54:00:aa:00:02';
/** Of a machine on the switch's VLAN 100 that has the address 192.0.2.7. */
export const holderMac = '52:54:00:bb:00:01';

/**
 * A switch that says by LLDP who it is, each second, to the NIC of a QEMU machine on its port, and passes on the ARP answer of
 * a machine on VLAN 100. QEMU's `-netdev socket`:
 *
 *   | length of the frame u32be | Ethernet frame | …
 */
export async function openSwitch() {
  const server = createServer(socket => {
    const send = (frame: Buffer): void => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(frame.length);
      socket.write(Buffer.concat([length, frame]));
    };
    const speaking = setInterval(() => send(lldpFrame('Gi1/0/7')), 1000);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clearInterval(speaking));
    let received = Buffer.alloc(0);
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readUInt32BE()) {
        const end = 4 + received.readUInt32BE();
        const answer = arpAnswer(received.subarray(4, end));
        if (answer !== undefined) send(answer);
        received = received.subarray(end);
      }
    });
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

/**
 * What the machine on VLAN 100 answers to a frame (IEEE 802.1Q-2018 §9.6, RFC 826), if anything:
 *
 *   | to 6 | from 6 | 8100 | VLAN 2 | 0806 | ARP: 8 fixed, operation at 6 | sender MAC 6, IP 4 | target MAC 6, IP 4 |
 */
function arpAnswer(frame: Buffer): Buffer | undefined {
  const asked = '8100006408060001080006040001';
  const heldAddress = 'c0000207';
  if (frame.toString('hex', 12, 26) !== asked || frame.toString('hex', 42, 46) !== heldAddress) return;
  const mac = holderMac.replaceAll(':', '');
  const asker = frame.toString('hex', 6, 12);
  const told = `${asker}${mac}8100006408060001080006040002${mac}${heldAddress}${frame.toString('hex', 26, 36)}`;
  return Buffer.from(told, 'hex');
}
