import { Box } from '@mui/material';
import type { Inventory } from '#shared/contract/index.ts';
import { hardwareTroubles, hasLookedAtErrors } from '#shared/placement/hardware-troubles.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Facts } from '../../../ui/Facts.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { memoryErrorLines, pciErrorLines } from './errors-text.ts';

/** Worst first, then what was counted. */
export function MachineSays({ inventory }: { readonly inventory: Inventory }) {
  const t = useT();
  const { memoryErrors, pciErrors } = inventory;
  if (!hasLookedAtErrors(inventory)) return <ToneText tone="idle">{t('hardware.notLooked')}</ToneText>;
  const troubles = hardwareTroubles(inventory);
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      {troubles.length === 0 && <ToneText tone="good">{t('hardware.clean')}</ToneText>}
      {troubles.map(({ kind, severity, name, number, disk }) => (
        <ToneText key={`${kind} ${name} ${disk?.name}`} tone={severity === 'critical' ? 'failed' : 'waiting'}>
          {t(`trouble.${kind}`, { name, number })}
        </ToneText>
      ))}
      <Facts
        facts={[
          { label: t('hardware.memory'), value: <Lines lines={memoryErrorLines(t, memoryErrors)} /> },
          { label: t('hardware.pci'), value: <Lines lines={pciErrorLines(t, pciErrors ?? [])} /> },
        ]}
      />
    </Box>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return lines.map(line => <div key={line}>{line}</div>);
}
