import { Button, Menu, MenuItem } from '@mui/material';
import { useState } from 'react';
import type { Deployment } from '#shared/contract/index.ts';
import { notify } from '../../../app/notifications.ts';
import { usePreferences } from '../../../app/preferences.ts';
import { useConnection } from '../../../client/client-context.tsx';
import { toCodedError } from '../../../client/coded-error.ts';
import { saveSheet } from '../../../client/save-sheet.ts';
import { useT } from '../../../i18n/i18n.ts';
import { dateText } from '../../../ui/time-text.ts';
import { makeReport, type ReportForm } from './make-report.ts';
import { fetchReportData } from './report-data.ts';
import { titleOf } from './report-html.ts';

interface Props {
  readonly deployments: readonly Deployment[];
  /** The lane in hand. */
  readonly chosen: Deployment | undefined;
}

/** The deployments that are shown, or the chosen one, as a report for people or for programs. */
export function ExportMenu({ deployments, chosen }: Props) {
  const t = useT();
  const { client, host } = useConnection();
  const language = usePreferences(state => state.language);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isPending, setPending] = useState(false);
  const save = async (form: ReportForm, wanted: readonly Deployment[]) => {
    setAnchor(null);
    setPending(true);
    try {
      const data = await fetchReportData(
        client,
        wanted.map(({ id }) => id),
        Date.now(),
      );
      const text = await makeReport(t, language, data, form);
      await saveSheet(host, titleOf(t, data), fileName(wanted, data.madeAt, form), text);
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) });
    } finally {
      setPending(false);
    }
  };
  const item = (form: ReportForm, wanted: readonly Deployment[], label: string) => (
    <MenuItem key={`${form} ${label}`} onClick={() => void save(form, wanted)}>
      {t(form === 'html' ? 'report.asHtml' : 'report.asJson', { what: label })}
    </MenuItem>
  );
  const wholes: readonly (readonly [readonly Deployment[], string])[] = [
    [deployments, t('report.all', { count: deployments.length })],
    ...(chosen && deployments.length > 1 ? [[[chosen], chosen.nodeName] as const] : []),
  ];
  return (
    <>
      <Button
        variant="outlined"
        aria-haspopup="menu"
        disabled={isPending || deployments.length === 0}
        onClick={event => setAnchor(event.currentTarget)}
      >
        {t('report.export')}
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {wholes.flatMap(([wanted, label]) => [item('html', wanted, label), item('json', wanted, label)])}
      </Menu>
    </>
  );
}

/** Letters that every file system takes; `r4u02-2026-11-26.html`. */
function fileName(deployments: readonly Deployment[], madeAt: number, form: ReportForm): string {
  const [only] = deployments;
  const name = deployments.length === 1 && only ? only.nodeName : 'rackside';
  const plain = name
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 50);
  return `${plain || 'server'}-${dateText(madeAt)}.${form}`;
}
