import { Box } from '@mui/material';
import type { Node, RootDeviceHints } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Facts } from '../../ui/Facts.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { memoryText } from '../../ui/measure-text.ts';
import { ageText, zonedText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { modelText } from './hardware-text.ts';

export function MachineFacts({ node }: { readonly node: Node }) {
  const t = useT();
  const now = useNow();
  const { inventory } = node;
  const boot = { label: t('machine.bootPolicy'), value: t(`bootTarget.${node.bootTarget}`) };
  const hints = { label: t('machine.hints'), value: hintsText(node.rootDeviceHints) };
  if (inventory === null)
    return (
      <>
        <Box sx={{ color: 'text.secondary' }}>{t('machine.notInspected')}</Box>
        <Facts facts={[boot, hints]} />
      </>
    );
  const { cpu, dimms, system } = inventory;
  const dimmGroups = Map.groupBy(dimms, dimm =>
    `${memoryText(dimm.sizeBytes)} ${dimm.type} ${dimm.speed}`.trim(),
  );
  return (
    <Facts
      facts={[
        { label: t('machine.model'), value: modelText(node) },
        { label: t('machine.serial'), value: system.serial && <Mono>{system.serial}</Mono> },
        { label: t('machine.uuid'), value: system.uuid && <Mono>{system.uuid}</Mono> },
        { label: t('machine.cpu'), value: cpu.model },
        {
          label: t('machine.cpus'),
          value: t('machine.cpuCounts', {
            sockets: cpu.sockets,
            cores: cpu.cores,
            threads: cpu.threads,
            arch: cpu.arch,
          }),
        },
        { label: t('machine.memory'), value: memoryText(inventory.memoryBytes) },
        {
          label: t('machine.dimms'),
          value: [...dimmGroups].map(([kind, group]) => `${group.length} × ${kind}`).join(', '),
        },
        { label: t('machine.firmware'), value: t(`bootMode.${inventory.firmware}`) },
        boot,
        hints,
        {
          label: t('machine.takenAt'),
          value: <span title={zonedText(inventory.takenAt)}>{ageText(t, inventory.takenAt, now)}</span>,
        },
      ]}
    />
  );
}

function hintsText(hints: RootDeviceHints): string {
  return Object.entries(hints)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(', ');
}
