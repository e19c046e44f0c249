import type { NodeId } from '#shared/model/ids.ts';

/** Goes with every answer and comes back with each byte count. */
export interface DownloadTag {
  readonly what: 'boot' | 'ramdisk' | 'image' | 'config-drive' | 'agent' | 'medium' | 'answer-file';
  readonly nodeId: NodeId | null;
}
