import { containedPath } from '#engine/net/file-source/contained-path.ts';
import { type ImageFinding, type InstallerMedium, insidePath } from '#shared/contract/index.ts';
import type { DiscImage } from './disc-image.ts';

/** What one distribution's rules make of a disc, before its files were looked for. */
export interface MediumCandidate {
  readonly family: InstallerMedium['family'];
  /** Empty: unknown. */
  readonly distribution: string;
  readonly version: string;
  readonly architecture: InstallerMedium['architecture'];
  readonly kernel: string;
  readonly initrd: string;
  /** What the installer loads next, by itself. Undefined: this one needs none. Empty: it needs one, and none was found. */
  readonly stage2: string | undefined;
  readonly hasPackages: boolean;
  /** What the disc says of itself, or the file in which it would. */
  readonly metadata: { readonly path: string; readonly text: string | undefined };
  /** Files that the metadata names and the disc does not have. */
  readonly missing: readonly string[];
  /** No other installer's disc looks like this. */
  readonly isUniqueLayout: boolean;
  readonly initrdWantsDisc: boolean;
  readonly modules?: readonly string[];
}

export interface RecognisedInstaller {
  readonly medium: InstallerMedium;
  /** Why we think so, a sentence each. */
  readonly evidence: readonly ImageFinding[];
}

const metadataMaxBytes = 256 * 1024;
const textMaxChars = 60;

/** A small text file of the disc; undefined when there is none. */
export async function readText(disc: DiscImage, path: string): Promise<string | undefined> {
  const file = disc.find(path);
  if (file?.kind !== 'file' || file.sizeBytes > metadataMaxBytes) return undefined;
  const text = new TextDecoder().decode(await disc.read(file, 0, file.sizeBytes));
  return text.replace(/[^\P{Cc}\n\r\t]/gu, ' ');
}

export function isFile(disc: DiscImage, path: string): boolean {
  const found = disc.find(path);
  return found?.kind === 'file' && found.sizeBytes > 0;
}

export function isDirectory(disc: DiscImage, path: string): boolean {
  return disc.find(path)?.kind === 'directory';
}

/** The first of these that is a file. A disc may have names that the path of a medium cannot have. */
export function firstFile(disc: DiscImage, paths: readonly (string | undefined)[]): string | undefined {
  return paths.find(path => path !== undefined && isFile(disc, path) && insidePath.safeParse(path).success);
}

/** A path that the disc's metadata name, as one inside the disc; undefined when it cannot be one. */
export function namedPath(path: string | undefined): string | undefined {
  return path === undefined ? undefined : containedPath(path);
}

export function architectureOf(text: string): InstallerMedium['architecture'] {
  if (/\b(x86_64|amd64)\b/i.test(text)) return 'x86_64';
  return /\b(aarch64|arm64)\b/i.test(text) ? 'aarch64' : 'unknown';
}

/** Certain: what the disc says of itself and what lies on it agree. Without a disc: files that we put on one ourselves. */
export function mediumOf(disc: DiscImage | undefined, candidate: MediumCandidate): RecognisedInstaller {
  const { family, architecture, kernel, initrd, metadata } = candidate;
  const short = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, textMaxChars);
  const evidence: ImageFinding[] = [
    ...(disc === undefined
      ? []
      : [found('disc', { format: disc.kind === 'udf' ? 'UDF' : 'ISO 9660', label: disc.label })]),
    metadata.text === undefined
      ? found('installer.no_metadata', { path: metadata.path })
      : found('installer.metadata', { path: metadata.path, text: metadata.text.slice(0, 200) }),
    ...candidate.missing.map(named => found('installer.file_missing', { path: metadata.path, named })),
    found('installer.kernel', { path: kernel }),
    found('installer.initrd', { path: initrd }),
    ...(candidate.stage2 ? [found('installer.stage2', { path: candidate.stage2 })] : []),
    ...(candidate.stage2 === '' ? [found('installer.no_stage2', {})] : []),
    ...(candidate.hasPackages ? [] : [found('installer.no_packages', {})]),
    ...(candidate.initrdWantsDisc ? [found('installer.initrd_wants_disc', { path: initrd })] : []),
  ];
  const medium: InstallerMedium = {
    family,
    distribution: short(candidate.distribution),
    version: short(candidate.version),
    architecture,
    kernel,
    initrd,
    repository: '',
    certainty: certaintyOf(candidate),
    ...(candidate.modules === undefined ? {} : { modules: [...candidate.modules] }),
  };
  return { medium, evidence };
}

function certaintyOf(candidate: MediumCandidate): InstallerMedium['certainty'] {
  const { distribution, version, architecture, stage2, metadata, missing } = candidate;
  const isKnown = distribution !== '' && version !== '' && architecture !== 'unknown';
  if (!isKnown || candidate.initrdWantsDisc) return 'guess';
  if (metadata.text === undefined) return candidate.isUniqueLayout ? 'likely' : 'guess';
  return missing.length === 0 && stage2 !== '' ? 'certain' : 'guess';
}

function found(code: ImageFinding['code'], values: ImageFinding['values']): ImageFinding {
  return { code, values };
}
