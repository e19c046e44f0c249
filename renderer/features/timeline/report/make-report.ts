import { type ChainedRecord, chainOf, chainText } from '#shared/report/report-chain.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { type ReportData, reportRecord } from './report-data.ts';
import { reportHtml, sectionOf } from './report-html.ts';
import { sha256 } from './sha256.ts';

export type ReportForm = 'html' | 'json';

/**
 * The text of the file. `pause` is waited for after each deployment: two hundred of them are seconds of work, and the page
 * goes on meanwhile.
 */
export async function makeReport(
  t: Translate,
  language: string,
  data: ReportData,
  form: ReportForm,
  pause: () => Promise<void> = nextTask,
): Promise<string> {
  const chain: ChainedRecord[] = chainOf([reportRecord(data)], sha256);
  const sections: string[] = [];
  for (const reported of data.deployments) {
    const { text, records } = sectionOf(t, reported, chain);
    sections.push(text);
    for (const record of records) chain.push(record);
    await pause();
  }
  return form === 'json' ? chainText(chain) : reportHtml(t, language, data, sections, chain);
}

function nextTask(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 0));
}
