import { useState } from 'react';
import type { DiskIdentity } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';

/** What a person typed to confirm: it counts for what was shown then, `how` too, not for other disks. */
export function useTypedFor(
  disks: readonly DiskIdentity[],
  how = '',
): readonly [string, (text: string) => void] {
  const key = JSON.stringify([how, ...disks.map(identityOf)]);
  const [typed, setTyped] = useState({ key, text: '' });
  return [typed.key === key ? typed.text : '', text => setTyped({ key, text })];
}
