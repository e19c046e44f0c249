import { type InstallerMedium, installerMedium } from '#shared/contract/index.ts';

export type InstallerForm = Omit<InstallerMedium, 'certainty'>;

/** Where nothing was recognised, a person begins with this. */
const unknownInstaller: InstallerForm = {
  family: 'anaconda',
  distribution: '',
  version: '',
  architecture: 'unknown',
  kernel: '',
  initrd: '',
  repository: '',
};

export function formOfInstaller(installer: InstallerMedium | null): InstallerForm {
  const { certainty: _, ...known } = installer ?? { ...unknownInstaller, certainty: 'guess' };
  return known;
}

/** `rocky 9.4`, in the words of the disc itself. */
export function installerText({ distribution, version }: InstallerForm): string {
  return [distribution, version].filter(part => part !== '').join(' ');
}

/** A path may be pasted as it is seen on a mounted disc, with a slash in front. */
function candidateOf(form: InstallerForm): InstallerForm {
  const inside = (path: string) => path.trim().replace(/^\/+/, '');
  return {
    ...form,
    distribution: form.distribution.trim(),
    version: form.version.trim(),
    kernel: inside(form.kernel),
    initrd: inside(form.initrd),
    repository: inside(form.repository).replace(/\/+$/, ''),
  };
}

const shape = installerMedium.omit({ certainty: true });

export function wrongInstallerFields(form: InstallerForm): ReadonlySet<keyof InstallerForm> {
  const issues = shape.safeParse(candidateOf(form)).error?.issues ?? [];
  return new Set(issues.map(({ path }) => path[0] as keyof InstallerForm));
}

/** Which files an installed system gets its networks in depends on the version of RHEL and its kin. */
const needed = ['distribution', 'kernel', 'initrd'] as const;
export function neededInstallerFields({ family }: InstallerForm): readonly (keyof InstallerForm)[] {
  return family === 'anaconda' ? [...needed, 'version'] : needed;
}

/** Null until it is right and names what is booted. */
export function installerInput(form: InstallerForm): InstallerForm | null {
  const candidate = candidateOf(form);
  if (neededInstallerFields(form).some(field => candidate[field] === '')) return null;
  return shape.safeParse(candidate).data ?? null;
}
