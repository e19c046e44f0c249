/**
 * `node talking-bmcs-process.ts COUNT BYTES_A_SECOND SECONDS`: virtual BMCs whose machines talk at the pace of a serial line
 * once they are typed at. Prints a line of JSON with the ports, and one with what each machine said when all are done; ends
 * with its standard input.
 */
import { createHash } from 'node:crypto';
import { createVirtualBmc } from '#engine/net/ipmi/bmc/bmc.ts';
import type { SerialPort } from '#engine/net/ipmi/bmc/serial-port.ts';
import { startBmcServer } from '#engine/net/ipmi/bmc/server.ts';

export interface Said {
  readonly bytes: number;
  /** SHA-256, in hexadecimal. */
  readonly sha256: string;
}

const sliceMs = 20;
const [count = 0, bytesASecond = 0, seconds = 0] = process.argv.slice(2).map(Number);

/** Made before anyone listens: the machines should not cost what their consoles do. */
const digests = Array.from({ length: 4096 }, (_, index) =>
  createHash('md5').update(`${index}`).digest('hex'),
);

/** Of halves, so that no two are the same on up to 100 machines with up to 160,000 lines each. */
function digestOf(index: number, line: number): string {
  const first = digests[line % digests.length] ?? '';
  const second = digests[(Math.floor(line / digests.length) + index * 40) % digests.length] ?? '';
  return first.slice(0, 16) + second.slice(16);
}

/** Lines as a kernel says them, a different one each time, so that they do not compress to nothing. */
function talk(index: number) {
  let rest = '';
  let line = 0;
  return (sizeBytes: number): Buffer => {
    let text = rest;
    while (text.length < sizeBytes) {
      line += 1;
      const digest = digestOf(index, line);
      text += `[${(line / 100).toFixed(6).padStart(12)}] sd ${index}:0:0:0: [sda] ${digest}\r\n`;
    }
    rest = text.slice(sizeBytes);
    return Buffer.from(text.slice(0, sizeBytes), 'latin1');
  };
}

function talkingMachine(index: number): { readonly port: SerialPort; readonly done: Promise<Said> } {
  const done = Promise.withResolvers<Said>();
  const hash = createHash('sha256');
  const next = talk(index);
  let listener: (bytes: Buffer) => void = () => undefined;
  let begunAt: number | undefined;
  let bytes = 0;
  const speak = () => {
    if (begunAt === undefined) return;
    const due = Math.min(seconds * 1000, performance.now() - begunAt) * (bytesASecond / 1000);
    const said = next(Math.floor(due) - bytes);
    bytes += said.length;
    hash.update(said);
    listener(said);
    if (bytes >= seconds * bytesASecond) done.resolve({ bytes, sha256: hash.digest('hex') });
    else setTimeout(speak, sliceMs);
  };
  const port: SerialPort = {
    write() {
      if (begunAt !== undefined) return;
      begunAt = performance.now();
      speak();
    },
    sendBreak: () => undefined,
    onData(hear) {
      listener = hear;
      return () => {
        listener = () => undefined;
      };
    },
  };
  return { port, done: done.promise };
}

const machines = Array.from({ length: count }, (_, index) => talkingMachine(index));
const servers = await Promise.all(
  machines.map(({ port }) =>
    startBmcServer({
      bmc: createVirtualBmc({
        serial: port,
        accounts: [{ id: 2, name: 'admin', password: 'labpass' }],
        chassis: { power: () => 'on', control: () => 'accepted', identify: () => undefined },
      }),
      address: '127.0.0.1',
      port: 0,
    }),
  ),
);
console.log(JSON.stringify(servers.map(({ port }) => port)));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
console.log(JSON.stringify(await Promise.all(machines.map(({ done }) => done))));
