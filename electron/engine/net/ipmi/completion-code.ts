/**
 * Completion codes (IPMI 2.0 table 5-2) and the command-specific ones that a technician can meet, as text.
 * The key of a command-specific code is `netFn.command`, both in hex.
 */
const generic: Readonly<Record<number, string>> = {
  192: 'the BMC is busy',
  193: 'the BMC does not know this command',
  194: 'command not valid for this LUN',
  195: 'the BMC ran out of time while it worked on the command',
  196: 'the BMC is out of space',
  197: 'reservation cancelled or invalid',
  198: 'request data truncated',
  199: 'request data length invalid',
  200: 'request data field too long',
  201: 'parameter out of range',
  202: 'cannot return so many bytes',
  203: 'no such sensor, data or record',
  204: 'invalid data field in request',
  205: 'command not valid for this sensor or record type',
  206: 'the BMC could not build its response',
  207: 'duplicate request',
  208: 'the SDR repository is being updated',
  209: 'the device is being updated',
  210: 'the BMC is still starting',
  211: 'destination unavailable',
  212: 'privilege too low, or the command is blocked by the firmware firewall',
  213: 'not possible in the present state',
  214: 'this sub-function is disabled',
  255: 'unspecified error',
};

const specific: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  // §22.16 Get Session Challenge
  '06.39': { 129: 'invalid user name', 130: 'the null user is not enabled' },
  // §22.17 Activate Session
  '06.3a': {
    129: 'no session slot available',
    130: 'no session slot available for this user',
    131: 'no session slot available for this privilege',
    132: 'session sequence number out of range',
    133: 'invalid session id',
    134: 'the privilege exceeds the limit of the user or the channel',
  },
  // §22.18 Set Session Privilege Level
  '06.3b': {
    128: 'this privilege is not available to the user',
    129: 'the privilege exceeds the limit of the user or the channel',
    130: 'user level authentication cannot be disabled',
  },
  // §22.19 Close Session
  '06.3c': { 135: 'no such session', 136: 'no such session handle' },
  // §22.30 Set User Password
  '06.47': { 128: 'the password does not match', 129: 'wrong password size' },
  // §24.1 Activate Payload
  '06.48': {
    128: 'another session has the serial console',
    129: 'serial over LAN is switched off',
    130: 'no more serial consoles at a time',
    131: 'no serial console with encryption',
    132: 'no serial console without encryption',
  },
  // §24.2 Deactivate Payload
  '06.49': { 128: 'no session has the serial console', 129: 'serial over LAN is switched off' },
  // §26.2, §26.3 SOL Configuration Parameters
  '0c.21': { 128: 'parameter not supported', 129: 'set already in progress', 130: 'parameter is read-only' },
  '0c.22': { 128: 'parameter not supported' },
  // §28.12, §28.13 System Boot Options
  '00.08': { 128: 'parameter not supported', 129: 'set already in progress', 130: 'parameter is read-only' },
  '00.09': { 128: 'parameter not supported' },
  // §34.2 Read FRU Data
  '0a.11': { 129: 'the FRU device is busy' },
};

export const completion = {
  ok: 0x00,
  busy: 0xc0,
  invalidCommand: 0xc1,
  timeout: 0xc3,
  outOfSpace: 0xc4,
  requestLengthInvalid: 0xc7,
  parameterOutOfRange: 0xc9,
  cannotReturnBytes: 0xca,
  notPresent: 0xcb,
  invalidField: 0xcc,
  initializing: 0xd2,
  insufficientPrivilege: 0xd4,
  notInPresentState: 0xd5,
  subFunctionDisabled: 0xd6,
  unspecified: 0xff,
} as const;

export function completionText(netFn: number, command: number, code: number): string {
  const key = `${hex2(netFn)}.${hex2(command)}`;
  return specific[key]?.[code] ?? generic[code] ?? `completion code 0x${hex2(code)}`;
}

/** Codes with which a BMC says "not now", having done nothing: the same request may work in a moment. */
export function isTransient(code: number): boolean {
  return code === completion.busy || code === completion.outOfSpace || code === completion.initializing;
}

/** RMCP+ status codes (table 13-15). */
const rmcpStatusTexts: readonly string[] = [
  'no error',
  'insufficient resources to create a session',
  'invalid session id',
  'invalid payload type',
  'invalid authentication algorithm',
  'invalid integrity algorithm',
  'no matching authentication payload',
  'no matching integrity payload',
  'inactive session id',
  'invalid role',
  'unauthorized role or privilege level',
  'insufficient resources for a session at this role',
  'invalid name length',
  'unauthorized name',
  'unauthorized GUID',
  'invalid integrity check value',
  'invalid confidentiality algorithm',
  'no cipher suite matches the proposed algorithms',
  'illegal or unrecognized parameter',
];

export const rmcpStatus = {
  insufficientResources: 0x01,
  invalidSessionId: 0x02,
  invalidAuthentication: 0x04,
  invalidIntegrity: 0x05,
  noMatchingAuthentication: 0x06,
  noMatchingIntegrity: 0x07,
  inactiveSessionId: 0x08,
  invalidRole: 0x09,
  unauthorizedRole: 0x0a,
  insufficientResourcesAtRole: 0x0b,
  invalidNameLength: 0x0c,
  unauthorizedName: 0x0d,
  unauthorizedGuid: 0x0e,
  invalidIntegrityCheck: 0x0f,
  invalidConfidentiality: 0x10,
  noCipherSuiteMatch: 0x11,
  illegalParameter: 0x12,
} as const;

export function rmcpStatusText(status: number): string {
  return rmcpStatusTexts[status] ?? `status 0x${hex2(status)}`;
}

function hex2(value: number): string {
  return value.toString(16).padStart(2, '0');
}
