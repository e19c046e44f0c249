import { Box, Button } from '@mui/material';
import type { Node } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Section } from '../../ui/Section.tsx';
import { DeploymentSummary } from '../timeline/DeploymentSummary.tsx';
import { RetryFrom } from '../timeline/RetryFrom.tsx';
import { BmcFacts } from './BmcFacts.tsx';
import { BootDevicePanel } from './BootDevicePanel.tsx';
import { FaultPanel } from './FaultPanel.tsx';
import { MachineSays } from './hardware/MachineSays.tsx';
import { MachineFacts } from './MachineFacts.tsx';
import { allowedActions } from './node-actions.ts';
import { PowerPanel } from './PowerPanel.tsx';
import { startAction } from './perform-action.ts';
import { RescuePanel } from './rescue/RescuePanel.tsx';

export function OverviewTab({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const deployment = useWorld(world =>
    node.deploymentId === null ? undefined : world.deployments.get(node.deploymentId),
  );
  const allowed = allowedActions(node, deployment);
  const again = (['retry', 'inspect', 'manage'] as const).find(action => allowed.has(action));
  return (
    <Box sx={{ p: 2, display: 'grid', gap: 2.5, alignContent: 'start' }}>
      {node.lastError && (
        <ErrorLines
          error={node.lastError}
          actions={{
            ...(again && { retry: () => startAction(client, node, again) }),
            ...(allowed.has('deploy') && { 'deploy-again': () => startAction(client, node, 'deploy') }),
            'edit-server': () => openOverlay({ is: 'edit-server', nodeId: node.id }),
            'open-networks': () => goTo('networks'),
          }}
        >
          {again === 'retry' && deployment && <RetryFrom deployment={deployment} />}
          <Button onClick={() => goTo('rack', node.id, 'timeline')}>{t('timeline.showError')}</Button>
        </ErrorLines>
      )}
      {deployment && (
        <Section title={t('sheet.deployment')}>
          <DeploymentSummary deployment={deployment} />
        </Section>
      )}
      {node.provisionState === 'rescue' && (
        <Section title={t('rescue.title')}>
          <RescuePanel key={node.id} node={node} />
        </Section>
      )}
      <Section title={t('sheet.power')}>
        <PowerPanel node={node} allowed={allowed} />
      </Section>
      {node.bmc && (
        <Section title={t('sheet.bootDevice')}>
          <BootDevicePanel node={node} />
        </Section>
      )}
      <Section title={t('sheet.bmc')}>
        <BmcFacts node={node} />
      </Section>
      <Section title={t('sheet.machine')}>
        <MachineFacts node={node} />
      </Section>
      {node.inventory && (
        <Section title={t('hardware.title')}>
          <MachineSays inventory={node.inventory} />
        </Section>
      )}
      {node.isVirtual && (
        <Section title={t('fault.title')}>
          <FaultPanel node={node} />
        </Section>
      )}
    </Box>
  );
}
