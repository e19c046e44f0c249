import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { type FormEvent, useId, useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useQuery } from '../../../client/use-query.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { Mono } from '../../../ui/Mono.tsx';

interface Props {
  readonly node: Node;
  readonly onClose: () => void;
}

/** Texts that somebody waits for on this console; each is told once it comes. */
export function WaitForDialog({ node, onClose }: Props) {
  const t = useT();
  const { consoles } = useClient();
  const titleId = useId();
  const [text, setText] = useState('');
  const nodeId = node.id;
  const watches = useQuery(nodeId, () => consoles.waitingFor({ nodeId }));
  const change = useCommand(async (act: 'waitFor' | 'stopWaiting', what: string) => {
    watches.replace(await consoles[act]({ nodeId, text: what }));
    return true;
  });
  const add = async () => {
    if (isLongEnough(text) && (await change.run('waitFor', text.trim())) === true) setText('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void add();
  };
  const error = change.error ?? watches.error;
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>{t('waitFor.title', { name: node.name })}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        {t('waitFor.text')}
        <Box component="form" onSubmit={submit} sx={{ display: 'flex', gap: 1 }}>
          <TextField
            autoFocus
            value={text}
            onChange={event => setText(event.target.value)}
            slotProps={{ htmlInput: { 'aria-label': t('waitFor.field'), maxLength: 200 } }}
            sx={{ flex: 1 }}
          />
          <Button type="submit" variant="contained" disabled={!isLongEnough(text) || change.isPending}>
            {t('waitFor.add')}
          </Button>
        </Box>
        {(watches.data ?? []).map(watch => (
          <Box key={watch.text} sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <Mono>{watch.text}</Mono>
            </Box>
            <Button
              aria-label={t('list.remove', { name: watch.text })}
              onClick={() => void change.run('stopWaiting', watch.text)}
            >
              {t('waitFor.remove')}
            </Button>
          </Box>
        ))}
        {error && <ErrorLines error={error} actions={{ retry: watches.reload }} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('action.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}

/** A single letter comes with every line. */
function isLongEnough(text: string): boolean {
  return text.trim().length >= 2;
}
