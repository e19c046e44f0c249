import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchReportData } from '#renderer/features/timeline/report/report-data.ts';
import { reportHtml } from '#renderer/features/timeline/report/report-html.ts';
import { sha256 } from '#renderer/features/timeline/report/sha256.ts';
import { i18nInstance, startI18n, translate } from '#renderer/i18n/i18n.ts';
import type { RacksideClient } from '#shared/contract/index.ts';
import { verifyReport } from '#shared/report/verify-report.ts';
import { aDeployment, aStep, deploymentId } from '#test/fakes/rows.ts';
import { anEvent } from '../../rows.ts';

const ofNode = (text: string) => createHash('sha256').update(text).digest('hex');
const evil = `</script><img src=x onerror=alert(1)>"'&`;
const data = {
  madeAt: Date.UTC(2026, 10, 26),
  isCut: false,
  deployments: [
    aDeployment({
      nodeName: evil,
      hostName: 'web-01',
      state: 'succeeded',
      finishedAt: 9000,
      steps: [aStep('write-image', { state: 'done', startedAt: 1000, finishedAt: 4000 })],
    }),
  ],
  events: [
    anEvent({ seq: 7, at: 1000, deploymentId, message: 'step.started', details: { step: 'write-image' } }),
    anEvent({
      seq: 9,
      at: 2000,
      deploymentId,
      kind: 'warning',
      message: 'bmc.failed',
      details: { code: 'x', text: evil },
    }),
  ],
};

beforeAll(() => startI18n('en'));

describe('our SHA-256', () => {
  it('is the one of everybody else', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (const length of [54, 55, 56, 63, 64, 65, 1000])
      expect(sha256('ä'.repeat(length))).toBe(ofNode('ä'.repeat(length)));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
        expect(sha256(text)).toBe(ofNode(text));
      }),
    );
  });
});

describe('a report', () => {
  it('verifies, with a record for itself, each deployment, each event and its page', () => {
    expect(verifyReport(reportHtml(translate, 'en', data), ofNode)).toMatchObject({ ok: true, records: 5 });
  });

  it('runs nothing, loads nothing, and takes every text for a text', () => {
    const html = reportHtml(translate, 'en', data);
    expect(html).not.toContain('<img');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain('<script type="application/json"');
    expect(html).not.toMatch(/<[^>]*\b(?:src|href)=|url\(|@import|https?:/);
    expect(html).toContain("default-src 'none'");
  });

  it('says in words what its records say', () => {
    const html = reportHtml(translate, 'en', data);
    expect(html).toContain('Write the image: started');
    expect(html).toContain('Succeeded');
    expect(html).toContain('<html lang="en">');
  });

  it('says it in Chinese', async () => {
    await i18nInstance.changeLanguage('zh-CN');
    const html = reportHtml(translate, 'zh-CN', data);
    await i18nInstance.changeLanguage('en');
    expect(html).toContain('写入镜像：开始');
    expect(html).toContain('lang="zh-CN"');
    expect(verifyReport(html, ofNode).ok).toBe(true);
  });
});

describe('what a report is made from', () => {
  it('is asked for page by page', async () => {
    const asked: number[] = [];
    const all = Array.from({ length: 4100 }, (_, index) => anEvent({ seq: index + 1, deploymentId }));
    const page: RacksideClient['reports']['page'] = async ({ afterSeq = 0, limit = 0 }) => {
      asked.push(afterSeq);
      return {
        deployments: afterSeq === 0 ? [...data.deployments] : [],
        events: all.filter(({ seq }) => seq > afterSeq).slice(0, limit),
      };
    };
    const client = { reports: { page } } as RacksideClient;
    const fetched = await fetchReportData(client, [deploymentId], 5);
    expect(asked).toEqual([0, 2000, 4000]);
    expect(fetched).toMatchObject({ madeAt: 5, isCut: false });
    expect(fetched.events).toHaveLength(4100);
    expect(fetched.deployments).toHaveLength(1);
  });
});
