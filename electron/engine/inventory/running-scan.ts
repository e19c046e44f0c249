import { randomBytes, randomUUID } from 'node:crypto';
import { type BmcClient, createBmcClient } from '#engine/net/ipmi/client.ts';
import type { IpmiClock } from '#engine/net/ipmi/clock.ts';
import type { OpenDatagramSocket } from '#engine/net/ipmi/datagram-socket.ts';
import { createPacer, type Pacer, pacedSockets } from '#engine/net/ipmi/pacer.ts';
import { sweepForBmcs } from '#engine/net/ipmi/presence-sweep.ts';
import type { Store } from '#engine/store/store.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import {
  type Bmc,
  CodedError,
  type FoundBmc,
  type NotTriedReason,
  type Scan,
  type ScanPatch,
  type ScanStatus,
} from '#shared/contract/index.ts';
import { addressesOf, type ParsedRanges, rangesText } from '#shared/model/address-ranges.ts';
import type { NodeId, ScanId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { type CredentialPair, guessCredentials, guessedCredentials } from './bmc-guesses.ts';
import { type BmcCredentials, placeOf } from './bmc-login.ts';

/** BMCs that credentials are tried on at once; fewer where packets are so rare that their answers would seem late. */
const mostGuessedAtOnce = 8;
const packetsPerGuess = 10;
/** Progress is told so often; a BMC that is found at once. */
const tellStatusMs = 200;
/** On the timeline; 4,000 characters may be typed. */
const longestRangesText = 300;

export interface ScanRequest {
  readonly ranges: string;
  readonly port: number;
  readonly packetsPerSecond: number;
  readonly credentials: readonly CredentialPair[];
  readonly beyondPrivate: boolean;
}

export type WantedRanges = Extract<ParsedRanges, { ok: true }>;

interface ScanParts {
  readonly store: Store;
  readonly now: () => number;
  readonly asCoded: (error: unknown) => CodedError;
  readonly clock: IpmiClock;
  readonly openSocket: OpenDatagramSocket;
  readonly tell: (patch: ScanPatch) => void;
  readonly request: ScanRequest;
  readonly ranges: WantedRanges;
}

/** One search, from its first packet to the last session that it closes. */
export class RunningScan {
  readonly id = randomUUID() as ScanId;
  readonly #parts: ScanParts;
  readonly #over = new AbortController();
  readonly #found = new Map<Ipv4, FoundBmc>();
  readonly #toGuess: Ipv4[] = [];
  readonly #guesses = new Set<Promise<void>>();
  readonly #pacer: Pacer;
  readonly #client: BmcClient;
  #status: ScanStatus;
  #isStatusDue = false;

  constructor(parts: ScanParts) {
    const { request, ranges, clock } = parts;
    this.#parts = parts;
    this.#pacer = createPacer(clock, request.packetsPerSecond);
    this.#client = createBmcClient({ clock, openSocket: pacedSockets(parts.openSocket, this.#pacer) });
    this.#status = {
      id: this.id,
      state: 'running',
      ranges: request.ranges,
      port: request.port,
      packetsPerSecond: request.packetsPerSecond,
      pairs: request.credentials.length,
      addresses: ranges.count,
      settled: 0,
      unsent: null,
      startedAt: parts.now(),
      finishedAt: null,
    };
  }

  get isRunning(): boolean {
    return this.#status.state === 'running';
  }

  snapshot(): Scan {
    return { status: this.#status, found: [...this.#found.values()] };
  }

  /** Resolves when it is over, however it ends. */
  async run(): Promise<void> {
    const { ranges, request, clock, openSocket } = this.#parts;
    this.#onTimeline({
      message: 'bmc.scan_begun',
      details: { ranges: this.#rangesText, addresses: ranges.count, pairs: request.credentials.length },
    });
    try {
      await sweepForBmcs({
        addresses: addressesOf(ranges.ranges),
        port: request.port,
        openSocket,
        clock,
        random: randomBytes,
        pacer: this.#pacer,
        signal: this.#over.signal,
        onFound: (address, speaksIpmi) => this.#onFound(address, speaksIpmi),
        onSettled: () => this.#change({ settled: this.#status.settled + 1 }),
        onUnsent: (_, error) => {
          const count = (this.#status.unsent?.count ?? 0) + 1;
          this.#change({ unsent: { count, reason: this.#status.unsent?.reason ?? error.message } });
        },
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#change({ unsent: { count: ranges.count - this.#status.settled, reason } });
    }
    while (this.#guesses.size > 0) await Promise.all(this.#guesses);
    this.#finish('finished');
  }

  cancel(): void {
    if (!this.isRunning) return;
    this.#over.abort(new Error('the scan was cancelled'));
    for (const [address, { login }] of this.#found)
      if (login.is === 'waiting' || login.is === 'trying')
        this.#alter(address, { login: { is: 'not-tried', why: 'cancelled' } });
    this.#finish('cancelled');
  }

  credentialsAt(address: Ipv4): BmcCredentials {
    const { request } = this.#parts;
    const login = this.#found.get(address)?.login;
    const pair = login?.is === 'worked' ? request.credentials[login.pair - 1] : undefined;
    if (pair !== undefined) return guessedCredentials({ address, port: request.port }, pair);
    throw new CodedError('input.not_found', `no credentials worked at ${address}`, {
      what: 'bmc',
      id: address,
    });
  }

  /** A server got this BMC, or has it no longer: from here, or from anywhere else. */
  serverChanged(id: NodeId, bmc: Bmc | null): void {
    const theirs = bmc?.port === this.#parts.request.port ? bmc.address : undefined;
    for (const { address, nodeId } of this.#found.values())
      if ((address === theirs) !== (nodeId === id))
        this.#alter(address, { nodeId: address === theirs ? id : null });
  }

  #onFound(address: Ipv4, speaksIpmi: boolean): void {
    const nodeId = this.#serverAt(address);
    const why = this.#whyNotTried(nodeId, speaksIpmi);
    const login: FoundBmc['login'] = why === undefined ? { is: 'waiting' } : { is: 'not-tried', why };
    this.#put({ address, speaksIpmi, nodeId, login });
    if (why !== undefined) return;
    this.#toGuess.push(address);
    this.#guessNext();
  }

  #whyNotTried(nodeId: NodeId | null, speaksIpmi: boolean): NotTriedReason | undefined {
    if (nodeId !== null) return 'known';
    if (!speaksIpmi) return 'no-ipmi';
    return this.#parts.request.credentials.length === 0 ? 'no-credentials' : undefined;
  }

  #serverAt(address: Ipv4): NodeId | null {
    const place = placeOf({ address, port: this.#parts.request.port });
    const nodes = this.#parts.store.nodes.list();
    return nodes.find(({ bmc }) => bmc !== null && placeOf(bmc) === place)?.id ?? null;
  }

  #guessNext(): void {
    const atOnce = Math.floor(this.#parts.request.packetsPerSecond / packetsPerGuess);
    if (this.#guesses.size >= Math.min(mostGuessedAtOnce, Math.max(1, atOnce))) return;
    const address = this.#over.signal.aborted ? undefined : this.#toGuess.shift();
    if (address === undefined) return;
    const guess = this.#guess(address).finally(() => {
      this.#guesses.delete(guess);
      this.#guessNext();
    });
    this.#guesses.add(guess);
  }

  async #guess(address: Ipv4): Promise<void> {
    const { port, credentials: pairs } = this.#parts.request;
    const { signal } = this.#over;
    try {
      const login = await guessCredentials({
        client: this.#client,
        address,
        port,
        pairs,
        signal,
        onTry: pair => this.#alter(address, { login: { is: 'trying', pair } }),
      });
      if (!signal.aborted) this.#alter(address, { login });
    } catch (error) {
      if (signal.aborted) return;
      const coded = this.#parts.asCoded(error).toData();
      this.#alter(address, { login: { is: 'stopped', tried: 0, isLockOut: false, error: coded } });
    }
  }

  #alter(address: Ipv4, change: Partial<FoundBmc>): void {
    const known = this.#found.get(address);
    if (known !== undefined) this.#put({ ...known, ...change });
  }

  #put(row: FoundBmc): void {
    this.#found.set(row.address, row);
    this.#parts.tell({ op: 'found', row });
  }

  #change(change: Partial<ScanStatus>): void {
    this.#status = { ...this.#status, ...change };
    if (this.#isStatusDue) return;
    this.#isStatusDue = true;
    this.#parts.clock.after(tellStatusMs, () => {
      this.#isStatusDue = false;
      if (this.isRunning) this.#tellStatus();
    });
  }

  #finish(state: 'finished' | 'cancelled'): void {
    if (!this.isRunning) return;
    this.#status = { ...this.#status, state, finishedAt: this.#parts.now() };
    const { addresses, settled } = this.#status;
    this.#onTimeline({
      message: 'bmc.scan_ended',
      details: { ranges: this.#rangesText, addresses, settled, found: this.#found.size },
    });
    this.#tellStatus();
  }

  /** Whoever runs the network asks who sent all that, and when. */
  #onTimeline(event: ToldEvent<'bmc.scan_begun' | 'bmc.scan_ended'>): void {
    this.#parts.store.timeline.append({ kind: 'bmc', ...event });
  }

  get #rangesText(): string {
    const text = rangesText(this.#parts.ranges.ranges);
    return text.length > longestRangesText ? `${text.slice(0, longestRangesText)}…` : text;
  }

  #tellStatus(): void {
    this.#parts.tell({ op: 'status', status: this.#status });
  }
}
