import { asCodedError } from '#engine/system/coded-error.ts';
import { bindFailureOf, type SocketFailure } from '#engine/system/native-socket.ts';
import { networkRightsCommand, networkRightsRepair } from '#engine/system/network-rights.ts';
import { CodedError } from '#shared/contract/errors.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { Ipv4 } from '#shared/model/ip.ts';

/** What a socket was wanted for. Port 0: one without a port, or any free one. */
export interface SocketPlace {
  readonly interfaceName: string;
  readonly protocol: 'udp' | 'tcp';
  readonly port: number;
  readonly address?: Ipv4 | undefined;
}

/** What opening a socket threw as a `net.*` error; what no system call threw is a fault of ours (`internal`). */
export async function networkError(thrown: unknown, place: SocketPlace): Promise<CodedError> {
  if (thrown instanceof CodedError || !isSystemError(thrown)) return asCodedError(thrown);
  return failureError(await bindFailureOf(thrown, place), place);
}

export function failureError(failure: SocketFailure, place: SocketPlace): CodedError {
  const { interfaceName, port } = place;
  switch (failure.kind) {
    case 'port_in_use': {
      const { protocol, owner } = failure;
      const by = owner === undefined ? 'another program' : `${owner.name} (pid ${owner.pid})`;
      return new CodedError('net.port_in_use', `${protocol} port ${failure.port} is held by ${by}`, {
        proto: protocol,
        port: failure.port,
        ...(owner === undefined ? {} : { owner: { pid: owner.pid, name: owner.name } }),
      });
    }
    case 'permission_denied':
      return new CodedError('net.permission_denied', `the system does not allow ${failure.call}`, {
        what: failure.call,
        ...(port === 0 ? {} : { port }),
        command: networkRightsCommand(),
        repair: networkRightsRepair(),
      });
    case 'no_such_interface':
      return new CodedError('net.no_such_interface', `there is no interface ${interfaceName}`, {
        interfaceName,
      });
    case 'no_such_address': {
      const address = place.address ?? '';
      return new CodedError('net.no_address', `${interfaceName} does not have the address ${address}`, {
        interfaceName,
        cidr: address,
      });
    }
    case 'failed':
      return new CodedError('net.failed', `${failure.call} on ${interfaceName}: ${failure.message}`, {
        interfaceName,
        call: failure.call,
        reason: failure.message,
      });
    default:
      return assertNever(failure);
  }
}

/** Node's and ours alike carry the system's name of the error: `EADDRINUSE`. */
function isSystemError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && 'errno' in thrown;
}
