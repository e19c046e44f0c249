import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { type FormEvent, useId, useState } from 'react';
import type { NodeId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { useLeaving } from '../../../ui/use-leaving.tsx';
import { FlavorFields } from './FlavorFields.tsx';
import { FlavorResult } from './FlavorResult.tsx';
import { emptyFlavor, type FlavorForm, type FlavorInput, flavorInput } from './flavor-form.ts';
import type { FlavorMatch } from './flavor-match.ts';

interface Props {
  /** Chooses these servers in the table. */
  readonly onSelect: (nodeIds: readonly NodeId[]) => void;
  readonly onClose: () => void;
}

/** What equals one form says nothing about another. */
interface Answer {
  readonly form: FlavorForm;
  readonly found: FlavorMatch;
}

/** Servers that equal what is asked for; with none, the nearest and what is different. */
export function FlavorDialog({ onSelect, onClose }: Props) {
  const t = useT();
  const client = useClient();
  const titleId = useId();
  const [form, setForm] = useState(emptyFlavor);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const match = useCommand((input: FlavorInput) => client.nodes.match(input));
  const input = flavorInput(form);
  const leaving = useLeaving(form !== emptyFlavor && answer?.form !== form, onClose);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (input === null || match.isPending) return;
    const found = await match.run(input);
    setAnswer(found === undefined ? null : { form, found });
  };
  const select = (nodeIds: readonly NodeId[]) => {
    onSelect(nodeIds);
    onClose();
  };
  return (
    <Dialog open onClose={leaving.onDialogClose} maxWidth="sm" fullWidth aria-labelledby={titleId}>
      <form onSubmit={event => void submit(event)} style={{ display: 'contents' }}>
        <DialogTitle id={titleId}>{t('flavor.title')}</DialogTitle>
        <DialogContent tabIndex={0} sx={{ display: 'grid', gap: 1.5 }}>
          <Box sx={{ color: 'text.secondary' }}>{t('flavor.help')}</Box>
          <FlavorFields form={form} onChange={part => setForm({ ...form, ...part })} />
          {match.error && <ErrorLines error={match.error} />}
          <Box role="status">
            {answer?.form === form && <FlavorResult found={answer.found} onSelect={select} />}
          </Box>
        </DialogContent>
        <DialogActions>
          <Button onClick={leaving.leave}>{t('action.close')}</Button>
          <Button type="submit" variant="contained" disabled={input === null || match.isPending}>
            {t('flavor.find')}
          </Button>
        </DialogActions>
      </form>
      {leaving.question}
    </Dialog>
  );
}
