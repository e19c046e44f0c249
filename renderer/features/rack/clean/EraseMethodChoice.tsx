import { Box, RadioGroup } from '@mui/material';
import { type EraseMethod, eraseMethods } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ChoiceCard } from '../../deploy/ChoiceCard.tsx';

interface Props {
  readonly value: EraseMethod;
  readonly onChange: (method: EraseMethod) => void;
}

/** From quick to thorough, each with what it reaches. */
export function EraseMethodChoice({ value, onChange }: Props) {
  const t = useT();
  return (
    <RadioGroup
      aria-label={t('clean.method')}
      value={value}
      onChange={(_, name) => onChange(eraseMethods.find(method => method === name) ?? value)}
      sx={{ display: 'grid', gap: 0.75 }}
    >
      {eraseMethods.map(method => (
        <ChoiceCard key={method} value={method} isChosen={method === value}>
          <strong>{t(`eraseMethod.${method}`)}</strong>
          <Box component="span" sx={{ color: 'text.secondary' }}>
            {t(`settings.cleanMethodEffect.${method}`)}
          </Box>
        </ChoiceCard>
      ))}
    </RadioGroup>
  );
}
