import type { DiskRule, Image, Node, RaidLevel, StorageLayout } from '#shared/contract/index.ts';
import { usableDisks } from './disk-rules.ts';
import { firmwareOf } from './firmware.ts';
import { imageBlockers, stateBlocker } from './image-blockers.ts';
import { neededBytes } from './needed-bytes.ts';
import { allowed, allowedWith, refused, refusedBy, type Verdict } from './verdict.ts';

export interface ImageTarget {
  readonly node: Node;
  readonly portCount: number;
  /** How its disk would be divided, and which disks are left alone: the profile's word. */
  readonly storage: StorageLayout;
  readonly diskRules: readonly DiskRule[];
  /** The batch in which it waits for its turn. */
  readonly waitsIn: string | null;
}

/** Whether this image may be put on this server. Which disk it is, is decided later: one of them must do. */
export function mayTakeImage(image: Image, target: ImageTarget): Verdict {
  const server = mayBeDeployed(target);
  if (!server.ok) return server;
  const [blocker] = imageBlockers(image, target.node);
  return (blocker === undefined ? undefined : refusedBy(blocker)) ?? diskVerdict(image, target);
}

/** Whether anything may be put on this server. */
export function mayBeDeployed({
  node,
  portCount,
  waitsIn,
}: Pick<ImageTarget, 'node' | 'portCount' | 'waitsIn'>): Verdict {
  if (waitsIn !== null) return refused('node.in_batch', { batch: waitsIn });
  const inState = stateBlocker(node, 'deploy');
  if (inState !== undefined) return refused('state.not_allowed', { state: node.provisionState });
  return portCount === 0 ? refused('node.no_port') : allowed;
}

function diskVerdict(image: Image, { node, storage, diskRules }: ImageTarget): Verdict {
  const { inventory } = node;
  if (inventory === null) {
    const hasHints = Object.keys(node.rootDeviceHints).length > 0;
    return hasHints ? allowed : refused('deploy.not_inspected', { node: node.name });
  }
  const firmware = firmwareOf(node) ?? inventory.firmware;
  const count = image.kind === 'whole-disk' ? 1 : leastDisks(storage.raidLevel);
  const bytes = neededBytes(image, storage, count, firmware);
  const { usable } = usableDisks(inventory.disks, diskRules);
  if (usable.length === 0) return refused('disk.none');
  const largeEnough = usable.filter(({ sizeBytes }) => sizeBytes >= bytes);
  if (largeEnough.length === 0) {
    const largestBytes = Math.max(...usable.map(({ sizeBytes }) => sizeBytes));
    return refused('disk.too_small', { neededBytes: bytes, largestBytes });
  }
  if (largeEnough.length < count)
    return refused('disk.too_few', { neededBytes: bytes, needed: count, found: largeEnough.length });
  return image.kind === 'whole-disk' && !image.boots[firmware]
    ? allowedWith('image.other_firmware', { firmware })
    : allowed;
}

/** As the contract says of `raidLevels`. */
export function leastDisks(level: RaidLevel | null): number {
  if (level === null) return 1;
  return level === '10' ? 4 : 2;
}
