import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { type FormEvent, useId, useMemo, useState } from 'react';
import type { Scan } from '#shared/contract/index.ts';
import { closeOverlay } from '../../../app/overlay.ts';
import { goTo } from '../../../app/route.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { LiveText } from '../../../ui/LiveText.tsx';
import { FoundTable } from './FoundTable.tsx';
import type { FoundRow } from './found-columns.tsx';
import { proposedNames } from './name-pattern.ts';
import { ScanProgress } from './ScanProgress.tsx';
import { mayEnroll, shortened } from './scan-state.ts';
import { useEnrolment } from './use-enrolment.ts';

const firstPattern = 'server-{nn}';

/** What the scan has found, and the choice of those that become servers. */
export function ScanResultDialog({ scan }: { readonly scan: Scan }) {
  const t = useT();
  const client = useClient();
  const titleId = useId();
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set());
  const [pattern, setPattern] = useState(firstPattern);
  const { status, found } = scan;
  const { rows, chosen, areNamesGood } = useFoundRows(scan, wanted, pattern);
  const { enroll, enrolledCount, refused } = useEnrolment(status.id);
  const again = useCommand(() => client.scan.forget({ scanId: status.id }));
  const enrollable = found.filter(mayEnroll);
  const isReady = chosen.length > 0 && areNamesGood && !enroll.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) void enroll.run(chosen);
  };
  const open = ({ bmc }: FoundRow) => {
    if (bmc.nodeId !== null) {
      closeOverlay();
      goTo('rack', bmc.nodeId);
    } else if (mayEnroll(bmc)) setWanted(toggled(wanted, bmc.address));
  };
  return (
    <Dialog open onClose={closeOverlay} maxWidth="lg" fullWidth aria-labelledby={titleId}>
      <form onSubmit={submit} style={{ display: 'contents' }}>
        <DialogTitle id={titleId}>{t('scan.progress', { ranges: shortened(status.ranges) })}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 1.5, alignContent: 'start' }}>
          <ScanProgress scan={scan} />
          <FoundTable
            rows={rows}
            isRunning={status.state === 'running'}
            selectedKeys={wanted}
            onSelect={setWanted}
            onOpen={open}
          />
          <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'flex-start', pt: 0.5 }}>
            <TextField
              label={t('scan.pattern')}
              value={pattern}
              helperText={t('scan.patternHelp')}
              onChange={event => setPattern(event.target.value)}
              sx={{ flex: 1 }}
              slotProps={{ htmlInput: { maxLength: 80, spellCheck: false } }}
            />
            <Button
              variant="outlined"
              disabled={enrollable.length === 0}
              onClick={() => setWanted(new Set(enrollable.map(({ address }) => address)))}
            >
              {t('scan.chooseAll', { count: enrollable.length })}
            </Button>
          </Box>
          {refused.map(({ address, error }) => (
            <Box key={address} sx={{ display: 'grid', gap: 0.5 }}>
              {t('scan.notEnrolled', { address })}
              <ErrorLines error={error} />
            </Box>
          ))}
          {enroll.error && <ErrorLines error={enroll.error} />}
          {again.error && <ErrorLines error={again.error} />}
          <LiveText text={enrolledCount > 0 ? t('scan.enrolled', { count: enrolledCount }) : ''} />
        </DialogContent>
        <DialogActions>
          {status.state !== 'running' && (
            <Button disabled={again.isPending} onClick={() => void again.run()} sx={{ mr: 'auto' }}>
              {t('scan.again')}
            </Button>
          )}
          <Button onClick={closeOverlay}>{t('action.close')}</Button>
          <Button type="submit" variant="contained" disabled={!isReady}>
            {chosen.length === 0 ? t('scan.enroll') : t('scan.enrollCount', { count: chosen.length })}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** The rows of the table; those that are chosen are named in the order of their addresses. */
function useFoundRows({ found }: Scan, wanted: ReadonlySet<string>, pattern: string) {
  const nodes = useWorld(world => world.nodes);
  return useMemo(() => {
    const taken = new Set([...nodes.values()].map(({ name }) => name));
    const eligible = found
      .filter(bmc => mayEnroll(bmc) && wanted.has(bmc.address))
      .sort((a, b) => a.address.localeCompare(b.address, undefined, { numeric: true }));
    const names = proposedNames(eligible, pattern, taken);
    return {
      rows: found.map((bmc): FoundRow => ({ bmc, proposed: names.get(bmc.address) })),
      chosen: [...names].map(([address, { name }]) => ({ address, name })),
      areNamesGood: [...names.values()].every(({ problem }) => problem === undefined),
    };
  }, [found, nodes, wanted, pattern]);
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const changed = new Set(keys);
  if (!changed.delete(key)) changed.add(key);
  return changed;
}
