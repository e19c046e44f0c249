/** A machine's serial line that sends back what it hears: `node echo-line-process.ts`, prints its TCP port on loopback, lives as long as its stdin. */
import { startSerialLine } from '#test/interop/ipmi/serial-line.ts';

const line = await startSerialLine();
line.echo = true;
process.stdout.write(`${line.port}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
