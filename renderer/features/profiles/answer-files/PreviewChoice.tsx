import { MenuItem, TextField } from '@mui/material';
import { useMemo } from 'react';
import type { InstallerFamily } from '#shared/contract/index.ts';
import type { ImageId, NodeId } from '#shared/model/ids.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';

/** Null: one that is made up. */
export interface PreviewOf {
  readonly nodeId: NodeId | null;
  readonly imageId: ImageId | null;
}

interface ChoiceProps {
  readonly family: InstallerFamily;
  readonly value: PreviewOf;
  readonly onChange: (value: PreviewOf) => void;
}

/** For which server, from which ISO. */
export function PreviewChoice({ family, value, onChange }: ChoiceProps) {
  const t = useT();
  const nodes = useWorld(world => world.nodes);
  const images = useWorld(world => world.images);
  const servers = useMemo(
    () => [...nodes.values()].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true })),
    [nodes],
  );
  const isos = [...images.values()].filter(({ installer }) => installer?.family === family);
  return (
    <>
      <TextField
        select
        label={t('answerFile.previewFor')}
        value={value.nodeId ?? 'none'}
        onChange={event =>
          onChange({ ...value, nodeId: servers.find(({ id }) => id === event.target.value)?.id ?? null })
        }
        sx={{ width: 220 }}
      >
        <MenuItem value="none">{t('answerFile.madeUpServer')}</MenuItem>
        {servers.map(({ id, name }) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        label={t('answerFile.previewFrom')}
        value={isos.some(({ id }) => id === value.imageId) ? value.imageId : 'none'}
        onChange={event =>
          onChange({ ...value, imageId: isos.find(({ id }) => id === event.target.value)?.id ?? null })
        }
        sx={{ width: 220 }}
      >
        <MenuItem value="none">{t('answerFile.madeUpIso')}</MenuItem>
        {isos.map(({ id, name }) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </TextField>
    </>
  );
}
