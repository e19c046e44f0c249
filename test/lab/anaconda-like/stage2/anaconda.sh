# shellcheck shell=sh
# Stands in for Anaconda itself: does what the kickstart says in Anaconda's order and tells it in Anaconda's words, through
# the same rsyslogd that its images have.
stage2=/run/stage2
sysroot=/mnt/sysroot
ks=/tmp/ks
kickstart=/tmp/ks.cfg
# shellcheck source=SCRIPTDIR/../initrd/stand-in/common.sh
. /usr/lib/stand-in/common.sh
# shellcheck source=SCRIPTDIR/kickstart.sh
. $stage2/kickstart.sh
# shellcheck source=SCRIPTDIR/payload.sh
. $stage2/payload.sh

# pyanaconda/anaconda_logging.py: facility local1, the identifier and then the logger's name.
log() {
  echo "$(date +%H:%M:%S),000 INF $*" >>/tmp/anaconda.log
  logger -p local1.info -t "anaconda[$$]" "$*"
}

queue() {
  queue_count=$((${queue_count:-0} + 1))
  log "anaconda: installation: Queue started: $1 ($queue_count/13)"
}

# As updateRemote does it: one line more for rsyslog, TCP.
send_log() {
  host=$(argument inst.syslog)
  cp $stage2/rsyslog.conf /tmp/rsyslog.conf
  [ -z "$host" ] || echo "*.* @@$host" >>/tmp/rsyslog.conf
  rsyslogd -f /tmp/rsyslog.conf -i /tmp/rsyslogd.pid
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -S /dev/log ] && return
    sleep 0.5
  done
}

# Anaconda runs %onerror and shows what went wrong until a person comes.
stop_with() {
  log "anaconda: kickstart.script: $*"
  run_scripts onerror
  say "stopped: $*"
  while :; do sleep 3600; done
}

set_root_password() {
  hash=$(option rootpw --iscrypted)
  [ -z "$hash" ] || printf 'root:%s\n' "$hash" | chroot $sysroot chpasswd -e
}

send_log
log 'anaconda: main: /sbin/anaconda 34.25.4.9-1.el9'
log "anaconda: main: anaconda called with cmdline = ['/sbin/anaconda']"
read_kickstart $kickstart
log 'anaconda: kickstart.script: Running kickstart %pre script(s)'
run_scripts pre
log 'anaconda: kickstart.script: All kickstart %pre script(s) have been run'
include_files
disk=$(sed -n 's/^ignoredisk --only-use=//p' $ks/commands)
find_repositories
log 'anaconda: threading: Running Thread: AnaInstallThread (140234)'
queue 'Installation environment setup'
queue 'Early storage configuration'
queue 'Pre-install scripts'
run_scripts pre-install
queue 'Pre install tasks'
queue 'Payload installation'
install_packages
queue 'Bootloader installation'
write_boot_sector "$disk"
queue 'Post-installation setup tasks'
queue 'Installed system configuration'
queue 'Network configuration'
option network --hostname >$sysroot/etc/hostname
queue 'User creation'
set_root_password
queue 'Initramfs generation'
queue 'Write configs and kickstarts'
queue 'Post installation scripts'
log 'anaconda: kickstart.script: Running kickstart %post script(s)'
run_scripts post
log 'anaconda: kickstart.script: All kickstart %post script(s) have been run'
cp $ks/commands $sysroot/root/anaconda-ks.cfg
leave_system "$disk" $sysroot
log 'anaconda: installation: All tasks in the installation queue are done. Installation successfully finished.'
has_command reboot || stop_with 'the kickstart does not restart the machine'
# rsyslogd sends while systemd stops everything else.
sleep 2
restart
