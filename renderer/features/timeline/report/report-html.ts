import type { Deployment, TimelineEvent } from '#shared/contract/index.ts';
import { chainOf } from '#shared/report/report-chain.ts';
import { dataPlace, headPlace, sealPage } from '#shared/report/sealed-page.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { dateText, durationText, preciseClockText, zonedText } from '../../../ui/time-text.ts';
import { writtenDiskText } from '../DeploymentSummary.tsx';
import { eventText } from '../event-text.ts';
import { stepDurationMs, stepName } from '../progress.ts';
import { type ReportData, recordsOf } from './report-data.ts';
import { reportStyle } from './report-style.ts';
import { sha256 } from './sha256.ts';

/** Enough of a hash to find its record again; the whole is in the records. */
const shownHashLength = 12;

/** A page that needs nothing but itself: no script to be read, nothing from elsewhere. Sealed; see `sealPage`. */
export function reportHtml(t: Translate, language: string, data: ReportData): string {
  const records = recordsOf(data);
  const hashes = chainOf(records, sha256).map(({ hash }) => hash.slice(0, shownHashLength));
  const firstEvent = records.length - data.events.length;
  const page = [
    '<!doctype html>',
    html`<html lang="${language}"><head><meta charset="utf-8">`,
    html`<meta name="viewport" content="width=device-width">`,
    // Whatever a machine has put into its words: nothing here runs or loads.
    html`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    html`<title>${titleOf(t, data)}</title><style>${raw(reportStyle)}</style></head><body>`,
    headerOf(t, data),
    ...data.deployments.map(deployment => deploymentOf(t, deployment)),
    html`<h2>${t('report.events')}</h2>`,
    eventTable(t, data, hashes.slice(firstEvent)),
    `${dataPlace.opens}${dataPlace.closes}`,
    '</body></html>\n',
  ].join('\n');
  return sealPage(page, records, sha256);
}

export function titleOf(t: Translate, { deployments, madeAt }: ReportData): string {
  const [only] = deployments;
  const name =
    deployments.length === 1 ? (only?.nodeName ?? '') : t('report.count', { count: deployments.length });
  return t('report.title', { name, date: dateText(madeAt) });
}

function headerOf(t: Translate, data: ReportData): string {
  return [
    html`<header><h1>${titleOf(t, data)}</h1>`,
    html`<p class="quiet">${t('report.made', { time: zonedText(data.madeAt) })}</p>`,
    data.isCut ? html`<p class="failed">${t('report.cut', { count: data.events.length })}</p>` : '',
    html`<dl><dt>${t('report.head')}</dt><dd>${raw(headPlace.opens + headPlace.closes)}</dd></dl>`,
    html`<p class="quiet">${t('report.proof')} <code>rackside report verify FILE</code></p></header>`,
  ].join('\n');
}

function deploymentOf(t: Translate, deployment: Deployment): string {
  const { nodeName, hostName, kind, imageName, state, createdAt, finishedAt, error } = deployment;
  const facts = [
    [t('lanes.state'), t(`deployment.${state}`)],
    [t('report.kind'), t(`deploymentKind.${kind}`)],
    [t('report.image'), imageName],
    [t('report.hostName'), hostName],
    [t('report.disk'), writtenDiskText(t, deployment)],
    [t('lanes.began'), zonedText(createdAt)],
    [t('lanes.duration'), finishedAt === null ? '' : durationText(t, finishedAt - createdAt)],
  ].filter(([, value]) => value !== '');
  const wrong = error && errorText(t, error);
  return [
    html`<section><h2>${nodeName}</h2><dl>`,
    ...facts.map(([name = '', value = '']) => html`<dt>${name}</dt><dd>${value}</dd>`),
    '</dl>',
    wrong ? html`<p class="failed">${wrong.what}</p><p>${wrong.evidence}</p>` : '',
    html`<table><thead><tr><th>${t('lanes.step')}</th><th>${t('lanes.state')}</th><th>${t('lanes.began')}</th>`,
    html`<th>${t('lanes.duration')}</th></tr></thead><tbody>`,
    ...deployment.steps.map(step => {
      const durationMs = step.finishedAt === null ? null : stepDurationMs(step, step.finishedAt);
      return html`<tr><td>${stepName(step.name)}</td><td>${t(`stepState.${step.state}`)}</td><td class="figure">${
        step.startedAt === null ? '' : momentText(step.startedAt)
      }</td><td class="figure">${durationMs === null ? '' : durationText(t, durationMs)}</td></tr>`;
    }),
    '</tbody></table></section>',
  ].join('\n');
}

function eventTable(t: Translate, { deployments, events }: ReportData, hashes: readonly string[]): string {
  const byId = new Map<string | null, Deployment>(deployments.map(deployment => [deployment.id, deployment]));
  const headings = [
    t('lanes.number'),
    t('lanes.time'),
    t('lanes.server'),
    t('timeline.kind'),
    t('report.event'),
    t('report.hash'),
  ];
  const line = (event: TimelineEvent, hash: string) => {
    const deployment = byId.get(event.deploymentId);
    const text = eventText(t, event, deployment?.kind === 'cleaning');
    const isBad = event.kind === 'warning';
    return html`<tr><td class="figure">${String(event.seq)}</td><td class="figure">${momentText(event.at)}</td><td>${
      deployment?.nodeName ?? ''
    }</td><td>${t(`eventKind.${event.kind}`)}</td><td class="${isBad ? 'failed' : ''}">${text}</td><td><code>${hash}</code></td></tr>`;
  };
  return [
    '<table><thead><tr>',
    ...headings.map(heading => html`<th>${heading}</th>`),
    '</tr></thead><tbody>',
    ...events.map((event, index) => line(event, hashes[index] ?? '')),
    '</tbody></table>',
  ].join('\n');
}

function momentText(at: number): string {
  return `${dateText(at)} ${preciseClockText(at)}`;
}

interface Raw {
  readonly raw: string;
}

function raw(text: string): Raw {
  return { raw: text };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Every value is text, unless it says that it is HTML of ours. */
function html(parts: TemplateStringsArray, ...values: readonly (string | Raw)[]): string {
  const texts = values.map(value =>
    typeof value === 'string' ? value.replaceAll(/[&<>"']/g, letter => entities[letter] ?? '') : value.raw,
  );
  return parts.map((part, index) => part + (texts[index] ?? '')).join('');
}
