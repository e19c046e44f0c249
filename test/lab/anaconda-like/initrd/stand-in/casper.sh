# shellcheck shell=sh
# Stands in for casper (the ISO into memory, its own list of checksums), cloud-init (the NoCloud seed) and subiquity (early
# commands, events by webhook, late commands in the target).
# shellcheck source=SCRIPTDIR/common.sh
. /usr/lib/stand-in/common.sh
target=/target
autoinstall=/autoinstall.yaml

fetch_disc() {
  fetch "$(argument url)" /tmp/disc.iso || give_up 'no ISO'
  mkdir -p /cdrom
  mount -t iso9660 -o loop,ro /tmp/disc.iso /cdrom || give_up 'the ISO cannot be mounted'
  (cd /cdrom && md5sum -s -c md5sum.txt) || give_up 'the ISO is damaged'
}

# `ds=nocloud;s=URL`: cloud-init puts the names behind the address as it is.
fetch_seed() {
  seed=$(argument ds)
  seed=${seed#nocloud;s=}
  for name in meta-data user-data vendor-data; do
    fetch "$seed$name" "/tmp/$name" || give_up "no $name"
  done
  grep -q '^instance-id: .' /tmp/meta-data || give_up 'the seed names no instance'
  [ "$(head -n 1 /tmp/user-data)" = '#cloud-config' ] || give_up 'the user data are no cloud-config'
  cp /tmp/user-data $autoinstall
}

# event TYPE NAME DESCRIPTION [RESULT], in the words of curtin's reporter.
event() {
  endpoint=$(sed -n 's/^ *endpoint: "\(.*\)"$/\1/p' $autoinstall)
  result=${4:+, \"result\": \"$4\"}
  body="{\"name\": \"$2\", \"description\": \"$3\", \"event_type\": \"$1\", \"origin\": \"curtin\", \"level\": \"INFO\"$result}"
  curl -fsS -H 'Content-Type: application/json' -o /dev/null -d "$body" "$endpoint" || say "nobody took the event $2"
}

# commands SECTION: each literal block of the list to a file of its own.
commands() {
  awk -v head="  $1:" -v file="/tmp/$1" '
    $0 == head { inside = 1; next }
    inside && /^  [a-z]/ { exit }
    inside && /^    - \|$/ { count += 1; next }
    inside { sub(/^      /, ""); print > (file "." count) }
  ' /tmp/user-data
}

# run_commands SECTION NAME
run_commands() {
  commands "$1"
  for command in "/tmp/$1".[0-9]*; do
    event start "subiquity/$2/command_${command##*.}" "running $1"
    if ! sh "$command" >"$command.log" 2>&1; then
      tail -n 5 "$command.log"
      say "failed: $command"
      event finish "subiquity/$2/command_${command##*.}" '' FAIL
      [ "$1" = error-commands ] || run_commands error-commands Error
      give_up "$1 ended with an error"
    fi
  done
}

# In curtin's own log, for longer than the round in which our script looks at it.
log_kernel() {
  mkdir -p /var/log/installer
  echo 'Setting up linux-image-6.8.0-31-generic (6.8.0-31.31) ...' >>/var/log/installer/curtin-install.log
  sleep 20
}

[ "$(argument ip)" = dhcp ] || give_up 'no ip=dhcp'
raise_network 'Ubuntu live server'
fetch_disc
fetch_seed
run_commands early-commands Early
disk=$(sed -n 's|^ *path: "*/dev/\([a-z0-9]*\)"*$|\1|p' $autoinstall | head -n 1)
event start subiquity/Install/install/configure_apt 'configuring apt'
event start subiquity/Install/install/curtin_install 'installing system'
event start subiquity/Install/install/curtin_install/run_curtin_step 'executing curtin install partitioning step'
event start subiquity/Install/install/curtin_install/run_curtin_step 'executing curtin install extract step'
make_system $target
unpack_into $target /cdrom/casper/ubuntu-server-minimal.squashfs
event start subiquity/Install/install/curtin_install/run_curtin_step 'executing curtin install curthooks step'
log_kernel
write_boot_sector "$disk"
event start subiquity/Install/install/postinstall 'final system configuration'
run_commands late-commands Late
cp $autoinstall $target/root/autoinstall.yaml
leave_system "$disk" $target
event start subiquity/Shutdown/shutdown 'mode=REBOOT'
restart
