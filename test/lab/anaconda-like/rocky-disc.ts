/** The files of a Rocky Linux 9 disc that say what it is: `.treeinfo` (productmd), `.discinfo`, the packages' metadata. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export type DiscFiles = ReadonlyMap<string, Uint8Array>;

type Repository = {
  /** Also its folder. */
  readonly name: string;
  /** File name to content: compressed cpio archives, because there is no program here that makes an RPM. */
  readonly packages: ReadonlyMap<string, Uint8Array>;
};

export function rockyDisc(options: {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
  readonly stage2: Uint8Array;
  readonly repositories: readonly Repository[];
}): DiscFiles {
  const { kernel, initrd, stage2, repositories } = options;
  const images = new Map([
    ['images/pxeboot/vmlinuz', kernel],
    ['images/pxeboot/initrd.img', initrd],
    ['images/install.img', stage2],
  ]);
  return new Map([
    ...images,
    ...repositories.flatMap(repositoryFiles),
    ['.treeinfo', Buffer.from(treeInfo(images, repositories))],
    ['.discinfo', Buffer.from('1715040000.000000\nRocky Linux 9.4\nx86_64\n')],
  ]);
}

function treeInfo(images: DiscFiles, repositories: readonly Repository[]): string {
  const names = repositories.map(({ name }) => name).join(',');
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['header', ['type = productmd.treeinfo', 'version = 1.2']],
    ['release', ['name = Rocky Linux', 'short = Rocky', 'version = 9.4']],
    ['tree', ['arch = x86_64', 'build_timestamp = 1715040000', 'platforms = x86_64', `variants = ${names}`]],
    ['checksums', [...images].map(([path, content]) => `${path} = sha256:${sha256Of(content)}`)],
    ['images-x86_64', ['initrd = images/pxeboot/initrd.img', 'kernel = images/pxeboot/vmlinuz']],
    ['stage2', ['mainimage = images/install.img']],
    ['media', ['discnum = 1', 'totaldiscs = 1']],
    ...repositories.map(
      ({ name }) =>
        [
          `variant-${name}`,
          [`id = ${name}`, `name = ${name}`, `packages = ${name}/Packages`, `repository = ${name}`],
        ] as const,
    ),
  ];
  return sections.map(([name, lines]) => `[${name}]\n${lines.join('\n')}\n`).join('\n');
}

function repositoryFiles({ name, packages }: Repository): [string, Uint8Array][] {
  const described = [...packages].map(([file, content]) =>
    [
      `<package type="rpm"><name>${file.replace(/-\d.*/, '')}</name><arch>x86_64</arch>`,
      `<checksum type="sha256" pkgid="YES">${sha256Of(content)}</checksum>`,
      `<size package="${content.length}"/><location href="Packages/${file}"/></package>`,
    ].join(''),
  );
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  const primary = gzipSync(
    `${head}<metadata packages="${packages.size}">\n${described.join('\n')}\n</metadata>\n`,
  );
  const index = [
    `${head}<repomd xmlns="http://linux.duke.edu/metadata/repo">`,
    `<data type="primary"><checksum type="sha256">${sha256Of(primary)}</checksum>`,
    '<location href="repodata/primary.xml.gz"/></data>',
    '</repomd>\n',
  ].join('\n');
  return [
    [`${name}/repodata/repomd.xml`, Buffer.from(index)],
    [`${name}/repodata/primary.xml.gz`, primary],
    ...[...packages].map(([file, content]): [string, Uint8Array] => [`${name}/Packages/${file}`, content]),
  ];
}

function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
