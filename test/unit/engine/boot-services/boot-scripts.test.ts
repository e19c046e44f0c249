import { describe, expect, it } from 'vitest';
import {
  type BootPlan,
  grubConfig,
  ipxeScript,
  type KernelPlan,
  pxelinuxConfig,
} from '#engine/boot-services/boot-scripts.ts';

const plan: KernelPlan = {
  kind: 'kernel',
  what: 'the deploy ramdisk',
  kernelUrl: 'http://10.77.0.1:8088/ramdisk/vmlinuz',
  initrdUrl: 'http://10.77.0.1:8088/ramdisk/ramdisk.img',
  commandLine:
    'BOOTIF=01-52-54-00-aa-00-01 rackside.url=http://10.77.0.1:8088/agent rackside.token=TOKEN quiet',
  nodeName: 'r1u01',
};
const nextDevice: BootPlan = { kind: 'next-device' };

describe('the text for iPXE', () => {
  it('starts kernel and ramdisk, and tries again for as long as the machine has power', () => {
    expect(ipxeScript(plan)).toBe(`#!ipxe
echo Rackside: starting the deploy ramdisk for r1u01
:retry
kernel http://10.77.0.1:8088/ramdisk/vmlinuz initrd=initrd.img BOOTIF=01-52-54-00-aa-00-01 rackside.url=http://10.77.0.1:8088/agent rackside.token=TOKEN quiet || goto failed
initrd --name initrd.img http://10.77.0.1:8088/ramdisk/ramdisk.img || goto failed
boot
:failed
echo Rackside: download failed, again in 10 seconds
imgfree
sleep 10
goto retry
`);
  });

  it('ends iPXE with a failure where the machine has to go on to its disk', () => {
    expect(ipxeScript(nextDevice)).toBe(
      '#!ipxe\necho Rackside: this machine boots from its own disk\nexit 1\n',
    );
  });

  it.each([
    ['a\nboot evil', 'a?boot evil'],
    ['a\r\nshell', 'a??shell'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: iPXE's own variables
    ['${net0/mac}', '??net0?mac?'],
    ['x || goto failed', 'x ?? goto failed'],
    ['a && reboot', 'a ?? reboot'],
    ['机架一', '???'],
  ])('says the name %j as %j', (nodeName, said) => {
    const lines = ipxeScript({ ...plan, nodeName }).split('\n');
    expect(lines[1]).toBe(`echo Rackside: starting the deploy ramdisk for ${said}`);
    expect(lines).toHaveLength(ipxeScript(plan).split('\n').length);
  });
});

describe('the text for PXELinux', () => {
  it('starts kernel and ramdisk', () => {
    expect(pxelinuxConfig(plan)).toBe(`DEFAULT rackside
PROMPT 0
LABEL rackside
  KERNEL http://10.77.0.1:8088/ramdisk/vmlinuz
  INITRD http://10.77.0.1:8088/ramdisk/ramdisk.img
  APPEND BOOTIF=01-52-54-00-aa-00-01 rackside.url=http://10.77.0.1:8088/agent rackside.token=TOKEN quiet
`);
  });

  it('gives control back to the firmware', () => {
    expect(pxelinuxConfig(nextDevice)).toBe('DEFAULT disk\nPROMPT 0\nLABEL disk\n  LOCALBOOT -1\n');
  });
});

describe('the text for GRUB', () => {
  it('names our server as a device of its own', () => {
    expect(grubConfig(plan)).toBe(`set timeout=0
menuentry "Rackside: the deploy ramdisk" {
  linux (http,10.77.0.1:8088)/ramdisk/vmlinuz BOOTIF=01-52-54-00-aa-00-01 rackside.url=http://10.77.0.1:8088/agent rackside.token=TOKEN quiet
  initrd (http,10.77.0.1:8088)/ramdisk/ramdisk.img
}
`);
  });

  it('ends with a failure', () => {
    expect(grubConfig(nextDevice)).toBe('exit 1\n');
  });

  it.each([pxelinuxConfig, grubConfig])('says no name at all, so none can do harm (%o)', render => {
    expect(render({ ...plan, nodeName: '}\nreboot' })).toBe(render(plan));
  });
});
