import { findPortOwner, type PortOwner } from './port-owner.ts';

/** Why a socket could not be had. `errno` is the system's number, 0 when it was not the system that refused. */
export type SocketFailure =
  | {
      readonly kind: 'port_in_use';
      readonly errno: number;
      readonly protocol: 'udp' | 'tcp';
      readonly port: number;
      readonly owner: PortOwner | undefined;
    }
  | { readonly kind: 'permission_denied'; readonly errno: number; readonly call: string }
  | { readonly kind: 'no_such_interface'; readonly errno: number; readonly interfaceName: string }
  /** No interface has the address that the socket was to be bound to. */
  | { readonly kind: 'no_such_address'; readonly errno: number; readonly call: string }
  | { readonly kind: 'failed'; readonly errno: number; readonly call: string; readonly message: string };

export type SocketResult<T> =
  | { readonly ok: true; readonly socket: T }
  | { readonly ok: false; readonly failure: SocketFailure };

/** A system call that failed; turned into a SocketFailure before it leaves this folder. */
export class SystemCallError extends Error {
  readonly call: string;
  readonly errno: number;
  readonly code: string;

  constructor(call: string, errno: number, code: string) {
    super(`${call}: ${code}`);
    this.call = call;
    this.errno = errno;
    this.code = code;
  }
}

/** The handful of libc functions for which Node has no door. Each throws SystemCallError. */
export interface NativeSockets {
  open(domain: number, type: number, protocol: number): number;
  setOption(fd: number, level: number, name: number, value: Uint8Array): void;
  bind(fd: number, address: Uint8Array): void;
  send(fd: number, bytes: Uint8Array, address: Uint8Array): void;
  /** One datagram that is there already, else undefined. Never waits. */
  receive(fd: number): NativeDatagram | undefined;
  close(fd: number): void;
  interfaceIndex(interfaceName: string): number;
}

export interface NativeDatagram {
  readonly bytes: Uint8Array;
  /** The sender's sockaddr. */
  readonly address: Uint8Array;
  /** Control messages as the kernel lays them out. */
  readonly control: Uint8Array;
}

let loaded: Promise<NativeSockets> | undefined;

/** Loads the FFI at its first use: most sessions never need it. Linux and macOS. */
export function loadNativeSockets(): Promise<NativeSockets> {
  loaded ??= bindLibc();
  return loaded;
}

async function bindLibc(): Promise<NativeSockets> {
  const { default: koffi } = await import('koffi');
  const libc = koffi.load(process.platform === 'darwin' ? '/usr/lib/libSystem.B.dylib' : 'libc.so.6');
  const functions = {
    socket: libc.func('int socket(int domain, int type, int protocol)'),
    setsockopt: libc.func('int setsockopt(int fd, int level, int name, void *value, uint32_t length)'),
    bind: libc.func('int bind(int fd, void *address, uint32_t length)'),
    sendto: libc.func(
      'long sendto(int fd, void *bytes, size_t size, int flags, void *address, uint32_t length)',
    ),
    recvmsg: libc.func('long recvmsg(int fd, void *message, int flags)'),
    close: libc.func('int close(int fd)'),
    if_nametoindex: libc.func('unsigned int if_nametoindex(const char *name)'),
  };
  const codes = new Map(Object.entries(koffi.os.errno).map(([code, errno]) => [errno, code]));
  const slots = receiveSlots(object => koffi.address(object));

  function call(name: keyof typeof functions, ...args: unknown[]): number {
    const result = Number(functions[name](...args));
    if (result >= 0) return result;
    const errno = koffi.errno();
    throw new SystemCallError(name, errno, codes.get(errno) ?? `errno ${errno}`);
  }

  return {
    open: (domain, type, protocol) => call('socket', domain, type, protocol),
    setOption: (fd, level, name, value) => void call('setsockopt', fd, level, name, value, value.length),
    bind: (fd, address) => void call('bind', fd, address, address.length),
    send: (fd, bytes, address) => void call('sendto', fd, bytes, bytes.length, 0, address, address.length),
    receive(fd) {
      slots.reset();
      try {
        return slots.taken(call('recvmsg', fd, slots.message, dontWait));
      } catch (thrown) {
        if (thrown instanceof SystemCallError && thrown.errno === koffi.os.errno['EAGAIN']) return undefined;
        throw thrown;
      }
    },
    close: fd => void call('close', fd),
    interfaceIndex(interfaceName) {
      const index = call('if_nametoindex', interfaceName);
      if (index === 0) throw new SystemCallError('if_nametoindex', koffi.os.errno['ENODEV'] ?? 19, 'ENODEV');
      return index;
    },
  };
}

const dontWait = 0x40;
/** Offsets in Linux's struct msghdr on 64-bit machines. */
const msghdr = {
  name: 0,
  nameLength: 8,
  iov: 16,
  iovCount: 24,
  control: 32,
  controlLength: 40,
  size: 56,
} as const;

/** The memory that recvmsg writes into: one set, because a datagram is copied out before the next is read. */
function receiveSlots(addressOf: (object: Uint8Array) => bigint) {
  const data = Buffer.alloc(2048);
  const name = Buffer.alloc(128);
  const control = Buffer.alloc(256);
  const iov = Buffer.alloc(16);
  const message = Buffer.alloc(msghdr.size);
  iov.writeBigUInt64LE(addressOf(data), 0);
  iov.writeBigUInt64LE(BigInt(data.length), 8);
  message.writeBigUInt64LE(addressOf(name), msghdr.name);
  message.writeBigUInt64LE(addressOf(iov), msghdr.iov);
  message.writeBigUInt64LE(1n, msghdr.iovCount);
  message.writeBigUInt64LE(addressOf(control), msghdr.control);
  return {
    message,
    /** Keeps the buffers alive as long as their addresses are in use. */
    buffers: [data, name, control, iov],
    reset() {
      message.writeUInt32LE(name.length, msghdr.nameLength);
      message.writeBigUInt64LE(BigInt(control.length), msghdr.controlLength);
    },
    taken(size: number): NativeDatagram {
      return {
        bytes: Uint8Array.from(data.subarray(0, size)),
        address: Uint8Array.from(name.subarray(0, message.readUInt32LE(msghdr.nameLength))),
        control: Uint8Array.from(control.subarray(0, Number(message.readBigUInt64LE(msghdr.controlLength)))),
      };
    },
  };
}

/**
 * Node cannot wait for datagrams on a descriptor that is not its own: this one is looked at in intervals, which do not
 * keep the process alive. Once closed it never touches its number again, which the system gives to the next file.
 */
export interface PolledSocket {
  /** Throws SystemCallError, also after `close`. */
  send(bytes: Uint8Array, address: Uint8Array): void;
  /** Starts looking; what came before stays in line. */
  listen(): void;
  /** Stops looking. */
  pause(): void;
  /** Throws away what is in line. */
  discard(): void;
  close(): void;
}

/** At most this many datagrams in one turn, so that a flood leaves room for the rest of the process. */
const turnLimit = 64;
/** More than a receive buffer of the default size holds. */
const discardTurns = 32;

export function pollSocket(
  native: NativeSockets,
  fd: number,
  intervalMs: number,
  onDatagram: (datagram: NativeDatagram) => void,
  onError: (error: Error) => void,
): PolledSocket {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** True when more may be in line. */
  function read(deliver: (datagram: NativeDatagram) => void): boolean {
    try {
      for (let left = turnLimit; left > 0; left -= 1) {
        const datagram = native.receive(fd);
        if (datagram === undefined) return false;
        deliver(datagram);
      }
      return true;
    } catch (thrown) {
      onError(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return false;
    }
  }

  function pause(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    send(bytes, address) {
      if (isClosed) throw new SystemCallError('sendto', 0, 'EBADF');
      native.send(fd, bytes, address);
    },
    listen() {
      if (isClosed) return;
      timer ??= setInterval(() => read(onDatagram), intervalMs).unref();
    },
    pause,
    discard() {
      for (let turns = isClosed ? 0 : discardTurns; turns > 0 && read(() => undefined); turns -= 1);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      pause();
      native.close(fd);
    },
  };
}

/** Turns what a bind or listen threw into a result; a port that is taken with its holder, where the system tells. */
export async function bindFailureOf(
  thrown: unknown,
  at: { readonly interfaceName: string; readonly protocol: 'udp' | 'tcp'; readonly port: number },
): Promise<SocketFailure> {
  const failure = failureOf(thrown, at.interfaceName);
  const { protocol, port } = at;
  if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE')) return failure;
  const owner = await findPortOwner(protocol, port);
  return { kind: 'port_in_use', errno: failure.errno, protocol, port, owner };
}

/** Turns what a system call threw into a result; an error of our own passes through. */
export function failureOf(thrown: unknown, interfaceName: string): SocketFailure {
  if (!(thrown instanceof Error)) throw new Error(String(thrown));
  const { code, errno, syscall, call } = thrown as Partial<SystemCallError & NodeJS.ErrnoException>;
  const number = Math.abs(errno ?? 0);
  const what = call ?? syscall ?? 'load';
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'permission_denied', errno: number, call: what };
  if (code === 'ENODEV' || code === 'ENXIO')
    return { kind: 'no_such_interface', errno: number, interfaceName };
  if (code === 'EADDRNOTAVAIL') return { kind: 'no_such_address', errno: number, call: what };
  return { kind: 'failed', errno: number, call: what, message: thrown.message };
}
