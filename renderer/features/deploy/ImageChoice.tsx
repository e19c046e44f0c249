import { Box, Button, RadioGroup } from '@mui/material';
import type { Image } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useT } from '../../i18n/i18n.ts';
import { bytesText } from '../../ui/measure-text.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import { BootsLamps } from '../images/BootsLamps.tsx';
import { ChoiceCard } from './ChoiceCard.tsx';

interface Props {
  readonly images: readonly Image[];
  readonly firmware: 'bios' | 'uefi' | null;
  readonly value: string;
  readonly onChange: (imageId: string) => void;
}

export function ImageChoice({ images, firmware, value, onChange }: Props) {
  const t = useT();
  if (images.length === 0)
    return (
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        {t('deploy.noImage')}
        <Button variant="outlined" onClick={() => openOverlay({ is: 'import-image' })}>
          {t('images.import')}
        </Button>
      </Box>
    );
  return (
    <RadioGroup
      aria-label={t('deploy.image')}
      value={value}
      onChange={(_, id) => onChange(id)}
      sx={{ display: 'grid', gap: 0.75, maxHeight: 220, overflow: 'auto', flexWrap: 'nowrap', p: '2px' }}
    >
      {images.map(image => (
        <ChoiceCard key={image.id} value={image.id} isChosen={image.id === value}>
          <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
            <strong>{image.name}</strong>
            <span>{bytesText(image.rawSizeBytes)}</span>
            {image.kind !== 'whole-disk' && <span>{t(`imageKind.${image.kind}`)}</span>}
            {image.kind === 'whole-disk' && (
              <Box sx={{ ml: 'auto' }}>
                <BootsLamps boots={image.boots} />
              </Box>
            )}
          </Box>
          {image.kind === 'whole-disk' && firmware !== null && !image.boots[firmware] && (
            <ToneText tone="waiting">
              {t('deploy.otherFirmware', { firmware: t(`bootMode.${firmware}`) })}
            </ToneText>
          )}
        </ChoiceCard>
      ))}
    </RadioGroup>
  );
}
