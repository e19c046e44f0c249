import { Box, Dialog, InputBase } from '@mui/material';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useClient } from '../client/client-context.tsx';
import { useWorld } from '../client/world-store.ts';
import { useT } from '../i18n/i18n.ts';
import { hiddenText } from '../ui/hidden-text.ts';
import type { CommandContext, PaletteCommand } from './feature.ts';
import { features } from './features.ts';
import { searchCommands } from './palette-search.ts';
import { goTo } from './route.ts';

function allCommands(context: CommandContext): readonly PaletteCommand[] {
  const { t } = context;
  return [
    ...features.map(({ id, title }) => ({
      id: `go.${id}`,
      label: t(title),
      group: t('palette.screens'),
      run: () => goTo(id),
    })),
    ...features.flatMap(feature => feature.commands(context)),
  ];
}

/**
 * As the world is when the palette opens, or when the engine first answers: a list that moves while somebody aims at it helps
 * nobody.
 */
function useWorldAtStart(): CommandContext['world'] {
  const [world, setWorld] = useState(useWorld.getState);
  const isKnown = world.settings !== null;
  useEffect(() => {
    if (isKnown) return undefined;
    const look = (): void =>
      setWorld(now => (useWorld.getState().settings === null ? now : useWorld.getState()));
    look();
    return useWorld.subscribe(look);
  }, [isKnown]);
  return world;
}

/** Every screen, every server, every action: type, arrow, Enter. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const client = useClient();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const world = useWorldAtStart();
  const commands = useMemo(() => allCommands({ t, client, world }), [t, client, world]);
  const found = useMemo(() => searchCommands(commands, text), [commands, text]);
  const run = (command: PaletteCommand | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const move = (to: number) => {
    const index = (to + found.length) % Math.max(1, found.length);
    setActive(index);
    list.current?.children[index]?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') move(active + 1);
    else if (event.key === 'ArrowUp') move(active - 1);
    else if (event.key === 'Enter') run(found[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      maxWidth="sm"
      aria-labelledby={`${listId}-title`}
      slotProps={{ paper: { sx: { position: 'absolute', top: 48, m: 0 } } }}
    >
      <Box component="h2" id={`${listId}-title`} sx={hiddenText}>
        {t('palette.open')}
      </Box>
      <InputBase
        autoFocus
        value={text}
        placeholder={t('palette.placeholder')}
        onChange={event => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        slotProps={{
          input: {
            role: 'combobox',
            'aria-label': t('palette.placeholder'),
            'aria-expanded': true,
            'aria-autocomplete': 'list',
            'aria-controls': listId,
            'aria-activedescendant': found.length > 0 ? `${listId}-${active}` : undefined,
          },
        }}
        sx={theme => ({ px: 2, py: 1.25, fontSize: 16, borderBottom: `1px solid ${theme.colours.line}` })}
      />
      <Box
        ref={list}
        id={listId}
        role="listbox"
        aria-label={t('palette.open')}
        sx={{ maxHeight: 380, overflow: 'auto', py: 0.5 }}
      >
        {found.map((command, index) => (
          <Box
            key={command.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            onClick={() => run(command)}
            onMouseMove={() => setActive(index)}
            sx={theme => ({
              display: 'flex',
              gap: 2,
              px: 2,
              py: 0.75,
              cursor: 'pointer',
              '&[aria-selected=true]': {
                backgroundColor: theme.colours.chosen,
                boxShadow: `inset 3px 0 0 ${theme.colours.accent}`,
              },
            })}
          >
            <span>{command.label}</span>
            <Box component="span" sx={{ ml: 'auto', color: 'text.secondary', whiteSpace: 'nowrap' }}>
              {command.group}
            </Box>
          </Box>
        ))}
      </Box>
      {found.length === 0 && (
        <Box role="status" sx={{ px: 2, pb: 1.5, color: 'text.secondary' }}>
          {t('palette.nothing')}
        </Box>
      )}
    </Dialog>
  );
}
