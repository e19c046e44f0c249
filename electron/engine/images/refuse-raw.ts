import type { DiskLayout } from '#engine/media/disk-layout/disk-layout.ts';
import type { ImagePart } from '#shared/contract/image-codes.ts';
import { assertNever } from '#shared/model/assert-never.ts';
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
    throw truncated('sectors', sizeBytes, 'a disk consists of whole 512-byte sectors');
  for (const { code, offset, reason } of layout.problems) {
    switch (code) {
      case 'partition_beyond_end':
        throw truncated('partition', sizeBytes, reason);
      case 'gpt_cut':
        throw truncated('gpt', sizeBytes, reason);
      case 'file_system_beyond_end':
        throw truncated('file_system', sizeBytes, reason);
      case 'gpt_checksum_wrong':
      case 'gpt_unreadable':
        throw new ImageRefusedError({ code: 'image.corrupt', details: { part: 'gpt', offset, reason } });
      case 'gpt_without_protective_mbr':
        break;
      default:
        assertNever(code);
    }
  }
}

function truncated(part: ImagePart, offset: number, reason: string): ImageRefusedError {
  return new ImageRefusedError({ code: 'image.truncated', details: { part, offset, reason } });
}
