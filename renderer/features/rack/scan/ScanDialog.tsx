import { ScanFormDialog } from './ScanFormDialog.tsx';
import { ScanResultDialog } from './ScanResultDialog.tsx';
import { useScan } from './use-scan.ts';

/** What to search, or what the engine's search has found so far: it goes on while nobody looks. */
export function ScanDialog() {
  const scan = useScan();
  if (scan === undefined) return null;
  return scan === null ? <ScanFormDialog /> : <ScanResultDialog key={scan.status.id} scan={scan} />;
}
