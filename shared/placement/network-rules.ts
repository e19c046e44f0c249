import type { Network, NetworkAssignment, NetworkRequest } from '#shared/contract/index.ts';
import { isGuess } from './network-guess.ts';
import type { NetworkMachine } from './network-links.ts';
import { matchNetworks, type NetworkMatch } from './network-matching.ts';
import { allowed, allowedWith, refused, type Verdict } from './verdict.ts';

type Reasons = NetworkAssignment['reasons'];

/**
 * Whether one more network may be given to a machine beside those that it is to have. The engine's own matching answers;
 * a NIC that is known to be wired for something else is out of question besides, unless the frames shall be tagged there.
 */
export function mayTakeNetwork(
  more: NetworkRequest,
  asked: readonly NetworkRequest[],
  machine: NetworkMachine,
  networks: readonly Network[],
): Verdict {
  const match = matchNetworks([...asked, more], machine, networks);
  if (match.ok) return verdictOn(more, match.assignments.at(asked.length)?.reasons ?? []);
  // Where nobody has looked yet, the ramdisk decides by what the switches say.
  if (more.place.by === 'match' && machine.nics === null) return allowed;
  return problemOf(match, more, asked, machine, networks);
}

function verdictOn({ tagging }: NetworkRequest, reasons: Reasons): Verdict {
  const values = (code: Reasons[number]['code']) => reasons.find(reason => reason.code === code)?.values;
  const otherWire = values('other_physical_network');
  if (otherWire !== undefined) return refused('network.other_wire', otherWire);
  const otherVlan = tagging === 'tagged' ? undefined : values('not_wired_for_vlan');
  if (otherVlan !== undefined) return refused('network.other_vlan', otherVlan);
  if (values('no_link') !== undefined) return allowedWith('nic.no_link');
  return isGuess({ reasons }) ? allowedWith('network.guessed') : allowed;
}

function problemOf(
  match: Extract<NetworkMatch, { ok: false }>,
  more: NetworkRequest,
  asked: readonly NetworkRequest[],
  machine: NetworkMachine,
  networks: readonly Network[],
): Verdict {
  const network = nameOfRequest(more, networks);
  const own = match.problems.find(({ request }) => request === asked.length);
  if (own === undefined) {
    const displaced = firstNewProblem(matchNetworks(asked, machine, networks), match);
    const request = displaced === undefined ? undefined : asked[displaced.request];
    if (request !== undefined)
      return refused('network.displaces', { network: nameOfRequest(request, networks) });
    // What is wrong with the others was so before.
    const alone = matchNetworks([more], machine, networks);
    return alone.ok ? verdictOn(more, alone.assignments[0]?.reasons ?? []) : allowed;
  }
  const reasons = own.candidates.flatMap(candidate => candidate.reasons);
  switch (own.code) {
    case 'ambiguous':
      return refused('network.ambiguous', { network });
    case 'none': {
      const isThere = asked.some(({ networkId }) => networkId !== null && networkId === more.networkId);
      return refused(isThere ? 'network.twice' : 'network.no_nic', { network });
    }
    case 'conflict': {
      const taken = reasons.find(({ code }) => code === 'taken_by');
      return taken === undefined
        ? refused('network.no_nic', { network })
        : refused('network.taken', taken.values);
    }
  }
}

/** What was no problem before. */
export function firstNewProblem(
  before: NetworkMatch,
  after: NetworkMatch,
): { readonly request: number } | undefined {
  if (after.ok) return undefined;
  const known = new Set(before.ok ? [] : before.problems.map(({ request }) => request));
  return after.problems.find(({ request }) => !known.has(request));
}

export function nameOfRequest(
  { name, networkId, segmentationId }: NetworkRequest,
  networks: readonly Network[],
): string {
  return name || (networks.find(({ id }) => id === networkId)?.name ?? String(segmentationId ?? ''));
}
