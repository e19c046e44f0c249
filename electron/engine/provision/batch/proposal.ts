import type { BatchProposal } from '#shared/contract/index.ts';

/** What a proposal is made of. Seconds and bytes of one server. */
export interface ProposalFigures {
  readonly servers: number;
  readonly bytesPerServer: number;
  /** Of the slowest interface that serves them; null where the system does not tell. */
  readonly linkBitsPerSecond: number | null;
  /** All of a deployment but the transfer: self-test, ramdisk, first boot. */
  readonly otherSeconds: number;
  /** What one server takes when it is alone. */
  readonly bytesPerSecond: number;
  readonly measuredDeployments: number;
}

const assumedBitsPerSecond = 1e9;
/** Ethernet, IP and TCP take the rest of 1,500-byte frames; 117 MB/s of 1 Gbit/s are usual. */
const payloadShare = 0.94;
/** Our own HTTP server on loopback, 8 downloads at once (facts/dependencies.md §9). */
const engineBytesPerSecond = 1e9;

/**
 * So many at once that their transfers together take as long as one deployment takes alone: with fewer the link idles
 * while machines do their self-test, with more a wave mostly waits for the link. On 1 Gbit/s and an image of 1.5 GB that
 * is some 25, which is also the field's rule of thumb. `chosen`: the estimate is for so many instead.
 */
export function propose(figures: ProposalFigures, chosen: number | null): BatchProposal {
  const { servers, linkBitsPerSecond, otherSeconds, measuredDeployments } = figures;
  const bytesPerServer = Math.max(1, figures.bytesPerServer);
  const linkBytesPerSecond = ((linkBitsPerSecond ?? assumedBitsPerSecond) / 8) * payloadShare;
  const sharedBytesPerSecond = Math.min(linkBytesPerSecond, engineBytesPerSecond);
  const aloneSeconds = bytesPerServer / Math.min(figures.bytesPerSecond, sharedBytesPerSecond);
  const together = Math.floor((sharedBytesPerSecond * (otherSeconds + aloneSeconds)) / bytesPerServer);
  const concurrency = chosen ?? Math.min(servers, Math.max(1, together));
  // All of a wave begin together, so their transfers come together too.
  const waveSeconds = (size: number) =>
    size === 0 ? 0 : otherSeconds + Math.max(aloneSeconds, (size * bytesPerServer) / sharedBytesPerSecond);
  const fullWaves = Math.floor(servers / concurrency);
  const estimateSeconds = fullWaves * waveSeconds(concurrency) + waveSeconds(servers % concurrency);
  const narrow = linkBytesPerSecond <= engineBytesPerSecond ? 'link' : 'engine';
  return {
    concurrency,
    bytesPerServer: figures.bytesPerServer,
    linkBitsPerSecond,
    estimateSeconds: Math.ceil(estimateSeconds),
    limitedBy: together >= servers ? 'servers' : narrow,
    measuredDeployments,
  };
}
