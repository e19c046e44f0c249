import { CodedError } from '#shared/contract/index.ts';
import type { ImportFacts, ImportRunner } from './image-library.ts';
import type { ImportedDisc } from './import-disc.ts';
import { importImage } from './import-image.ts';
import { type ImageRefusal, ImageRefusedError } from './refusal.ts';

/** The import as the library wants it: facts of the contract, refusals as its errors. */
export function importRunner(cacheDir: string): ImportRunner {
  return async ({ sourcePath, imageId, onProgress, signal }) => {
    try {
      const image = await importImage({ sourcePath, cacheDir, imageId, onProgress, signal });
      if (image.kind === 'installer') return discFacts(image);
      return {
        kind: image.kind,
        installer: null,
        sourceFormat: image.sourceFormat,
        rawSizeBytes: image.rawSizeBytes,
        storedSizeBytes: image.storedSizeBytes,
        sha256: image.rawSha256,
        partitionTable: image.layout.scheme,
        boots: { bios: image.boots.bios, uefi: image.boots.uefi },
        evidence: [...image.evidence],
      };
    } catch (error) {
      throw error instanceof ImageRefusedError ? codedRefusal(error.refusal, error) : error;
    }
  };
}

function discFacts(disc: ImportedDisc): ImportFacts {
  const { installer, sourceFormat, sizeBytes, sha256, boots, evidence } = disc;
  return {
    kind: 'installer',
    installer,
    sourceFormat,
    rawSizeBytes: sizeBytes,
    storedSizeBytes: sizeBytes,
    sha256,
    partitionTable: 'none',
    boots: { ...boots },
    evidence: [...evidence],
  };
}

function codedRefusal(refusal: ImageRefusal, cause: ImageRefusedError): CodedError {
  if (refusal.code === 'image.disk_full')
    return new CodedError('image.disk_full', cause.message, refusal.details, { cause });
  if (refusal.code === 'image.unreadable')
    return new CodedError('file.unreadable', cause.message, refusal.details, { cause });
  return new CodedError(
    'image.refused',
    cause.message,
    { reason: refusal.code, values: { ...refusal.details } },
    { cause },
  );
}
