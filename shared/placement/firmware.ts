import { type BootMode, CodedError, type Node } from '#shared/contract/index.ts';

/** What the machine is started in next: an inspection sets the boot mode as well, so that a person's word is never older. */
export function firmwareOf({ bootMode, inventory }: Pick<Node, 'bootMode' | 'inventory'>): BootMode | null {
  return bootMode ?? inventory?.firmware ?? null;
}

/** An installer divides the disk for one firmware before anybody sees in which one the machine was started. */
export function firmwareChanged({
  name,
  bootMode,
  inventory,
}: Pick<Node, 'name' | 'bootMode' | 'inventory'>): CodedError | undefined {
  if (bootMode === null || inventory === null || inventory.firmware === bootMode) return undefined;
  const details = { node: name, asked: bootMode, seen: inventory.firmware };
  return new CodedError(
    'deploy.firmware_changed',
    `inspected in ${details.seen}, asked for ${bootMode}`,
    details,
  );
}
