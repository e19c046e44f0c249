import type { Store } from '#engine/store/store.ts';
import { CodedError, type Deployment, type Image, type Node } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { ownText } from '../storage-of.ts';
import type { AnswerFileAssets } from './answer-file/answer-file-assets.ts';
import type { InstallPlan } from './answer-file/install-plan.ts';
import { installerArguments } from './answer-file/kernel-command-line.ts';
import { type AnswerFileProblem, problem } from './answer-file/lint/problem.ts';
import { renderAnswerFile } from './answer-file/render-answer-file.ts';
import { answerFileName, type InstallSurroundings, installPlanOf } from './install-plan-of.ts';

/** What a machine is given to install itself. */
export interface InstallerFiles {
  readonly boot: { readonly kernelUrl: string; readonly initrdUrl: string; readonly commandLine: string };
  /** By their names under `/install/<deployment>/`. */
  readonly answers: ReadonlyMap<string, { readonly contentType: string; readonly text: string }>;
}

/** The same each time it is asked for, as long as nobody changes the server. */
export function installerFiles(
  store: Store,
  assets: AnswerFileAssets,
  deployment: Deployment,
  node: Node,
  image: Image,
  surroundings: InstallSurroundings,
): InstallerFiles {
  const plan = installPlanOf(store, deployment, node, image, surroundings);
  const template = ownText(store.deployments.request(deployment.id), plan.medium.family, 'template');
  const rendered = renderAnswerFile({ plan, assets, template });
  if (!rendered.ok) {
    const error = rendered.problems.find(({ severity }) => severity === 'error');
    throw answerFileError(
      error ?? problem('template', 'no answer file', { values: { reason: 'no answer file' } }),
    );
  }
  return {
    boot: bootOf(plan, image, surroundings.baseUrl),
    answers: answersOf(plan, rendered.text, deployment),
  };
}

function answerFileError({
  line,
  reason,
  code,
  values,
}: AnswerFileProblem): CodedError<'deploy.answer_file'> {
  return new CodedError('deploy.answer_file', reason, {
    line: line ?? 0,
    reason,
    code,
    values: { ...values },
  });
}

function bootOf(plan: InstallPlan, image: Image, baseUrl: string): InstallerFiles['boot'] {
  const found = installerArguments(plan);
  if (!found.ok) {
    const details = { values: { where: 'kernelArguments', character: found.token } };
    throw answerFileError(problem('plan.bad_character', found.reason, details));
  }
  const { kernel, initrd, kernelImageId = image.id, initrdImageId = image.id } = plan.medium;
  const file = (imageId: ImageId, path: string) =>
    `${baseUrl}/media/${imageId}/${path.split('/').map(encodeURIComponent).join('/')}`;
  return {
    kernelUrl: file(kernelImageId, kernel),
    initrdUrl: file(initrdImageId, initrd),
    commandLine: found.tokens.join(' '),
  };
}

function answersOf(plan: InstallPlan, text: string, { id }: Deployment): InstallerFiles['answers'] {
  const plain = 'text/plain; charset=utf-8';
  const name = answerFileName(plan.medium);
  if (plan.medium.family !== 'subiquity') return new Map([[name, { contentType: plain, text }]]);
  return new Map([
    [`${name}user-data`, { contentType: plain, text }],
    [`${name}meta-data`, { contentType: plain, text: `instance-id: ${id}\n` }],
    [`${name}vendor-data`, { contentType: plain, text: '#cloud-config\n{}\n' }],
  ]);
}
