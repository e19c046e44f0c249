import { Liquid, LiquidError } from 'liquidjs';
import { renderNetwork } from '#engine/identity/network/render-network.ts';
import type { InstallerFamily } from '#shared/contract/index.ts';
import type { AnswerFileAssets } from './answer-file-assets.ts';
import { answerView } from './answer-view.ts';
import { filters, plainOutput } from './escaping.ts';
import { type InstallPlan, installPlanProblems } from './install-plan.ts';
import { type AnswerFileProblem, problem } from './lint/problem.ts';
import { lintAnswerFile } from './lint-answer-file.ts';
import { networkFamily } from './network-family.ts';

/** `ok`: there is a text without errors; warnings may be among the problems all the same. */
export type RenderedAnswerFile =
  | { readonly ok: true; readonly text: string; readonly problems: readonly AnswerFileProblem[] }
  | { readonly ok: false; readonly text: string | null; readonly problems: readonly AnswerFileProblem[] };

export interface AnswerFileInput {
  readonly plan: InstallPlan;
  readonly assets: AnswerFileAssets;
  /** A person's own; without it ours. */
  readonly template?: string | undefined;
}

/** A template is a person's text: what it may cost is bounded (ours takes 5 ms), and it reaches no file. */
const templateMaxBytes = 256 * 1024;
/** `memoryLimit` counts characters of texts and elements of lists; `renderLimit` (ms) is looked at between nodes alone. */
const limits = { parseLimit: templateMaxBytes, renderLimit: 500, memoryLimit: 1_000_000 };

export function renderAnswerFile({ plan, assets, template }: AnswerFileInput): RenderedAnswerFile {
  const { family } = plan.medium;
  const problems = installPlanProblems(plan).map(({ path, code, values, reason }): AnswerFileProblem => {
    const where = path.join('.');
    return problem(`plan.${code}`, `${where}: ${reason}`, { values: { where, ...values } });
  });
  if (problems.length > 0) return { ok: false, text: null, problems };
  try {
    const network = plan.network === null ? null : renderNetwork(networkFamily(plan.medium), plan.network);
    const source = template ?? assets.templates[family];
    const rendered: unknown = engineFor(family).parseAndRenderSync(source, answerView(plan, assets, network));
    const text = `${String(rendered).trim()}\n`;
    const found = lintAnswerFile(family, text);
    return { ok: found.every(({ severity }) => severity !== 'error'), text, problems: found };
  } catch (error) {
    return { ok: false, text: null, problems: [templateProblem(error)] };
  }
}

const engines = new Map<InstallerFamily, Liquid>();

function engineFor(family: InstallerFamily): Liquid {
  const known = engines.get(family);
  if (known !== undefined) return known;
  const engine = new Liquid({
    ...limits,
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    dynamicPartials: false,
    cache: false,
    outputEscape: plainOutput(family),
    templates: {},
  });
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];
  delete engine.filters['raw'];
  for (const [name, filter] of Object.entries(filters)) engine.registerFilter(name, filter);
  engines.set(family, engine);
  return engine;
}

function templateProblem(error: unknown): AnswerFileProblem {
  const message = error instanceof Error ? error.message : String(error);
  // Liquid writes the position into the message as well.
  const reason = message.replace(/, (file:.*, )?line:\d+, col:\d+$/, '');
  const [line = null, column = null] = error instanceof LiquidError ? error.token.getPosition() : [];
  return problem('template', reason, { values: { reason }, line, column });
}
