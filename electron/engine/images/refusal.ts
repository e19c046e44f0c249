import type { CompressionProblem, ImagePart, Qcow2Need } from '#shared/contract/image-codes.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { Compression, UnsupportedFormat } from './classify-head.ts';

/**
 * Why a file does not become an image. `offset` counts in the file as it was given, for a part that was inside
 * compressed data in what that unpacks to. `reason` is English, for a log.
 */
export type ImageRefusal =
  | {
      readonly code: 'image.unreadable';
      readonly details: { readonly path: string; readonly reason: string };
    }
  | { readonly code: 'image.changed'; readonly details: { readonly path: string } }
  | { readonly code: 'image.empty'; readonly details: Readonly<Record<string, never>> }
  | { readonly code: 'image.all_zeros'; readonly details: { readonly sizeBytes: number } }
  | {
      readonly code: 'image.unsupported_format';
      readonly details: { readonly format: UnsupportedFormat; readonly inside: Compression | 'none' };
    }
  | {
      readonly code: 'image.nested_compression';
      readonly details: { readonly outer: Compression; readonly inner: Compression };
    }
  | {
      readonly code: 'image.unsupported_compression';
      readonly details: {
        readonly compression: Compression;
        readonly why: CompressionProblem;
        /** The name or number of what we cannot do. */
        readonly found: string;
      };
    }
  | {
      readonly code: 'image.unsupported_qcow2';
      readonly details: { readonly feature: Qcow2Need; readonly found: string; readonly reason: string };
    }
  | { readonly code: 'image.truncated'; readonly details: PartDetails }
  | { readonly code: 'image.corrupt'; readonly details: PartDetails }
  | {
      readonly code: 'image.trailing_data';
      readonly details: { readonly offset: number; readonly sizeBytes: number };
    }
  | {
      readonly code: 'image.size_mismatch';
      readonly details: { readonly declaredBytes: number; readonly actualBytes: number };
    }
  | {
      readonly code: 'image.too_large';
      readonly details: { readonly sizeBytes: number; readonly limitBytes: number };
    }
  | {
      readonly code: 'image.disk_full';
      readonly details: { readonly neededBytes: number; readonly freeBytes: number };
    }
  | {
      readonly code: 'image.cache_unwritable';
      readonly details: { readonly path: string; readonly reason: string };
    };

interface PartDetails {
  readonly part: ImagePart;
  readonly offset: number;
  readonly reason: string;
}

/** What `importImage` rejects with, unless it was cancelled or we have a bug. */
export class ImageRefusedError extends Error {
  readonly refusal: ImageRefusal;

  constructor(refusal: ImageRefusal, cause?: unknown) {
    super(refusalText(refusal), { cause });
    this.name = 'ImageRefusedError';
    this.refusal = refusal;
  }
}

const formatNames: Readonly<Record<UnsupportedFormat, string>> = {
  iso9660: 'an ISO 9660 image',
  vmdk: 'a VMware disk (VMDK)',
  vhd: 'a Virtual PC or Hyper-V disk (VHD)',
  vhdx: 'a Hyper-V disk (VHDX)',
  vdi: 'a VirtualBox disk (VDI)',
  qcow1: 'a qcow disk of version 1',
  qed: 'a QED disk',
  ova: 'an OVA appliance',
  tar: 'a tar archive',
  zip: 'a ZIP archive',
  '7z': 'a 7-Zip archive',
  rar: 'a RAR archive',
  bzip2: 'bzip2 data',
  lz4: 'LZ4 data',
  lzip: 'lzip data',
  cpio: 'a cpio archive',
  deb: 'a Debian package',
  rpm: 'an RPM package',
  wim: 'a Windows image (WIM)',
  squashfs: 'a squashfs file system',
  elf: 'an ELF program',
  pe: 'a Windows program',
  html: 'a web page (perhaps an error page of the download)',
  text: 'a text file',
};

/** One English sentence, for a log; the window has its own for every code. */
export function refusalText({ code, details }: ImageRefusal): string {
  switch (code) {
    case 'image.unreadable':
      return `Cannot read ${details.path}: ${details.reason}.`;
    case 'image.changed':
      return `${details.path} changed while it was read.`;
    case 'image.empty':
      return 'The file is empty.';
    case 'image.all_zeros':
      return `All ${details.sizeBytes} bytes are zero: there is nothing to install.`;
    case 'image.unsupported_format': {
      const wrapped = details.inside === 'none' ? '' : ` in ${details.inside}`;
      return `This is ${formatNames[details.format]}${wrapped}. Raw and qcow2 disk images can be imported, and ISOs as they are.`;
    }
    case 'image.nested_compression':
      return `Compressed twice: ${details.inner} inside ${details.outer}.`;
    case 'image.unsupported_compression':
      return `This ${details.compression} file cannot be read: ${details.why} (${details.found}).`;
    case 'image.unsupported_qcow2':
      return `This qcow2 image cannot be used: ${details.reason}.`;
    case 'image.truncated':
      return `The image is cut off at byte ${details.offset}: ${details.reason}.`;
    case 'image.corrupt':
      return `The image is damaged at byte ${details.offset}: ${details.reason}.`;
    case 'image.trailing_data':
      return `After the end of the compressed data, at byte ${details.offset} of ${details.sizeBytes}, there is something else.`;
    case 'image.size_mismatch':
      return `The file promises ${details.declaredBytes} bytes and holds ${details.actualBytes}.`;
    case 'image.too_large':
      return `A disk of ${details.sizeBytes} bytes; at most ${details.limitBytes} are taken.`;
    case 'image.disk_full':
      return `Not enough room for the image: about ${details.neededBytes} bytes are needed, ${details.freeBytes} are free.`;
    case 'image.cache_unwritable':
      return `Cannot write ${details.path}: ${details.reason}.`;
    default:
      return assertNever(code);
  }
}
