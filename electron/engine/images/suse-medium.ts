import type { DiscImage } from './disc-image.ts';
import {
  architectureOf,
  firstFile,
  isDirectory,
  isFile,
  type MediumCandidate,
  readText,
} from './medium-candidate.ts';

const architectures = ['x86_64', 'aarch64'] as const;
/** Newer media name themselves in all three, SLE 12 in the first and in `content`. */
const metadataFiles = ['media.1/media', 'media.1/products', 'media.1/build', 'content'];

/** SLES, SLED and openSUSE with YaST: `media.1`, `boot/<architecture>`. */
export async function suseMedium(disc: DiscImage): Promise<MediumCandidate | undefined> {
  for (const architecture of architectures) {
    const folder = `boot/${architecture}`;
    const kernel = firstFile(disc, [`${folder}/loader/linux`, `${folder}/linux`]);
    const initrd = firstFile(disc, [`${folder}/loader/initrd`, `${folder}/initrd`]);
    if (kernel === undefined || initrd === undefined) continue;
    const stage2 = isFile(disc, `${folder}/root`) ? `${folder}/root` : '';
    // Agama, since SLES 16 and Leap 16, starts from a live system and knows no AutoYaST's profile.
    if (stage2 === '' && isDirectory(disc, 'LiveOS')) continue;
    const texts = await Promise.all(metadataFiles.map(path => readText(disc, path)));
    const all = texts.filter(text => text !== undefined).join('\n');
    const stated = architectureOf(all.replaceAll(/[-_.](?=x86_64|aarch64)|(?<=x86_64|aarch64)[-_.]/g, ' '));
    return {
      ...suseRelease(all),
      family: 'autoyast',
      architecture,
      kernel,
      initrd,
      stage2,
      hasPackages: hasPackages(disc),
      metadata: { path: 'media.1/media', text: texts[0]?.split('\n').slice(0, 1).join('').trim() },
      missing: stated === 'unknown' || stated === architecture ? [] : [`boot/${stated}`],
      isUniqueLayout: stage2 !== '',
      initrdWantsDisc: false,
      ...modulesOf(disc),
    };
  }
  return undefined;
}

/** `SUSE - SLE-15-SP5-Full-x86_64-Build58.1-Media`, `/ openSUSE-Leap 15.5-1`, `cpe:/o:suse:sles:12:sp5`. */
function suseRelease(text: string): { distribution: string; version: string } {
  if (/tumbleweed/i.test(text))
    return { distribution: 'opensuse-tumbleweed', version: /\b(20\d{6})\b/.exec(text)?.[1] ?? '' };
  if (/opensuse/i.test(text))
    return { distribution: 'opensuse-leap', version: /leap[- :](\d+\.\d+)/i.exec(text)?.[1] ?? '' };
  const version = /\bSLE[SD]?[-_ :]?(\d{2})(?:[-_ :]SP(\d))?(?!\d)/i.exec(text);
  const [, major, servicePack] = version ?? [];
  if (major === undefined) return { distribution: '', version: '' };
  return {
    distribution: /\bSLED\d|:sled:/i.test(text) && !/\bSLES\d|:sles:/i.test(text) ? 'sled' : 'sles',
    version: servicePack === undefined ? major : `${major}.${servicePack}`,
  };
}

/** Its own tree, or a folder for each product and module (SLE 15's full medium). */
function hasPackages(disc: DiscImage): boolean {
  const names = disc.list('') ?? [];
  return names.some(name => ['repodata', 'suse'].includes(name) || /^(Product|Module)-/.test(name));
}

/** Since SLE 15 nearly all packages lie in modules, which its installer adds only if it is told to. */
function modulesOf(disc: DiscImage): { modules?: readonly string[] } {
  const modules = (disc.list('') ?? []).filter(name => /^Module-[\w.-]{1,100}$/.test(name)).slice(0, 50);
  return modules.length === 0 ? {} : { modules };
}
