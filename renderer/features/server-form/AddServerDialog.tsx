import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { type FormEvent, useState } from 'react';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { useLeaving } from '../../ui/use-leaving.tsx';
import { readHints } from './hint-texts.ts';
import { ServerFields } from './ServerFields.tsx';
import { bmcInput, hasWrongLabels, labelsIn, newServer, readMacs } from './server-form.ts';

/** A new server, from nothing or from a machine that was seen by PXE. */
export function AddServerDialog({ mac }: { readonly mac?: string | undefined }) {
  const t = useT();
  const client = useClient();
  const [untouched] = useState(() => newServer(mac));
  const [form, setForm] = useState(untouched);
  const leaving = useLeaving(form !== untouched, closeOverlay);
  const { macs, wrong } = readMacs(form.macs);
  const bmc = bmcInput(form);
  const isComplete =
    form.name.trim() !== '' && wrong.length === 0 && !hasWrongLabels(form) && (bmc !== null || !form.hasBmc);
  const enroll = useCommand(() =>
    client.nodes.enroll({
      name: form.name,
      bmc,
      macs: [...macs],
      bootMode: form.bootMode,
      rootDeviceHints: readHints(form.hints),
      resourceClass: form.resourceClass.trim(),
      cleanOnRelease: form.cleanOnRelease,
      extra: labelsIn(form),
    }),
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete || enroll.isPending) return;
    const node = await enroll.run();
    if (node === undefined) return;
    closeOverlay();
    goTo('rack', node.id);
  };
  return (
    <Dialog open onClose={leaving.onDialogClose} maxWidth="md" fullWidth aria-labelledby="add-server">
      <form onSubmit={event => void submit(event)} style={{ display: 'contents' }}>
        <DialogTitle id="add-server">
          {t(mac === undefined ? 'server.addTitle' : 'server.enrollTitle')}
        </DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          <ServerFields form={form} onChange={change => setForm(known => ({ ...known, ...change }))} />
          {enroll.error && <ErrorLines error={enroll.error} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={leaving.leave}>{t('action.cancel')}</Button>
          <Button type="submit" variant="contained" disabled={!isComplete || enroll.isPending}>
            {t('server.add')}
          </Button>
        </DialogActions>
      </form>
      {leaving.question}
    </Dialog>
  );
}
