import { Box, Button } from '@mui/material';
import { useId, useState } from 'react';
import type { Disk, SmartSummary } from '#shared/contract/index.ts';
import { diskTroubles } from '#shared/placement/hardware-troubles.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Facts } from '../../../ui/Facts.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import type { Tone } from '../../../ui/tone.ts';

/** The disk's own verdict, and on a click what it counts. */
export function SmartFacts({ disk }: { readonly disk: Disk }) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { smart } = disk;
  if (smart === null) return <ToneText tone="idle">{t('smart.none')}</ToneText>;
  const { tone, word } = verdictOf(disk, smart);
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box>
        <Button
          size="small"
          sx={{ ml: -1 }}
          aria-expanded={isOpen}
          aria-controls={id}
          title={t('smart.show', { disk: disk.name })}
          onClick={() => setOpen(!isOpen)}
        >
          <ToneText tone={tone}>{t(`smart.${word}`)}</ToneText>
        </Button>
      </Box>
      <Box id={id} hidden={!isOpen}>
        <Facts facts={smartFacts(t, smart)} />
      </Box>
    </Box>
  );
}

function verdictOf(
  disk: Disk,
  { verdict }: SmartSummary,
): { readonly tone: Tone; readonly word: SmartSummary['verdict'] | 'troubled' } {
  if (verdict === 'failing') return { tone: 'failed', word: verdict };
  if (diskTroubles(disk).length > 0)
    return { tone: 'waiting', word: verdict === 'passed' ? 'troubled' : verdict };
  return { tone: verdict === 'passed' ? 'good' : 'idle', word: verdict };
}

const counted = [
  'reallocatedSectors',
  'pendingSectors',
  'uncorrectableErrors',
  'mediaErrors',
  'grownDefects',
  'loggedErrors',
] as const;

function smartFacts(t: Translate, smart: SmartSummary) {
  const { powerOnHours, temperatureCelsius, percentUsed, availableSparePercent, criticalWarnings } = smart;
  const withUnit = (value: number | null, unit: string) => (value === null ? '' : `${value} ${unit}`);
  return [
    {
      label: t('smart.criticalWarnings'),
      value: criticalWarnings.map(warning => t(`smartWarning.${warning}`)).join(', '),
    },
    {
      label: t('smart.powerOnHours'),
      value: powerOnHours === null ? '' : t('smart.hours', { number: powerOnHours }),
    },
    { label: t('smart.temperatureCelsius'), value: withUnit(temperatureCelsius, '°C') },
    { label: t('smart.percentUsed'), value: withUnit(percentUsed, '%') },
    { label: t('smart.availableSparePercent'), value: withUnit(availableSparePercent, '%') },
    ...counted.map(figure => ({
      label: t(`smart.${figure}`),
      value: smart[figure] === null ? '' : String(smart[figure]),
    })),
  ];
}
