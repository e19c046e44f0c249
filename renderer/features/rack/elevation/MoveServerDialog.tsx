import { Autocomplete, Box, TextField } from '@mui/material';
import { useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../../app/overlay.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { FormDialog } from '../../../ui/FormDialog.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { highestUnit, placeOf, readUnits, tallestUnits } from '../rack-place.ts';
import { occupantsOf, rackNames } from './elevation.ts';
import { moveServer } from './move-server.ts';

export function MoveServerDialog({ nodeId }: { readonly nodeId: NodeId }) {
  const node = useWorld(world => world.nodes.get(nodeId));
  return node === undefined ? null : <MoveForm node={node} />;
}

function MoveForm({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const nodes = useWorld(world => world.nodes);
  const [untouched] = useState(() => textsOf(node));
  const [texts, setTexts] = useState(untouched);
  const set = (change: Partial<typeof texts>) => setTexts(known => ({ ...known, ...change }));
  const unit = readUnits(texts.unit, highestUnit);
  const heightUnits = readUnits(texts.height, tallestUnits);
  const place = { rack: texts.rack.trim(), unit, heightUnits: heightUnits ?? 1 };
  const occupants = occupantsOf(nodes.values(), place, node);
  const isUnitWrong = texts.unit.trim() !== '' && unit === null;
  const move = useCommand(async () => {
    await moveServer(client, node, place);
    closeOverlay();
  });
  return (
    <FormDialog
      title={t('elevation.moveTitle', { name: node.name })}
      action={t('elevation.move')}
      isDirty={texts !== untouched}
      isComplete={!isUnitWrong && heightUnits !== null && occupants.length === 0}
      isPending={move.isPending}
      error={move.error}
      onSubmit={() => void move.run()}
      onLeave={closeOverlay}
    >
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '1fr 110px 110px', mt: 1 }}>
        <Autocomplete
          freeSolo
          options={[...rackNames(nodes.values())]}
          inputValue={texts.rack}
          onInputChange={(_, rack) => set({ rack })}
          renderInput={params => <TextField {...params} autoFocus label={t('place.rack')} />}
        />
        <TextField
          label={t('place.unit')}
          value={texts.unit}
          error={isUnitWrong}
          helperText={isUnitWrong ? t('place.range', { most: highestUnit }) : undefined}
          onChange={event => set({ unit: event.target.value })}
        />
        <TextField
          label={t('place.height')}
          value={texts.height}
          error={heightUnits === null}
          helperText={heightUnits === null ? t('place.range', { most: tallestUnits }) : undefined}
          onChange={event => set({ height: event.target.value })}
        />
      </Box>
      <Box role="status">
        {occupants.length > 0 ? (
          <ToneText tone="failed">
            {t('elevation.occupied', { names: occupants.map(({ name }) => name).join(', ') })}
          </ToneText>
        ) : (
          <Box sx={{ color: 'text.secondary' }}>{t('elevation.moveHelp')}</Box>
        )}
      </Box>
    </FormDialog>
  );
}

function textsOf(node: Node) {
  const { rack, unit, heightUnits } = placeOf(node);
  return { rack, unit: unit === null ? '' : String(unit), height: String(heightUnits) };
}
