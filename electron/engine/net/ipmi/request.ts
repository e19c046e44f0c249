import type { BmcCommand } from './commands/command.ts';
import { completion, completionText, isTransient } from './completion-code.ts';
import { BmcError } from './failure.ts';
import type { LanResponse } from './message.ts';
import { bmcAddress, consoleAddress, decodeLanResponse, encodeLanRequest, netFn } from './message.ts';
import type { IpmiPacket } from './packet.ts';
import { authType, encodeV15, payloadType } from './packet.ts';
import type { OpenedPayload, SecureChannel } from './secure-channel.ts';
import type { Steps } from './steps.ts';
import { backOff, exchange } from './steps.ts';

/** How messages travel: outside any session, or sealed inside one. */
export interface MessageCarrier {
  seal(message: Buffer): Buffer;
  /** The message in a packet, or undefined when the packet is not for this carrier. */
  open(packet: IpmiPacket): Buffer | undefined;
}

/** Outside a session: IPMI 1.5 framing with session id and sequence 0 (§13.6), which every BMC understands. */
export const outsideSession: MessageCarrier = {
  seal: message => encodeV15({ version: '1.5', authType: authType.none, sequence: 0, sessionId: 0, message }),
  open: packet =>
    packet.version === '1.5' && packet.sessionId === 0 && packet.authType === authType.none
      ? packet.message
      : undefined,
};

/** A session carries other payloads between its messages (§13.27.3). */
export interface SessionCarrier extends MessageCarrier {
  sealPayload(type: number, payload: Buffer): Buffer;
  /** What the packet that was opened last carried, if that was no message. It is handed out once. */
  takePayload(): OpenedPayload | undefined;
}

/** Opens each packet once, whatever it carries: its sequence number is good for one time only. */
export function insideSession(channel: SecureChannel): SessionCarrier {
  let other: OpenedPayload | undefined;
  return {
    seal: message => channel.seal(message, payloadType.ipmi),
    sealPayload: (type, payload) => channel.seal(payload, type),
    open: packet => {
      const opened = channel.open(packet);
      if (opened?.payloadType === payloadType.ipmi) return opened.payload;
      other = opened;
      return undefined;
    },
    takePayload: () => {
      const taken = other;
      other = undefined;
      return taken;
    },
  };
}

/** Hands out the 6-bit request sequence numbers that match answers to requests. */
export interface RequestNumbers {
  next(): number;
}

export function requestNumbers(first: number): RequestNumbers {
  let number = first & 0x3f;
  return {
    next() {
      number = (number + 1) & 0x3f;
      return number;
    },
  };
}

export function encodeCommand(command: BmcCommand<unknown>, sequence: number): Buffer {
  return encodeLanRequest({
    to: bmcAddress,
    from: consoleAddress,
    toLun: 0,
    fromLun: 0,
    netFn: command.netFn,
    command: command.command,
    sequence,
    data: command.data,
  });
}

export function isAnswerTo(command: BmcCommand<unknown>, sequence: number, response: LanResponse): boolean {
  return (
    response.sequence === sequence &&
    response.netFn === (command.netFn | 1) &&
    response.command === command.command
  );
}

const maxBusyAttempts = 4;

interface RequestInputs {
  readonly carrier: MessageCarrier;
  readonly numbers: RequestNumbers;
  readonly maxAttempts?: number;
}

/** The raw response to one command, whatever its completion code; undefined for silence. */
export function* exchangeMessage<T>(
  command: BmcCommand<T>,
  inputs: RequestInputs,
): Steps<LanResponse | undefined> {
  const sequence = inputs.numbers.next();
  const message = encodeCommand(command, sequence);
  return yield* exchange({
    name: command.name,
    encode: () => inputs.carrier.seal(message),
    accept: packet => {
      const bytes = inputs.carrier.open(packet);
      if (bytes === undefined) return undefined;
      const response = decodeLanResponse(bytes);
      if (!response.ok) return response;
      return isAnswerTo(command, sequence, response.value) ? response : undefined;
    },
    ...(inputs.maxAttempts === undefined ? {} : { maxAttempts: inputs.maxAttempts }),
    ...(command.onceWithinMs === undefined ? {} : { onceWithinMs: command.onceWithinMs }),
  });
}

/** Runs one command to its decoded answer. Repeats it while the BMC says that it is busy. */
export function* request<T>(command: BmcCommand<T>, inputs: RequestInputs): Steps<T> {
  for (let attempt = 1; ; attempt += 1) {
    const response = yield* exchangeMessage(command, inputs);
    if (response === undefined) throw new BmcError({ kind: 'session_lost', why: 'silent' });
    if (response.completionCode === completion.ok) return readAnswer(command, response);
    const failure = codeFailure(command, response.completionCode, attempt);
    if (failure.failure.kind !== 'busy' || attempt >= maxBusyAttempts) throw failure;
    yield* backOff(attempt);
  }
}

export function readAnswer<T>(command: BmcCommand<T>, response: LanResponse): T {
  const answer = command.decode(response.data);
  if (answer.ok) return answer.value;
  throw new BmcError({ kind: 'malformed_answer', command: command.name, detail: answer.reason });
}

const readFruBusy = 0x81;

export function codeFailure<T>(command: BmcCommand<T>, code: number, attempts: number): BmcError {
  const text = completionText(command.netFn, command.command, code);
  // §34.2: the FRU EEPROM has a "busy" of its own.
  const fruBusy = command.netFn === netFn.storage && command.command === 0x11 && code === readFruBusy;
  return isTransient(code) || fruBusy
    ? new BmcError({ kind: 'busy', detail: text, attempts })
    : new BmcError({ kind: 'completion_code', code, text, command: command.name });
}
