import type { ProgressTable } from '../phrase-table.ts';
import { row } from './row.ts';

/** SLES and openSUSE: YaST logs to y2log, of which our script in the profile forwards errors and these (forward-log.sh). */
export const autoyast: ProgressTable = {
  phrases: [
    // yast-autoinstallation, clients/inst_autoinit.rb
    row('inst_autoinit*pre probing', 'started', 4),
    row('inst_autoinit*Parsing control file', 'preparing', 6),
    row('inst_autoinit*Initial Configuration', 'preparing', 8),
    row('inst_autoinit*Executing pre-scripts', 'preparing', 10, 1800),
    // yast-storage-ng, clients/inst_prepdisk.rb
    row('BEGIN of inst_prepdisk', 'partitioning', 15),
    row('END of inst_prepdisk', 'partitioned', 24),
    // libzypp, TargetImpl.cc and RpmDb.cc
    row('TargetImpl::commit(', 'packages', 28, 1800),
    row('RpmDb*installPackage', 'packages', 32, 1800),
    // yast-installation, clients/save_config_finish.rb and umount_finish.rb, among the last things of the first stage
    row('starting save_config_finish', 'settings', 80),
    row('Starting umount_finish.rb', 'finishing', 96),
    row('umount_finish.rb done', 'finished', 100),
  ],
  waits: [
    // yast-storage-ng, callbacks/commit.rb, probe.rb, initialize.rb
    'libstorage-ng reported*asking the user',
    'Storage subsystem is locked*asking to user',
    // yast-autoinstallation, clients/inst_autosetup.rb and AutoInstall.rb stop with a dialog
    'Error while configuring partitions',
  ],
};
