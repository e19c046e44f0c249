import { useEffect, useState } from 'react';
import type { Scan, ScanPatch } from '#shared/contract/index.ts';
import { batch } from '../../../client/batch.ts';
import { useClient } from '../../../client/client-context.tsx';
import { patchScan } from './scan-state.ts';

/** The engine's scan, whoever started it. Null: there is none; undefined until the first answer. */
export function useScan(): Scan | null | undefined {
  const client = useClient();
  const [scan, setScan] = useState<Scan | null | undefined>(undefined);
  useEffect(() => {
    const waiting = batch<ScanPatch>(
      patches => setScan(known => patchScan(known ?? null, patches)),
      () => 50,
    );
    const close = client.scan.progress(
      {},
      {
        onSnapshot(snapshot) {
          waiting.clear();
          setScan(snapshot);
        },
        onPatch: waiting.add,
      },
    );
    return () => {
      waiting.clear();
      close();
    };
  }, [client]);
  return scan;
}
