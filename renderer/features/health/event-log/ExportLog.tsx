import { Button } from '@mui/material';
import type { Node } from '#shared/contract/index.ts';
import { notify } from '../../../app/notifications.ts';
import { useConnection } from '../../../client/client-context.tsx';
import { toCodedError } from '../../../client/coded-error.ts';
import { saveSheet } from '../../../client/save-sheet.ts';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { dateText } from '../../../ui/time-text.ts';
import { formatCsv } from '../../rack/transfer/delimited.ts';
import { eventLogCells } from './event-log-cells.ts';
import { findEvents, type LogFilter } from './event-search.ts';

interface Props {
  readonly node: Node;
  readonly filter: LogFilter;
}

/** A BMC keeps some hundreds to thousands of entries; more than this is no log that a person reads. */
const mostEvents = 50_000;

/** What the filter lets through, as CSV; also what the list has not fetched yet. */
export function ExportLog({ node, filter }: Props) {
  const t = useT();
  const { client, host } = useConnection();
  const save = useCommand(async () => {
    try {
      const whole = { beforeSeq: null, most: mostEvents };
      const { events } = await findEvents(t, client, node.id, filter, whole);
      const plain = node.name.replaceAll(/[^A-Za-z0-9._-]+/g, '-');
      const name = `${plain}-event-log-${dateText(Date.now())}.csv`;
      await saveSheet(host, t('eventLog.export'), name, formatCsv(eventLogCells(t, events)));
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) });
    }
  });
  return (
    <Button variant="outlined" disabled={save.isPending} onClick={() => void save.run()}>
      {t('eventLog.export')}
    </Button>
  );
}
