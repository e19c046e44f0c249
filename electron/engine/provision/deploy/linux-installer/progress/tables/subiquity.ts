import type { ProgressTable } from '../phrase-table.ts';
import { row } from './row.ts';

/**
 * Ubuntu's server installer: each step is an event with a path, `start: subiquity/Install/install/curtin_install: …`, told
 * by a webhook, and in syslog by whoever forwards its journal (subiquity/server/, the names of `with_context`; below
 * `curtin_install` they are curtin's). Its warnings and curtin's log come by our script (forward-log.sh). Paths contain one
 * another, so the inner ones stand first.
 */
export const subiquity: ProgressTable = {
  phrases: [
    // controllers/shutdown.py
    row('subiquity/Shutdown/shutdown', 'finished', 100),
    row('subiquity/Shutdown/copy_logs_to_target', 'finishing', 96),
    // controllers/cmdlist.py
    row('subiquity/Late/', 'scripts', 88, 3600),
    row('subiquity/Early/', 'started', 4, 1800),
    // controllers/install.py
    row('postinstall/restore_apt_config', 'updates', 84),
    row('postinstall/run_unattended_upgrades', 'updates', 78, 3600),
    row('postinstall/install_', 'packages', 73, 1800),
    row('subiquity/Install/install/postinstall', 'packages', 70, 1800),
    // curtin/commands/curthooks.py. The kernel and its initramfs took half an hour on slow disks.
    row('cmd-curthooks/configuring-bootloader', 'boot loader', 66, 1800),
    // dpkg, in curtin's own log.
    row('Setting up linux-image', 'kernel', 60, 3600),
    row('cmd-curthooks/installing-kernel', 'kernel', 55, 3600),
    row('stage-curthooks', 'kernel', 50, 1800),
    row('executing curtin install curthooks step', 'kernel', 50, 1800),
    row('stage-extract', 'base system', 28, 2400),
    row('executing curtin install extract step', 'base system', 28, 2400),
    row('stage-partitioning', 'partitioning', 16),
    row('executing curtin install partitioning step', 'partitioning', 16),
    // Alone where only the outer events are told: it then is silent until the end of all that is above.
    row('subiquity/Install/install/curtin_install', 'installing', 14, 3600),
    row('subiquity/Install/install/configure_apt', 'package sources', 10),
  ],
  waits: [
    // controllers/install.py: after a failure the server keeps a screen for the person.
    'finish: subiquity/Install/install: FAIL',
    // client/client.py
    'An error occurred. Press enter to start a shell',
  ],
};
