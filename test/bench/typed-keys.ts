/** Keystrokes and how long their echoes take: the same keys with the same rests for everybody. */
import { runTool } from '#test/interop/ipmi/run-tool.ts';

const longestEchoMs = 5000;
const keyOf = (index: number) => 0x61 + (index % 26);
/** No even pace: it would fall in with timers of a BMC. */
const restMsAfter = (index: number) => 20 + ((index * 7) % 21);

export interface TypedConsole {
  readonly type: (bytes: Uint8Array) => Promise<unknown>;
  /** Resolves with `performance.now()` of the next arrival of this byte. */
  readonly arrival: (byte: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Arrivals of bytes, for a `TypedConsole`. */
export function createArrivals() {
  let awaited: { readonly byte: number; readonly resolve: (atMs: number) => void } | undefined;
  return {
    onData(bytes: Uint8Array): void {
      if (awaited !== undefined && bytes.includes(awaited.byte)) awaited.resolve(performance.now());
    },
    arrival: (byte: number) =>
      new Promise<number>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('a key had no echo')), longestEchoMs);
        awaited = {
          byte,
          resolve(atMs) {
            clearTimeout(late);
            awaited = undefined;
            resolve(atMs);
          },
        };
      }),
  };
}

/** Milliseconds of each echo. The first key of a console warms up and does not count. */
export async function typeKeys(console: TypedConsole, count: number): Promise<number[]> {
  const latenciesMs: number[] = [];
  for (let index = -1; index < count; index += 1) {
    const byte = index < 0 ? 0x57 : keyOf(index);
    const arrival = console.arrival(byte);
    const startedMs = performance.now();
    const [arrivedMs] = await Promise.all([arrival, console.type(Uint8Array.of(byte))]);
    if (index >= 0) latenciesMs.push(arrivedMs - startedMs);
    await new Promise(wake => setTimeout(wake, restMsAfter(Math.max(0, index))));
  }
  return latenciesMs;
}

export interface TerminalCommand {
  readonly command: readonly string[];
  /** What it says once the console is connected. */
  readonly ready: string;
  /** What is typed to give the console free. */
  readonly leave: string;
}

/** The same for a program that has a terminal: Python's own clock at the terminal's other end, so that no relay is measured. */
export async function typeKeysInTerminal(program: TerminalCommand, count: number): Promise<number[]> {
  const keys = Array.from({ length: count }, (_, index) => [keyOf(index), restMsAfter(index) / 1000]);
  const order = JSON.stringify({ ...program, keys, longestEcho: longestEchoMs / 1000 });
  const { output, exitCode } = await runTool('python3', '-c', atTerminal, order);
  if (exitCode !== 0) throw new Error(output.trim());
  const latenciesMs: unknown = JSON.parse(output);
  if (!Array.isArray(latenciesMs) || latenciesMs.length !== count) throw new Error('not all keys were typed');
  return latenciesMs.map(Number);
}

const atTerminal = `
import json, os, pty, select, signal, sys, time, tty
order = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    tty.setraw(0)
    os.execvp(order['command'][0], order['command'])
said = b''

def hear(seconds):
    global said
    if not select.select([terminal], [], [], max(0, seconds))[0]:
        return b''
    try:
        data = os.read(terminal, 65536)
    except OSError:
        data = b''
    if not data:
        give_up('it ended')
    said += data
    return data

def give_up(why):
    os.kill(pid, signal.SIGKILL)
    sys.exit(f"{order['command'][0]}: {why}: {said[-500:]!r}")

def be_quiet():
    while hear(0.3):
        pass

def echo(byte, seconds):
    started = time.perf_counter()
    os.write(terminal, byte)
    while True:
        left = started + seconds - time.perf_counter()
        if left <= 0:
            return None
        if byte in hear(left):
            return (time.perf_counter() - started) * 1000

until = time.monotonic() + 20
while order['ready'].encode() not in said:
    if time.monotonic() > until:
        give_up('it does not connect')
    hear(1)
be_quiet()
for attempt in range(10):
    # A simulator that takes the first packet for the last one's repetition swallows its character.
    if echo(b'W', 1) is not None:
        break
be_quiet()
latencies = []
for key, rest in order['keys']:
    latency = echo(bytes([key]), order['longestEcho'])
    if latency is None:
        give_up('a key had no echo')
    latencies.append(latency)
    time.sleep(rest)
os.write(terminal, order['leave'].encode())
signal.alarm(10)
signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
try:
    while os.read(terminal, 65536):
        pass
except OSError:
    pass
os.waitpid(pid, 0)
print(json.dumps(latencies))
`;
