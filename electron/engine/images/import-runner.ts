import { codedRefusal } from './coded-refusal.ts';
import type { ImportFacts, ImportRunner } from './image-library.ts';
import type { ImportedDisc } from './import-disc.ts';
import { importImage } from './import-image.ts';
import { ImageRefusedError } from './refusal.ts';

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
        sourceSha256: image.sourceSha256,
        partitionTable: image.layout.scheme,
        boots: { bios: image.boots.bios, uefi: image.boots.uefi },
        evidence: [...image.evidence],
      };
    } catch (error) {
      throw error instanceof ImageRefusedError ? codedRefusal(error) : error;
    }
  };
}

function discFacts(disc: ImportedDisc): ImportFacts {
  const { installer, sourceFormat, sizeBytes, sha256, sourceSha256, boots, evidence } = disc;
  return {
    kind: 'installer',
    installer,
    sourceFormat,
    rawSizeBytes: sizeBytes,
    storedSizeBytes: sizeBytes,
    sha256,
    sourceSha256,
    partitionTable: 'none',
    boots: { ...boots },
    evidence: [...evidence],
  };
}
