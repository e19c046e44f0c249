// Imported before each script (bootstrap.mjs): when whoever started it is gone, however it died, the script and all that
// it started end too. Nobody is left behind with port 67 or the lock of a data directory.
import process from 'node:process';

if (process.channel !== undefined) {
  process.on('disconnect', () => {
    // The script leads a process group of its own, except on Windows, which has none.
    process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
  });
  process.channel.unref();
}
