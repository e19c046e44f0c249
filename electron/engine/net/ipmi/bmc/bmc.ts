import { asfIana, decodeAsf, encodeAsf } from '../asf.ts';
import type { CipherSuiteId } from '../cipher-suite.ts';
import { cipherSuites, secretKey } from '../cipher-suite.ts';
import type { IpmiClock } from '../clock.ts';
import { monotonicClock } from '../clock.ts';
import type { BootFlags } from '../commands/boot-options.ts';
import type { DeviceId } from '../commands/device.ts';
import { encodeAuthCapabilities } from '../commands/session-setup.ts';
import { completion } from '../completion-code.ts';
import type { LanRequest } from '../message.ts';
import { decodeLanRequest, encodeLanResponse, netFn } from '../message.ts';
import type { V15Packet, V20Packet } from '../packet.ts';
import { authType, decodeIpmi, decodeRmcp, encodeSetupPayload, payloadType } from '../packet.ts';
import { createRandomPool } from '../random-pool.ts';
import { outsideSession } from '../request.ts';
import type { RandomBytes } from '../seal.ts';
import type { BmcAccount } from './account.ts';
import { createAccounts } from './account.ts';
import { appCommands, lanChannel } from './app-commands.ts';
import { createBootOptions } from './boot-flags.ts';
import { chassisCommands } from './chassis-commands.ts';
import type { ChassisPort } from './chassis-port.ts';
import { dcmiCommands } from './dcmi-commands.ts';
import type { BmcState, Caller, Handler, HandlerTable, Reply } from './handler.ts';
import { handlerKey, refuse, replyData } from './handler.ts';
import { payloadCommands } from './payload-commands.ts';
import type { PlatformInputs } from './platform.ts';
import { createPlatform } from './platform.ts';
import { selCommands } from './sel-commands.ts';
import { isReadingOf, sensorCommands } from './sensor-commands.ts';
import type { SerialPort } from './serial-port.ts';
import type { ActiveSession, SessionLimits } from './session-store.ts';
import { createSessionStore, defaultLimits } from './session-store.ts';
import type { V15Setup } from './setup-v15.ts';
import { createV15Setup } from './setup-v15.ts';
import type { V20Setup } from './setup-v20.ts';
import { createV20Setup } from './setup-v20.ts';
import { createSolPlace } from './sol-place.ts';
import { storageCommands } from './storage-commands.ts';
import { transportCommands } from './transport-commands.ts';

export interface BmcInputs extends PlatformInputs {
  readonly chassis: ChassisPort;
  /** Without one there is no SOL. */
  readonly serial?: SerialPort;
  /** What the machine said and no console has taken yet; 64 KiB unless given. */
  readonly serialBufferBytes?: number;
  readonly accounts: readonly BmcAccount[];
  readonly device?: Partial<DeviceId>;
  /** System GUID, 16 bytes in the order of the wire; random unless given. */
  readonly guid?: Buffer;
  /** Offered and taken; [3, 17] unless given. 0 only if it is named here. */
  readonly cipherSuites?: readonly CipherSuiteId[];
  /** IPMI 1.5 authentication types; MD5 unless given, empty switches 1.5 off. */
  readonly v15AuthTypes?: readonly ('md5' | 'straight')[];
  readonly bmcKey?: Uint8Array;
  readonly limits?: Partial<SessionLimits>;
  readonly clock?: IpmiClock;
  readonly random?: RandomBytes;
}

/** What a test or a demo makes go wrong inside the BMC; the network's faults are in server.ts. */
export interface BmcFaults {
  /** So many of the next session requests are refused for lack of resources. */
  insufficientResources: number;
  /** Replaces the accepted suites, though the advertised list stays as it was. */
  acceptedSuites: readonly CipherSuiteId[] | undefined;
  /** Boot flags (parameter 5) are not supported, as on some old boards. */
  refusesBootFlags: boolean;
  /** A sensor whose reading is asked for in vain. */
  silentSensor: number | undefined;
}

/** The protocol core of a BMC: datagrams in, datagrams out, no socket. */
export interface VirtualBmc {
  /** `remote` names the sender. */
  receive(datagram: Buffer, remote: string): readonly Buffer[];
  /**
   * The way for what is sent without being asked (SOL), and the UDP port that consoles are told. The returned function
   * takes the BMC off the network: its serial console ends.
   */
  connect(send: (datagram: Buffer, remote: string) => void, port: number): () => void;
  /** What the machine's firmware does at power-on: reads the boot flags; a one-time override is used up. */
  takeBootFlags(): BootFlags;
  /** A look without consequences. */
  bootFlags(): BootFlags;
  /** The BMC's processor restarts: sessions are gone, accounts and boot flags stay. */
  forgetSessions(): void;
  readonly activeSessions: number;
  readonly faults: BmcFaults;
}

interface Network {
  readonly send: (datagram: Buffer, remote: string) => void;
  readonly port: number;
}

type Setup = V20Setup | V15Setup;

const defaultDevice: DeviceId = {
  deviceId: 0x20,
  deviceRevision: 1,
  providesSdrs: false,
  updating: false,
  firmware: '1.00',
  ipmiVersion: '2.0',
  // Chassis, FRU, SEL and SDR devices (table 20-2).
  support: 0x8f,
  // RFC 5612: the enterprise number for examples.
  manufacturerId: 32473,
  productId: 1,
};

const handlers: HandlerTable = new Map([
  ...chassisCommands,
  ...appCommands,
  ...payloadCommands,
  ...storageCommands,
  ...selCommands,
  ...sensorCommands,
  ...dcmiCommands,
  ...transportCommands,
]);
const defaultSerialBufferBytes = 64 * 1024;
const noNetwork = { send: () => undefined, port: 0 };

export function createVirtualBmc(inputs: BmcInputs): VirtualBmc {
  const clock = inputs.clock ?? monotonicClock;
  const random = inputs.random ?? createRandomPool();
  const faults: BmcFaults = {
    insufficientResources: 0,
    acceptedSuites: undefined,
    refusesBootFlags: false,
    silentSensor: undefined,
  };
  const suites = inputs.cipherSuites ?? [3, 17];
  const authTypes = (inputs.v15AuthTypes ?? ['md5']).map(name => authType[name]);
  const accounts = createAccounts(inputs.accounts);
  const bootOptions = createBootOptions(clock, () => faults.refusesBootFlags);
  const limits = { ...defaultLimits, ...inputs.limits };
  const store = createSessionStore<Setup>(limits, clock, () => random(4).readUInt32LE(0));
  let network: Network = noNetwork;
  const sol =
    inputs.serial === undefined
      ? undefined
      : createSolPlace({
          serial: inputs.serial,
          isMachineOn: () => inputs.chassis.power() === 'on',
          clock,
          bufferBytes: inputs.serialBufferBytes ?? defaultSerialBufferBytes,
          sessionOf: id => store.active(id),
          send: (datagram, remote) => network.send(datagram, remote),
          channel: lanChannel,
          port: () => network.port,
        });
  const state: BmcState = {
    chassis: inputs.chassis,
    sol,
    slots: () => ({ possible: limits.slots, active: store.activeCount }),
    accounts,
    bootOptions,
    device: { ...defaultDevice, ...inputs.device },
    guid: inputs.guid ?? Buffer.from(random(16)),
    ...createPlatform(inputs, clock),
    clock,
    identifyUntilMs: 0,
  };
  const refuseResources = () => {
    if (faults.insufficientResources <= 0) return false;
    faults.insufficientResources -= 1;
    return true;
  };
  const bmcKey = inputs.bmcKey === undefined ? undefined : secretKey(inputs.bmcKey);
  const v20 = createV20Setup({
    store,
    accounts,
    guid: state.guid,
    bmcKey,
    random,
    refuseResources,
    suites: () => faults.acceptedSuites ?? suites,
  });
  const v15 = createV15Setup({ store, accounts, authTypes, random, refuseResources });

  /** The few commands that need no session (IPMI 2.0 §13.14, appendix G "b"). */
  function answerStranger(request: LanRequest, remote: string): Reply {
    if (request.netFn !== netFn.app) return refuse(completion.insufficientPrivilege);
    switch (request.command) {
      case 0x37:
        return replyData(state.guid);
      case 0x38:
        return authCapabilities(request.data);
      case 0x39:
        return authTypes.length > 0 ? v15.challenge(request.data, remote) : refuse(completion.invalidCommand);
      case 0x54:
        return cipherSuiteList(request.data, suites);
      default:
        return refuse(completion.insufficientPrivilege);
    }
  }

  function authCapabilities(data: Buffer): Reply {
    if (data.length < 2) return refuse(completion.requestLengthInvalid);
    const channel = data.readUInt8(0) & 0x0f;
    if (channel !== 0x0e && channel !== lanChannel) return refuse(completion.invalidField);
    const value = {
      channel: lanChannel,
      authTypes,
      bmcKeySet: bmcKey !== undefined,
      perMessageAuthDisabled: false,
      userLevelAuthDisabled: false,
      namedUsers: true,
      nullUsers: false,
      anonymousLogin: false,
      supportsV15: authTypes.length > 0,
      supportsV20: suites.length > 0,
      oemIana: 0,
    };
    return replyData(encodeAuthCapabilities(value, (data.readUInt8(0) & 0x80) !== 0));
  }

  function receiveV15(packet: V15Packet, remote: string): readonly Buffer[] {
    const session = store.active(packet.sessionId);
    // Sequence 0 cannot be of a session: it is Activate Session, perhaps sent again.
    if (session !== undefined && packet.sequence !== 0) {
      return answerInSession(session, session.channel.open(packet)?.payload);
    }
    const request = decodeLanRequest(packet.message);
    if (!request.ok) return [];
    if (packet.sessionId === 0) {
      return [outsideSession.seal(responseTo(request.value, answerStranger(request.value, remote)))];
    }
    if (request.value.netFn !== netFn.app || request.value.command !== 0x3a) return [];
    const datagram = v15.activate(packet, request.value.data, reply => responseTo(request.value, reply));
    return datagram === undefined ? [] : [datagram];
  }

  function receiveV20(packet: V20Packet, remote: string): readonly Buffer[] {
    if (packet.payloadType !== payloadType.ipmi && packet.payloadType !== payloadType.sol) {
      const datagram = v20.respond(packet.payloadType, packet.payload, remote);
      return datagram === undefined ? [] : [datagram];
    }
    if (packet.sessionId === 0 && !packet.authenticated && !packet.encrypted) {
      // ipmitool asks for the cipher suites in a v2.0 frame, FreeIPMI in a v1.5 frame.
      const request = decodeLanRequest(packet.payload);
      if (!request.ok) return [];
      const response = responseTo(request.value, answerStranger(request.value, remote));
      return [encodeSetupPayload(payloadType.ipmi, response)];
    }
    const session = store.active(packet.sessionId);
    if (session === undefined) return [];
    const opened = session.channel.open(packet);
    if (opened?.payloadType !== payloadType.sol) return answerInSession(session, opened?.payload);
    session.lastUsedMs = clock.nowMs();
    sol?.receive(session, opened);
    return [];
  }

  function answerInSession(session: ActiveSession, message: Buffer | undefined): readonly Buffer[] {
    if (message === undefined) return [];
    const request = decodeLanRequest(message);
    if (!request.ok) return [];
    session.lastUsedMs = clock.nowMs();
    if (isReadingOf(request.value, faults.silentSensor)) return [];
    const reply = carryOut(session, request.value);
    // Sealed before Close Session takes effect on what is sent: the channel outlives its slot.
    return [session.channel.seal(responseTo(request.value, reply))];
  }

  function carryOut(session: ActiveSession, request: LanRequest): Reply {
    const handler: Handler | undefined = handlers.get(handlerKey(request.netFn, request.command));
    if (handler === undefined) return carryOutShared(request, session.remote);
    if (session.level < handler.level) return refuse(completion.insufficientPrivilege);
    const caller: Caller = {
      account: session.account,
      maxLevel: session.maxLevel,
      session,
      get level() {
        return session.level;
      },
      set level(value) {
        session.level = value;
      },
      endSession: id => store.end(id),
    };
    return handler.handle(state, request.data, caller);
  }

  /** What strangers may ask, members may ask too. */
  function carryOutShared(request: LanRequest, remote: string): Reply {
    const shared = request.netFn === netFn.app && [0x38, 0x54].includes(request.command);
    return shared ? answerStranger(request, remote) : refuse(completion.invalidCommand);
  }

  return {
    receive(datagram, remote) {
      const rmcp = decodeRmcp(datagram);
      if (!rmcp.ok || rmcp.value.class === 'ack') return [];
      if (rmcp.value.class === 'asf') return answerPing(rmcp.value.body);
      const packet = decodeIpmi(rmcp.value.body);
      if (!packet.ok) return [];
      return packet.value.version === '1.5'
        ? receiveV15(packet.value, remote)
        : receiveV20(packet.value, remote);
    },
    takeBootFlags: () => bootOptions.take(),
    bootFlags: () => bootOptions.current(),
    connect(send, port) {
      network = { send, port };
      return () => {
        network = noNetwork;
        sol?.release();
      };
    },
    forgetSessions() {
      store.clear();
      sol?.release();
    },
    get activeSessions() {
      return store.activeCount;
    },
    faults,
  };
}

function answerPing(body: Buffer): readonly Buffer[] {
  const message = decodeAsf(body);
  if (!message.ok || message.value.type !== 'ping') return [];
  return [encodeAsf({ type: 'pong', tag: message.value.tag, oemIana: asfIana, ipmi: true, asfVersion: 1 })];
}

function responseTo(request: LanRequest, reply: Reply): Buffer {
  return encodeLanResponse({
    to: request.from,
    from: request.to,
    toLun: request.fromLun,
    fromLun: request.toLun,
    netFn: request.netFn | 1,
    command: request.command,
    sequence: request.sequence,
    completionCode: reply.code,
    data: reply.data,
  });
}

/** §22.15.1: per suite C0 | id | authentication | 40+integrity | 80+confidentiality, 16 bytes an answer. */
function cipherSuiteList(data: Buffer, suites: readonly CipherSuiteId[]): Reply {
  if (data.length < 3) return refuse(completion.requestLengthInvalid);
  const records = suites.flatMap(id => {
    const { authentication, integrity, confidentiality } = cipherSuites[id].algorithms;
    return [0xc0, id, authentication, 0x40 | integrity, 0x80 | confidentiality];
  });
  const from = (data.readUInt8(2) & 0x3f) * 16;
  return replyData(Buffer.from([lanChannel, ...records.slice(from, from + 16)]));
}
