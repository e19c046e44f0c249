import type { InstallerFamily } from '#shared/contract/index.ts';

/** What was typed and not stored, of each installer. */
export type DraftTable<Draft> = Readonly<Partial<Record<InstallerFamily, Draft>>>;

export function withDraft<Draft>(
  known: DraftTable<Draft>,
  family: InstallerFamily,
  draft: Draft | undefined,
): DraftTable<Draft> {
  const { [family]: _, ...others } = known;
  return draft === undefined ? (others as DraftTable<Draft>) : { ...known, [family]: draft };
}

/** `saved` is stored now; what was typed since it was sent is not, and stays. */
export function withoutSaved<Draft>(
  known: DraftTable<Draft>,
  family: InstallerFamily,
  saved: Draft | undefined,
): DraftTable<Draft> {
  return known[family] === saved ? withDraft(known, family, undefined) : known;
}
