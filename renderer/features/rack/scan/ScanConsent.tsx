import { Checkbox, FormControlLabel } from '@mui/material';
import { type ParsedRanges, rangesText } from '#shared/model/address-ranges.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Notice } from '../../../ui/Notice.tsx';

interface Props {
  readonly parsed: Extract<ParsedRanges, { ok: true }>;
  readonly pairCount: number;
  readonly isMeant: boolean;
  readonly onMeant: (isMeant: boolean) => void;
}

/** What will be sent where, before it is; addresses that may be anybody's want a word of their own. */
export function ScanConsent({ parsed, pairCount, isMeant, onMeant }: Props) {
  const t = useT();
  const { ranges, count, beyondPrivate } = parsed;
  return (
    <Notice>
      <span>{t('scan.consent', { count, ranges: rangesText(ranges) })}</span>
      {pairCount > 0 && <span>{t('scan.consentPairs', { count: pairCount })}</span>}
      {beyondPrivate.length > 0 && (
        <FormControlLabel
          control={<Checkbox checked={isMeant} onChange={(_, checked) => onMeant(checked)} />}
          label={t('scan.beyondPrivate', { ranges: rangesText(beyondPrivate) })}
        />
      )}
    </Notice>
  );
}
