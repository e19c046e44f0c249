import type { DiskLayout } from '#engine/media/disk-layout/disk-layout.ts';
import { isVhdFooter } from './classify-head.ts';
import type { RawFacts } from './raw-observer.ts';
import { ImageRefusedError } from './refusal.ts';

/** What can only be said of a disk when all of it has been seen. */
export function refuseRawFacts(
  facts: RawFacts,
  layout: DiskLayout,
  origin: { readonly format: 'raw' | 'qcow2'; readonly compression: 'gzip' | 'xz' | 'zstd' | 'none' },
): void {
  const { sizeBytes } = facts;
  if (sizeBytes === 0) throw new ImageRefusedError({ code: 'image.empty', details: {} });
  if (facts.isAllZeros) throw new ImageRefusedError({ code: 'image.all_zeros', details: { sizeBytes } });
  if (origin.format === 'raw' && isVhdFooter(facts.tail))
    throw new ImageRefusedError({
      code: 'image.unsupported_format',
      details: { format: 'vhd', inside: origin.compression },
    });
  if (origin.format === 'raw' && sizeBytes % 512 !== 0)
    throw truncated(sizeBytes, 'a disk consists of whole 512-byte sectors');
  const beyond = layout.problems.find(problem => problem.code === 'partition_beyond_end');
  if (beyond !== undefined) throw truncated(sizeBytes, beyond.reason);
  const damaged = layout.problems.find(problem => problem.code === 'gpt_checksum_wrong');
  if (damaged !== undefined)
    throw new ImageRefusedError({
      code: 'image.corrupt',
      details: { offset: damaged.offset, reason: damaged.reason },
    });
}

function truncated(offset: number, reason: string): ImageRefusedError {
  return new ImageRefusedError({ code: 'image.truncated', details: { offset, reason } });
}
