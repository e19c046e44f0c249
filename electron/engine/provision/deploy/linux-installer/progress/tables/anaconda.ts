import type { ProgressTable } from '../phrase-table.ts';
import { row } from './row.ts';

/**
 * RHEL and its kin from 7 on, Fedora, openEuler, Kylin: all of Anaconda's log comes by syslog (`inst.syslog`, an rsyslogd
 * that forwards by TCP) with the tag `anaconda`.
 */
export const anaconda: ProgressTable = {
  phrases: [
    // pyanaconda/installation.py, since Anaconda 38 modules/boss/installation.py; the last line is promised to testers.
    row('All tasks in the installation queue are done', 'finished', 100),
    row('Queue started: Post installation scripts', 'scripts', 89, 3600),
    row('Queue started: Write configs and kickstarts', 'settings', 87),
    row('Queue started: Initramfs generation', 'initramfs', 84, 1800),
    row('Queue started: User creation', 'settings', 82),
    row('Queue started: Installed system configuration', 'settings', 80),
    row('Queue started: Post-installation setup tasks', 'settings', 78),
    row('Queue started: Bootloader installation', 'boot loader', 72),
    row('Queue started: Payload installation', 'packages', 28, 1800),
    row('Queue started: Pre install tasks', 'partitioned', 24),
    row('Queue started: Early storage configuration', 'partitioning', 12),
    row('Queue started: Installation environment setup', 'preparing', 10),
    // pyanaconda/kickstart.py; RHEL 7 has these and no queues.
    row('Running kickstart %post script', 'scripts', 89, 3600),
    row('Running kickstart %pre-install script', 'partitioned', 24),
    row('Running kickstart %pre script', 'started', 5, 1800),
    // pyanaconda/packaging/yumpayload.py (RHEL 7), modules/payloads/payload/dnf/ (8 and later).
    row('Running anaconda-yum to install packages', 'packages', 30, 1800),
    row('Starting the installation. Total packages', 'packages', 35, 1800),
    // pyanaconda/threading.py, core/threads.py: the same thread's name since RHEL 7.
    row('Running Thread: AnaInstallThread', 'preparing', 10),
    // anaconda.py, its first words.
    row('anaconda called with cmdline', 'started', 4),
  ],
  waits: [
    // pyanaconda/exception.py: whatever went wrong, a traceback or a dialog stays on the screen.
    'running handleException',
    'An unknown error has occur*ed',
    // pyanaconda/ui/gui/helpers.py: something that the kickstart did not say.
    'kickstart installation stopped for info:',
    // pyanaconda/modules/boss/boss.py.
    'boss*Error raised: type=',
    // tmux, when the installer's own program died.
    'Pane is dead',
  ],
};
