import type { ProgressTable } from '../phrase-table.ts';
import { row } from './row.ts';

/**
 * Debian, and Ubuntu before 20.04: busybox' syslogd sends the whole log by UDP to `log_host`. Its menu tells each step by
 * the name of its udeb (main-menu.c); they come in the order of the rows.
 */
export const debianInstaller: ProgressTable = {
  phrases: [
    // Network and installer's own parts. Everything before comes when there is no network yet.
    row("Menu item 'netcfg' selected", 'network', 3),
    row("Menu item 'network-preseed' selected", 'network', 4),
    row("Menu item 'choose-mirror' selected", 'installer parts', 5),
    row("Menu item 'download-installer' selected", 'installer parts', 6),
    row("Menu item 'load-cdrom' selected", 'installer parts', 6),
    row('anna[*]: DEBUG: retrieving', 'installer parts', 8),
    // Disks.
    row("Menu item 'disk-detect' selected", 'disks', 12),
    row("Menu item 'partman-base' selected", 'partitioning', 15),
    // base-installer: debootstrap, then a kernel in the target.
    row("Menu item 'bootstrap-base' selected", 'base system', 25, 1800),
    row('debootstrap:*Unpacking', 'base system', 30, 1800),
    row('debootstrap:*Configuring', 'base system', 40, 1800),
    row('debootstrap:*Setting up', 'base system', 40, 1800),
    row('in-target: Setting up linux-image', 'kernel', 52, 1800),
    // apt-setup, pkgsel.
    row("Menu item 'apt-setup*' selected", 'package sources', 56),
    row("Menu item 'pkgsel' selected", 'packages', 60, 1800),
    // grub-installer, or the item for machines that boot otherwise.
    row("Menu item 'grub-installer' selected", 'boot loader', 80),
    row("Menu item 'nobootloader' selected", 'boot loader', 80),
    row('grub-installer: info: Installing grub on', 'boot loader', 83),
    // finish-install runs numbered scripts: 07preseed is the late command, after 95umount nothing is written.
    row("Menu item 'finish-install' selected", 'finishing', 87),
    row('finish-install: info: Running*/07preseed', 'scripts', 89, 3600),
    row('finish-install: info: Running*/94save-logs', 'finishing', 97),
    row('finish-install: info: Running*/95umount', 'finished', 100),
  ],
  waits: [
    // main-menu.c: a step failed, and the menu is shown.
    "main-menu[*]: WARNING **: Configuring '*' failed with error code",
    "main-menu[*]: WARNING **: Menu item '*' failed",
    // anna.c: the dialog offers to try again.
    'anna[*]: WARNING **: package retrieval failed',
    // base-installer, apt-setup and grub-installer end with a dialog after such a line.
    'base-installer: error:',
    'apt-setup: error:',
    'grub-installer: error:',
  ],
};
