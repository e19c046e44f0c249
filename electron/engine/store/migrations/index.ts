import { migration as first } from './0001-first.ts';
import { migration as bmcSession } from './0002-bmc-session.ts';
import { migration as fixedAddresses } from './0003-fixed-addresses.ts';
import { migration as cancelledAndRetired } from './0004-cancelled-and-retired.ts';
import { migration as identityAndInstallers } from './0005-identity-and-installers.ts';
import { migration as batches } from './0006-batches.ts';
import { migration as imageChecksum } from './0007-image-checksum.ts';
import { migration as consoles } from './0008-consoles.ts';
import { migration as health } from './0009-health.ts';
import { migration as consolePorts } from './0010-console-ports.ts';
import { migration as ramdiskLogs } from './0011-ramdisk-logs.ts';

export interface Migration {
  readonly version: number;
  readonly topic: string;
  readonly sql: string;
}

/** Forward only, one number each, never edited once released. */
export const migrations: readonly Migration[] = [
  first,
  bmcSession,
  fixedAddresses,
  cancelledAndRetired,
  identityAndInstallers,
  batches,
  imageChecksum,
  consoles,
  health,
  consolePorts,
  ramdiskLogs,
];
