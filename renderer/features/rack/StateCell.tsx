import type { Deployment, Node } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { ThinBar } from '../../ui/ThinBar.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { overallFraction, presentStep, progressLabel, shortProgressText } from '../timeline/progress.ts';
import { isBusy, nodeTone } from './node-actions.ts';

interface Props {
  readonly node: Node;
  readonly deployment: Deployment | undefined;
}

/** The state in a word, and while a deployment runs, its step and a thin live bar. */
export function StateCell({ node, deployment }: Props) {
  const t = useT();
  const state = t(`state.${node.provisionState}`);
  const step = deployment?.state === 'running' ? presentStep(deployment) : undefined;
  const text = step === undefined ? state : shortProgressText(step);
  const words = (
    <ToneText tone={nodeTone(node)} title={step ? `${state}: ${text}` : state}>
      {text}
    </ToneText>
  );
  if (deployment?.state !== 'running' || !isBusy(node.provisionState)) return words;
  return (
    <div className="above-bar">
      {words}
      <ThinBar value={overallFraction(deployment)} label={progressLabel(t, deployment)} />
    </div>
  );
}
