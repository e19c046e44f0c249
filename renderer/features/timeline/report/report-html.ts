import type { Deployment, TimelineEvent } from '#shared/contract/index.ts';
import { type ChainedRecord, chainOf, headOf } from '#shared/report/report-chain.ts';
import { dataPlace, headPlace, sealPage } from '#shared/report/sealed-page.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { dateText, durationText, preciseClockText, zonedText } from '../../../ui/time-text.ts';
import { writtenDiskText } from '../DeploymentSummary.tsx';
import { eventText } from '../event-text.ts';
import { stepDurationMs, stepName } from '../progress.ts';
import { html, raw } from './html-text.ts';
import { type ReportData, type ReportedDeployment, recordsOf } from './report-data.ts';
import { reportStyle } from './report-style.ts';
import { sha256 } from './sha256.ts';

/** Enough of a hash to find its record again; the whole is in the records. */
const shownHashLength = 12;

/**
 * A page that needs nothing but itself: no script to be read, nothing from elsewhere. Sealed; see `sealPage`. `chain` has
 * the records of the report and of each deployment.
 */
export function reportHtml(
  t: Translate,
  language: string,
  data: ReportData,
  sections: readonly string[],
  chain: readonly ChainedRecord[],
): string {
  const page = [
    '<!doctype html>',
    html`<html lang="${language}"><head><meta charset="utf-8">`,
    html`<meta name="viewport" content="width=device-width">`,
    // Whatever a machine has put into its words: nothing here runs or loads.
    html`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    html`<title>${titleOf(t, data)}</title><style>${raw(reportStyle)}</style></head><body>`,
    headerOf(t, data),
    ...sections,
    `${dataPlace.opens}${dataPlace.closes}`,
    '</body></html>\n',
  ].join('\n');
  return sealPage(page, chain, sha256);
}

export function titleOf(t: Translate, { deployments, madeAt }: ReportData): string {
  const [only] = deployments;
  const name =
    deployments.length === 1
      ? (only?.deployment.nodeName ?? '')
      : t('report.count', { count: deployments.length });
  return t('report.title', { name, date: dateText(madeAt) });
}

function headerOf(t: Translate, data: ReportData): string {
  return [
    html`<header><h1>${titleOf(t, data)}</h1>`,
    html`<p class="quiet">${t('report.made', { time: zonedText(data.madeAt) })}</p>`,
    html`<dl><dt>${t('report.head')}</dt><dd>${raw(headPlace.opens + headPlace.closes)}</dd></dl>`,
    html`<p class="quiet">${t('report.proof')} <code>rackside report verify FILE</code></p></header>`,
  ].join('\n');
}

/** What people read of one deployment, and the next records of the chain. */
export function sectionOf(
  t: Translate,
  reported: ReportedDeployment,
  before: readonly ChainedRecord[],
): { readonly text: string; readonly records: readonly ChainedRecord[] } {
  const { deployment, events, isCut } = reported;
  const records = chainOf(recordsOf(reported), sha256, headOf(before));
  const text = [
    html`<section><h2>${deployment.nodeName}</h2>`,
    factsOf(t, deployment),
    stepTable(t, deployment),
    html`<h3>${t('report.events')}</h3>`,
    isCut ? html`<p class="failed">${t('report.cut', { count: events.length })}</p>` : '',
    // The first record is the deployment's own.
    eventTable(t, reported, records.slice(1)),
    '</section>',
  ].join('\n');
  return { text, records };
}

function factsOf(t: Translate, deployment: Deployment): string {
  const { hostName, kind, imageName, state, createdAt, finishedAt, error } = deployment;
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
    '<dl>',
    ...facts.map(([name = '', value = '']) => html`<dt>${name}</dt><dd>${value}</dd>`),
    '</dl>',
    wrong ? html`<p class="failed">${wrong.what}</p><p>${wrong.evidence}</p>` : '',
  ].join('\n');
}

function stepTable(t: Translate, { steps }: Deployment): string {
  const headings = [t('lanes.step'), t('lanes.state'), t('lanes.began'), t('lanes.duration')];
  const lines = steps.map(step => {
    const durationMs = step.finishedAt === null ? null : stepDurationMs(step, step.finishedAt);
    return html`<tr><td>${stepName(step.name)}</td><td>${t(`stepState.${step.state}`)}</td><td class="figure">${
      step.startedAt === null ? '' : momentText(step.startedAt)
    }</td><td class="figure">${durationMs === null ? '' : durationText(t, durationMs)}</td></tr>`;
  });
  return tableOf(headings, lines);
}

function eventTable(
  t: Translate,
  { deployment, events }: ReportedDeployment,
  records: readonly ChainedRecord[],
): string {
  const headings = [
    t('lanes.number'),
    t('lanes.time'),
    t('timeline.kind'),
    t('report.event'),
    t('report.hash'),
  ];
  const isCleaning = deployment.kind === 'cleaning';
  const line = (event: TimelineEvent, hash: string) =>
    html`<tr><td class="figure">${String(event.seq)}</td><td class="figure">${momentText(event.at)}</td><td>${t(
      `eventKind.${event.kind}`,
    )}</td><td class="${event.kind === 'warning' ? 'failed' : ''}">${eventText(
      t,
      event,
      isCleaning,
    )}</td><td><code>${hash.slice(0, shownHashLength)}</code></td></tr>`;
  return tableOf(
    headings,
    events.map((event, index) => line(event, records[index]?.hash ?? '')),
  );
}

function tableOf(headings: readonly string[], lines: readonly string[]): string {
  return [
    '<table><thead><tr>',
    ...headings.map(heading => html`<th scope="col">${heading}</th>`),
    '</tr></thead><tbody>',
    ...lines,
    '</tbody></table>',
  ].join('\n');
}

function momentText(at: number): string {
  return `${dateText(at)} ${preciseClockText(at)}`;
}
