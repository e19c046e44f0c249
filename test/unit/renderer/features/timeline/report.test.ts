import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeReport } from '#renderer/features/timeline/report/make-report.ts';
import { fetchReportData } from '#renderer/features/timeline/report/report-data.ts';
import { sha256 } from '#renderer/features/timeline/report/sha256.ts';
import { i18nInstance, startI18n, translate } from '#renderer/i18n/i18n.ts';
import { CodedError, type RacksideClient } from '#shared/contract/index.ts';
import { verifyReport } from '#shared/report/verify-report.ts';
import { aDeployment, aStep, deploymentId } from '#test/fakes/rows.ts';
import { anEvent } from '../../rows.ts';

const ofNode = (text: string) => createHash('sha256').update(text).digest('hex');
const evil = `</script><img src=x onerror=alert(1)>"'&`;
const deployment = aDeployment({
  nodeName: evil,
  hostName: 'web-01',
  state: 'succeeded',
  finishedAt: 9000,
  steps: [aStep('write-image', { state: 'done', startedAt: 1000, finishedAt: 4000 })],
});
const events = [
  anEvent({ seq: 7, at: 1000, deploymentId, message: 'step.started', details: { step: 'write-image' } }),
  anEvent({
    seq: 9,
    at: 2000,
    deploymentId,
    kind: 'warning',
    message: 'bmc.failed',
    details: { code: 'x', text: evil },
  }),
];
const data = { madeAt: Date.UTC(2026, 10, 26), deployments: [{ deployment, events, isCut: false }] };
const htmlOf = (language = 'en') => makeReport(translate, language, data, 'html');

beforeAll(() => startI18n('en'));

describe('our SHA-256', () => {
  it('is the one of everybody else', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (const length of [54, 55, 56, 63, 64, 65, 1000])
      expect(sha256('ä'.repeat(length))).toBe(ofNode('ä'.repeat(length)));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 150 }), text => {
        expect(sha256(text)).toBe(ofNode(text));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a report', () => {
  it('verifies, with a record for itself, each deployment, each event and its page', async () => {
    expect(verifyReport(await htmlOf(), ofNode)).toMatchObject({ ok: true, records: 5 });
    expect(verifyReport(await makeReport(translate, 'en', data, 'json'), ofNode)).toMatchObject({
      ok: true,
      records: 4,
    });
  });

  it('runs nothing, loads nothing, and takes every text for a text', async () => {
    const html = await htmlOf();
    expect(html).not.toContain('<img');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain('<script type="application/json"');
    expect(html).not.toMatch(/<[^>]*\b(?:src|href)=|url\(|@import|https?:/);
    expect(html).toContain("default-src 'none'");
  });

  it('says in words what its records say', async () => {
    const html = await htmlOf();
    expect(html).toContain('Write the image: started');
    expect(html).toContain('Succeeded');
    expect(html).toContain('<html lang="en">');
  });

  it('says it in Chinese', async () => {
    await i18nInstance.changeLanguage('zh-CN');
    const html = await htmlOf('zh-CN');
    await i18nInstance.changeLanguage('en');
    expect(html).toContain('写入镜像：开始');
    expect(html).toContain('lang="zh-CN"');
    expect(verifyReport(html, ofNode).ok).toBe(true);
  });

  it('lets the page go on between its deployments', async () => {
    let pauses = 0;
    const three = { ...data, deployments: [...data.deployments, ...data.deployments, ...data.deployments] };
    const html = await makeReport(translate, 'en', three, 'html', async () => {
      pauses += 1;
    });
    expect(pauses).toBe(3);
    expect(verifyReport(html, ofNode)).toMatchObject({ ok: true, records: 11 });
  });

  it('says where the later events of a deployment are left out', async () => {
    const cut = { ...data, deployments: [{ deployment, events, isCut: true }] };
    expect(await makeReport(translate, 'en', cut, 'html')).toContain('Only the first 2 events');
  });
});

describe('what a report is made from', () => {
  /** An engine with so many events of each deployment. */
  function engineWith(counts: ReadonlyMap<string, number>) {
    const asked: (readonly [string, number])[] = [];
    const page: RacksideClient['reports']['page'] = async ({ deploymentIds, afterSeq = 0, limit = 0 }) => {
      const id = (deploymentIds[0] ?? '') as typeof deploymentId;
      asked.push([id, afterSeq]);
      const left = (counts.get(id) ?? 0) - afterSeq;
      return {
        deployments: afterSeq === 0 ? [{ ...deployment, id }] : [],
        events: Array.from({ length: Math.min(left, limit) }, (_, index) =>
          anEvent({ seq: afterSeq + index + 1, deploymentId: id }),
        ),
      };
    };
    return { asked, client: { reports: { page } } as RacksideClient };
  }
  const other = '33333333-3333-4333-8333-33333333333f' as typeof deploymentId;

  it('is asked for deployment by deployment and page by page', async () => {
    const { asked, client } = engineWith(
      new Map([
        [deploymentId, 4100],
        [other, 1],
      ]),
    );
    const { deployments } = await fetchReportData(client, [deploymentId, other], 5);
    expect(asked).toEqual([
      [deploymentId, 0],
      [deploymentId, 2000],
      [deploymentId, 4000],
      [other, 0],
    ]);
    expect(deployments.map(({ events: told, isCut }) => [told.length, isCut])).toEqual([
      [4100, false],
      [1, false],
    ]);
  });

  it('leaves out what was removed with its server meanwhile, and is refused when nothing is left', async () => {
    const { client } = engineWith(new Map([[other, 1]]));
    const { page } = client.reports;
    const gone = new CodedError('input.not_found', 'no deployment', { what: 'deployment', id: deploymentId });
    const withoutOne = {
      reports: {
        page: async (input: Parameters<typeof page>[0]) => {
          if (input.deploymentIds[0] === deploymentId) throw gone;
          return page(input);
        },
      },
    } as RacksideClient;
    const { deployments } = await fetchReportData(withoutOne, [deploymentId, other], 5);
    expect(deployments.map(one => one.deployment.id)).toEqual([other]);
    await expect(fetchReportData(withoutOne, [deploymentId], 5)).rejects.toBe(gone);
  });

  it('has room for what the others leave, and ends there', async () => {
    const { client } = engineWith(
      new Map([
        [deploymentId, 3],
        [other, 120_000],
      ]),
    );
    const { deployments } = await fetchReportData(client, [deploymentId, other], 5);
    expect(deployments.map(({ events: told, isCut }) => [told.length, isCut])).toEqual([
      [3, false],
      [99_997, true],
    ]);
  });
});
