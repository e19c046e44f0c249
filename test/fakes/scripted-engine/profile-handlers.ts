import { randomUUID } from 'node:crypto';
import {
  CodedError,
  type InstallerFamily,
  installerFamilies,
  type Profile,
  type ProfileInput,
  type ProgressPhrase,
  type RacksideHandlers,
} from '#shared/contract/index.ts';
import type { ProfileId } from '#shared/model/ids.ts';
import { find, type Play, type Script } from './play.ts';

type ProfileHandlers = RacksideHandlers['profiles'];
type Problems = Awaited<ReturnType<ProfileHandlers['preview']>>['problems'];

export function profileHandlers(
  { world, patch, note }: Play,
  preview: Script['preview'],
): RacksideHandlers['profiles'] {
  const templates = new Map<string, string>();
  const phrases = new Map<string, ProgressPhrase[]>();
  const put = (row: Profile): Profile => {
    patch({ op: 'put', table: 'profiles', row });
    return row;
  };
  return {
    list: async () => world.profiles,
    create: async input => {
      note('profiles.create', input);
      return put(profileOf(input, undefined));
    },
    update: async ({ id, ...input }) => {
      note('profiles.update', { id, ...input });
      return put(profileOf(input, find(world.profiles, id, 'profile')));
    },
    remove: async ({ id }) => {
      note('profiles.remove', { id });
      patch({ op: 'remove', table: 'profiles', ids: [id] });
      return {};
    },
    template: async ({ id, family }) => {
      const own = templates.get(`${id} ${family}`);
      return { text: own ?? ourTemplates[family], isOwn: own !== undefined };
    },
    setTemplate: async ({ id, family, text }) => {
      note('profiles.setTemplate', { id, family, text });
      if (text === null) templates.delete(`${id} ${family}`);
      else {
        refuseProblems(problemsIn(text));
        templates.set(`${id} ${family}`, text);
      }
      const ownTemplates = installerFamilies.filter(one => templates.has(`${id} ${one}`));
      return put({ ...find(world.profiles, id, 'profile'), ownTemplates });
    },
    preview:
      preview ??
      (async ({ family, nodeId, templateText }) => {
        const template = templateText ?? ourTemplates[family];
        const host = world.nodes.find(node => node.id === nodeId)?.name ?? 'server-1';
        return { text: template.replaceAll('{{ host.name }}', host), problems: problemsIn(template) };
      }),
    phrases: async ({ id, family }) => {
      const own = phrases.get(`${id} ${family}`);
      return { phrases: own ?? ourPhrases, isOwn: own !== undefined };
    },
    setPhrases: async input => {
      note('profiles.setPhrases', input);
      if (input.phrases === null) phrases.delete(`${input.id} ${input.family}`);
      else phrases.set(`${input.id} ${input.family}`, input.phrases);
      return find(world.profiles, input.id, 'profile');
    },
  };
}

function profileOf({ users, ...input }: ProfileInput, known: Profile | undefined): Profile {
  const had = (name: string) => known?.users.find(user => user.name === name)?.hasPassword ?? false;
  return {
    ...input,
    id: known?.id ?? (randomUUID() as ProfileId),
    users: users.map(({ password, ...user }) => ({
      ...user,
      hasPassword: password === undefined ? had(user.name) : password !== '',
    })),
    ownTemplates: known?.ownTemplates ?? [],
    createdAt: known?.createdAt ?? Date.now(),
    updatedAt: Date.now(),
  };
}

/** The one mistake that this engine knows: braces that are not closed in their line. */
function problemsIn(template: string): Problems {
  return template.split('\n').flatMap((line, index) =>
    line.split('{{').length === line.split('}}').length
      ? []
      : [
          {
            severity: 'error' as const,
            line: index + 1,
            code: 'template',
            values: { reason: 'output "{{ host.name" not closed' },
            text: 'output "{{ host.name" not closed',
          },
        ],
  );
}

function refuseProblems(problems: Problems): void {
  if (problems.length === 0) return;
  const issues = problems.map(({ line, text }) => ({ path: 'text', message: `line ${line}: ${text}` }));
  throw new CodedError('input.invalid', 'the template has errors', { issues });
}

const ourTemplates: Readonly<Record<InstallerFamily, string>> = {
  anaconda: [
    '# {{ profile.name }} on {{ host.name }}',
    'text',
    'url --url={{ urls.repository }}',
    'lang {{ locale }}',
    'keyboard --xlayouts={{ keyboard }}',
    'timezone {{ time_zone }} --utc',
    'rootpw --iscrypted {{ root_password_hash }}',
    'ignoredisk --only-use={{ disk.by_id }}',
    'zerombr',
    'clearpart --all --initlabel --disklabel=gpt',
    '{{ storage_lines }}',
    'network --bootproto=dhcp --device={{ provisioning_mac }} --hostname={{ host.name }}',
    '{% for key in keys %}sshkey --username=root {{ key }}{% endfor %}',
    'reboot',
    '',
    '%packages',
    '@^minimal-environment',
    '{% for package in packages %}{{ package }}{% endfor %}',
    '%end',
    '',
  ].join('\n'),
  'debian-installer': 'd-i netcfg/get_hostname string {{ host.name }}\n',
  subiquity: '#cloud-config\nautoinstall:\n  version: 1\n  identity:\n    hostname: {{ host.name }}\n',
  autoyast: '<?xml version="1.0"?>\n<profile>\n  <hostname>{{ host.name }}</hostname>\n</profile>\n',
};

const ourPhrases: ProgressPhrase[] = [
  { words: 'starting installer', phase: 'start', percent: 2, quietSeconds: 300 },
  { words: 'creating partition', phase: 'disks', percent: 15, quietSeconds: 300 },
  { words: 'installing * packages', phase: 'packages', percent: 30, quietSeconds: 900 },
  { words: 'configuring boot loader', phase: 'boot loader', percent: 90, quietSeconds: 300 },
  { words: 'installation complete', phase: 'finished', percent: 100, quietSeconds: 60 },
];
