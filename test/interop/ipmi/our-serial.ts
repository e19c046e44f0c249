import type { SerialPort } from '#engine/net/ipmi/bmc/serial-port.ts';
import { createListener } from './listener.ts';

/** A machine at the serial line of our virtual BMC. */
export interface OurSerial {
  readonly port: SerialPort;
  /** What the machine heard. */
  readonly heard: ReturnType<typeof createListener>;
  readonly breaks: number;
  /** The machine sends back what it hears. */
  echo: boolean;
  /** Nobody hears it while no console is open. */
  say(bytes: Uint8Array): void;
}

export function createOurSerial(): OurSerial {
  const heard = createListener();
  const state = { breaks: 0, echo: false };
  let listener: (bytes: Buffer) => void = () => undefined;
  return {
    port: {
      write(bytes) {
        heard.onData(bytes);
        if (state.echo) listener(bytes);
      },
      sendBreak() {
        state.breaks += 1;
        const bytes = Buffer.from('<break>');
        heard.onData(bytes);
        if (state.echo) listener(bytes);
      },
      onData(next) {
        listener = next;
        return () => {
          listener = () => undefined;
        };
      },
    },
    heard,
    get breaks() {
      return state.breaks;
    },
    get echo() {
      return state.echo;
    },
    set echo(value) {
      state.echo = value;
    },
    say: bytes => listener(Buffer.from(bytes)),
  };
}
