import { Checkbox, FormControlLabel, FormGroup } from '@mui/material';
import { useState } from 'react';
import type { NodeId } from '#shared/model/ids.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { startBroadcast } from './broadcast.ts';
import { shownOf } from './tabs.ts';
import { useTabs } from './tabs-store.ts';

/** Chooses the consoles that hear what is typed into one of them; at first those that are in view, or all where one is. */
export function BroadcastDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const tabs = useTabs();
  const nodes = useWorld(world => world.nodes);
  const [chosen, setChosen] = useState<ReadonlySet<NodeId>>(() => {
    const shown = shownOf(tabs);
    return new Set(shown.length > 1 ? shown : tabs.open);
  });
  const toggle = (id: NodeId) =>
    setChosen(known => {
      const next = new Set(known);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <ConfirmDialog
      title={t('broadcast.title')}
      action={t('broadcast.start', { count: chosen.size })}
      isReady={chosen.size > 1}
      isPending={false}
      error={null}
      onConfirm={() => {
        startBroadcast(tabs.open.filter(id => chosen.has(id)));
        onClose();
      }}
      onClose={onClose}
    >
      {t('broadcast.text')}
      <FormGroup>
        {tabs.open.map(id => (
          <FormControlLabel
            key={id}
            control={<Checkbox checked={chosen.has(id)} onChange={() => toggle(id)} />}
            label={nodes.get(id)?.name ?? id.slice(0, 8)}
          />
        ))}
      </FormGroup>
    </ConfirmDialog>
  );
}
