import type { ImageUploads } from '#engine/images/image-uploads.ts';
import type { Logger } from '#engine/system/log.ts';
import type { Secret } from '#engine/system/secret.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

/** The key under which passwords are sealed in the database. The host brings it; the database never holds it. */
export interface SealKey {
  /** 32 bytes. */
  readonly bytes: Secret<Uint8Array>;
  readonly keptIn: 'os-keyring' | 'key-file';
}

export interface EngineOptions {
  /** Exists, is ours alone, and no other engine has it. */
  readonly dataDir: string;
  readonly sealKey: SealKey;
  readonly log: Logger;
  /** The engine asks to be closed and made anew, after a restore. Absent: that waits for the next start. */
  readonly restart?: () => void;
}

/** Everything the product does, without a process around it. Hosts give it connections; it knows nothing of them. */
export interface Engine {
  readonly handlers: RacksideHandlers;
  /** What a browser sends beside the contract: files are no frames. */
  readonly uploads: ImageUploads;
  /** For Prometheus, text format 0.0.4; undefined while the setting is off. */
  metrics(): string | undefined;
  /** Ends services and closes the database. Deployments stay as they are stored and go on at the next start. */
  close(): Promise<void>;
}

export type CreateEngine = (options: EngineOptions) => Promise<Engine>;
